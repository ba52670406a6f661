import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

/// A signal or an interlock may come at any moment. Nothing is energised after it, everything ends
/// safe, and nothing that was still open passes.
@Suite("A run that is interrupted")
struct InterruptionTests {
  /// Every verb, and a `finally` that takes its time.
  static let everyVerb = """
    needs: { outputs: [pulse-2], reference: active-energy }
    steps:
      - apply: { supply: on }
      - wait: 2 s
      - identify: { serial-number: any }
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo, demand-period: 15 min }
      - ask: { question: Is the display lit?, choices: ["yes", "no"], expect: "yes" }
      - apply: { load: bank-5A }
      - read: { voltage-l1: 230 V ± 5 % }
      - count-pulses: { output: pulse-2, at-least: 30 pulses, expect: { error: ± 2 % } }
      - compare-registers: { output: pulse-2, during: 1 min, expect: { difference: ± 10 % } }
    finally:
      - wait: 3 s
      - apply: { load: off, supply: off }
    """

  static func rehearsal(_ faults: [String] = []) -> Rehearsal {
    var rehearsal = Rehearsal(everyVerb, faults: faults)
    rehearsal.answers = ["ask": "yes"]
    return rehearsal
  }

  @Test("Undisturbed, it passes")
  func undisturbed() throws {
    let outcome = try Self.rehearsal().run()
    #expect(outcome.verdict == .passed)
    #expect(outcome.end?.how == .completed)
  }

  @Test("A signal in the middle of any step ends in order, safe, and not passed")
  func signalAnywhere() throws {
    for moment in try moments() {
      let outcome = try Self.rehearsal(["fault: interruption, at: \(moment.at) s, amount: 15"])
        .run()
      #expect(outcome.signal == 15, "\(moment)")
      #expect(outcome.end?.how == .interrupted, "\(moment)")
      #expect(outcome.end?.outputsSafe == true, "\(moment)")
      #expect(outcome.verdict != .passed && outcome.verdict != .failed, "\(moment)")
      #expect(endsDark(outcome), "\(moment)")
    }
  }

  @Test("An interlock in the middle of any step cuts everything at once, and for good")
  func interlockAnywhere() throws {
    for moment in try moments() {
      var rehearsal = Self.rehearsal(["fault: interlock-opens, on: door, at: \(moment.at) s"])
      rehearsal.bench = Bench3.withInterlock
      let outcome = try rehearsal.run()
      #expect(outcome.signal == nil, "\(moment)")
      #expect(outcome.end?.how == .interrupted, "\(moment)")
      #expect(outcome.end?.outputsSafe == true, "\(moment)")
      #expect(outcome.verdict == .error, "\(moment)")
      let opened = outcome.events.firstIndex { event in
        if case .observed(let seen) = event.event { seen.kind == .interlock } else { false }
      }
      let after = outcome.events[(opened ?? 0)...].contains { event in
        if case .switched(let switching) = event.event { switching.on } else { false }
      }
      #expect(opened != nil && !after, "\(moment)")
      #expect(endsDark(outcome), "\(moment)")
    }
  }

  @Test("A second signal while finally runs does not stop it")
  func secondSignal() throws {
    let outcome = try Self.rehearsal([
      "fault: interruption, at: 5 s, amount: 2", "fault: interruption, at: 7 s, amount: 15",
    ]).run()
    #expect(outcome.signal == 2)
    #expect(outcome.step("wait", on: "A1") != nil)
    #expect(outcome.end?.outputsSafe == true)
    #expect(outcome.verdict == .inconclusive)
  }

  private struct Moment: CustomStringConvertible {
    var step: String
    var at: Double
    var description: String { "in '\(step)' at \(at) s" }
  }

  /// The middle of every step of the undisturbed run that takes any time, and its beginning.
  private func moments() throws -> [Moment] {
    let steps = try #require(try Self.rehearsal().run().position("A1")).steps
    return steps.compactMap { step in
      guard let from = step.from, let to = step.to else { return nil }
      return Moment(step: step.step.id, at: (from.seconds + to.seconds) / 2)
    }
  }

  private func endsDark(_ outcome: Rehearsal.Outcome) -> Bool {
    var last: [Substring: Bool] = [:]
    for text in outcome.switchings {
      let words = text.split(separator: " ")
      last[words.dropLast().joined(separator: " ")[...]] = words.last == "on"
    }
    return !last.isEmpty && last.values.allSatisfy { !$0 }
  }
}
