import Foundation
import Judging
import Quantities
import Rig
import RunRecord
import Testing
import TwinRig
import Verdicts

/// The ways in which other test systems passed a unit that nobody had tested.
@Suite("What never ends as passed")
struct NeverPassedTests {
  static let short = """
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - read: { voltage-l1: 230 V ± 5 % }
    finally:
      - apply: { supply: off }
    """

  @Test("A step that throws is an error, and finally still runs")
  func stepThrows() throws {
    var rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - ask: { question: Lit?, choices: ["yes", "no"], expect: "yes" }
        - read: { voltage-l1: 230 V ± 5 % }
      finally:
        - apply: { supply: off }
      """
    )
    rehearsal.wrap = { SpoiltRig($0, operator: ThrowingOperator()) }
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .error)
    #expect(outcome.step("read", on: "A1")?.verdict != .passed)
    #expect(outcome.switchings.suffix(3).allSatisfy { $0.hasSuffix("off") })
    #expect(outcome.end?.outputsSafe == true)
  }

  @Test("A step that runs out of its time is inconclusive, and says how long it had")
  func stepTimesOut() throws {
    // The load falls to a fifth, and with it the pulses.
    let outcome = try Rehearsal(
      """
      needs: { outputs: [pulse-2], reference: active-energy }
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - timeout: 40 s
          count-pulses: { output: pulse-2, at-least: 60 pulses, expect: { error: ± 2 % } }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: ["fault: load-step, at: 14 s, amount: -80 %"]
    ).run()
    #expect(outcome.verdict == .inconclusive)
    let count = try #require(outcome.step("count-pulses", on: "A1"))
    #expect(count.remarks.map(\.reason.kind) == [.stepTimeout])
    #expect(count.remarks.first?.reason.text.contains("40 s") == true)
    #expect(count.to?.duration(since: count.from ?? .zero) == .seconds(40))
  }

  @Test("A question that nobody answers is inconclusive; a wrong answer fails")
  func unanswered() throws {
    var rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - ask: { question: Lit?, choices: ["yes", "no"], expect: "yes" }
      finally:
        - apply: { supply: off }
      """
    )
    #expect(try rehearsal.run().verdict == .inconclusive)
    rehearsal.answers = ["ask": "no"]
    #expect(try rehearsal.run().verdict == .failed)
    rehearsal.answers = ["ask": "yes"]
    #expect(try rehearsal.run().verdict == .passed)
  }

  @Test("A scenario without any rule is refused before it runs")
  func noRule() throws {
    #expect(throws: Rehearsal.Unsound.self) {
      try Rehearsal(
        """
        steps:
          - apply: { supply: on }
          - wait: 5 s
        finally:
          - apply: { supply: off }
        """
      ).run()
    }
  }

  @Test("A scenario that no position can take is refused before it runs")
  func nothingApplies() throws {
    #expect(throws: Rehearsal.Unsound.self) {
      try Rehearsal("needs: { variant: auxiliary }\n" + Self.short).run()
    }
  }

  @Test("A second measurement never covers a failed one")
  func passedRetry() throws {
    // The meter shows 30 % less while the first read looks, and what is there for the second.
    let outcome = try Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - apply: { load: bank-5A }
        - on-failure: continue
          name: first
          read: { current-l1: 5 A ± 2 % }
        - wait: 30 s
        - name: second
          read: { current-l1: 5 A ± 2 % }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: [
        "fault: register-error, at: 6 s, until: 18 s, on: A1, of: current-l1, amount: -30 %"
      ]
    ).run()
    let position = try #require(outcome.position("A1"))
    #expect(position.steps.filter { $0.step.verb == "read" }.map(\.verdict) == [.failed, .passed])
    #expect(outcome.verdict == .failed)
  }

  @Test("A finally that fails makes the run an error")
  func finallyFails() throws {
    // The relay of the supply sticks while it is on.
    let outcome = try Rehearsal(
      Self.short,
      faults: ["fault: stuck-output, on: A1, at: 1 s"]
    ).run()
    #expect(outcome.verdict == .error)
    #expect(outcome.end?.outputsSafe == false)
  }

  @Test("A full disk at any event makes the run an error, and it still ends safe")
  func diskFull() throws {
    let whole = try Rehearsal(Self.short).run()
    #expect(whole.verdict == .passed)
    for room in 0..<whole.events.count {
      var rehearsal = Rehearsal(Self.short)
      rehearsal.roomForEvents = room
      let outcome = try rehearsal.run()
      #expect(outcome.verdict == .error, "\(room) events kept")
      #expect(Judge.judge(outcome.events).verdict != .passed, "\(room) events kept")
    }
  }

  @Test("No beginning of a passed record is a passed record")
  func prefixes() throws {
    let whole = try Rehearsal(Self.short).run()
    #expect(Judge.judge(whole.events).verdict == .passed)
    for count in 0..<whole.events.count {
      #expect(Judge.judge(Array(whole.events.prefix(count))).verdict != .passed, "\(count)")
    }
    let data = try whole.record()
    for length in stride(from: 1, to: data.count, by: 97) {
      let events = try? RecordReader.events(in: data.prefix(length))
      #expect(events.map { Judge.judge($0).verdict } != .passed, "\(length) bytes")
    }
  }

  @Test("No passed record passes with one of its events missing or doubled")
  func missingEvent() throws {
    let whole = try Rehearsal(Self.short).run().events
    for index in whole.indices {
      var without = whole
      without.remove(at: index)
      #expect(Judge.judge(without).verdict != .passed, "without \(whole[index].event.type)")
      var doubled = whole
      doubled.insert(whole[index], at: index)
      #expect(Judge.judge(doubled).verdict != .passed, "twice \(whole[index].event.type)")
    }
  }

  @Test("A rig that does not come to life is an error")
  func rigFails() throws {
    var rehearsal = Rehearsal(Self.short)
    rehearsal.wrap = {
      SpoiltRig($0, fault: RigFault(Part(.adapter, "left"), "it is not plugged in"))
    }
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .error)
    #expect(outcome.end?.how == .failed)
    #expect(outcome.end?.outputsSafe == false)
    #expect(outcome.run.remarks.contains { $0.part == "adapter left" })
  }

  @Test("A shared part that fails in the middle ends the run as an error, safe")
  func partFails() throws {
    var rehearsal = Rehearsal(Self.short)
    rehearsal.wrap = {
      SpoiltRig($0, interruption: .fault(RigFault(Part(.host, ""), "the rig's server went away")))
    }
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .error)
    #expect(outcome.end?.how == .failed)
    #expect(outcome.end?.outputsSafe == true)
  }
}
