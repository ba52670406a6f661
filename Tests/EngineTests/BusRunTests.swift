import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

/// What a meter or its bus can do to a conversation, and who answers for it.
@Suite("A run that talks to meters")
struct BusRunTests {
  static let readings = """
    needs: { outputs: [pulse-2] }
    steps:
      - apply: { supply: on }
      - wait: 2 s
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo, demand-period: 15 min }
      - apply: { load: bank-5A }
      - on-failure: continue
        read: { voltage-l1: 230 V ± 5 %, current-l1: 5 A ± 2 % }
      - wait: 10 s
      - read: { voltage-l1: 230 V ± 5 %, active-energy-import: { at-least: 0 kWh } }
    finally:
      - apply: { load: off, supply: off }
    """

  struct Case: Sendable, CustomTestStringConvertible {
    var fault: String
    /// Of A2, which has the fault.
    var verdict: Verdict
    var kind: Reason.Kind?
    /// Of its neighbours.
    var others: Verdict = .passed
    var testDescription: String { fault }
  }

  @Test(
    "Each fault of one meter's conversation is named, and its neighbours are not blamed",
    arguments: [
      // Others answer before and after, and the supply is read back: the meter's own silence.
      Case(fault: "silent-meter, on: A2, at: 15 s", verdict: .failed, kind: .noCommunication),
      Case(fault: "silent-meter, on: A2, at: 0 s", verdict: .failed, kind: .noCommunication),
      Case(fault: "nan-register, on: A2, at: 15 s", verdict: .failed, kind: .notFinite),
      Case(fault: "self-test-error, on: A2, at: 0 s", verdict: .failed, kind: .refused),
      Case(fault: "refused-writes, on: A2, at: 0 s", verdict: .failed, kind: .refused),
      Case(fault: "forgotten-writes, on: A2, at: 0 s", verdict: .failed, kind: .mismatch),
      Case(
        fault: "damaged-replies, on: A2, at: 0 s",
        verdict: .inconclusive,
        kind: .noCommunication
      ),
      Case(fault: "late-replies, on: A2, at: 0 s, amount: 50 ms", verdict: .passed, kind: nil),
      Case(
        fault: "late-replies, on: A2, at: 0 s, amount: 5 s",
        verdict: .failed,
        kind: .noCommunication
      ),
      Case(fault: "noise, on: A2, at: 0 s", verdict: .passed, kind: nil),
      Case(fault: "echo, on: dut, at: 0 s", verdict: .passed, kind: nil),
      Case(fault: "dead-bus, on: dut, at: 15 s", verdict: .error, kind: .bench, others: .error),
      Case(
        fault: "adapter-pulled, on: dut, at: 15 s",
        verdict: .error,
        kind: .bench,
        others: .error
      ),
      Case(fault: "stuck-output, on: A2, at: 0 s", verdict: .error, kind: .bench),
    ]
  )
  func fault(_ fault: Case) throws {
    let outcome = try Rehearsal(Self.readings, faults: ["fault: \(fault.fault)"]).run()
    #expect(outcome.verdict("A2") == fault.verdict)
    if let kind = fault.kind { #expect(outcome.kinds("A2").contains(kind)) }
    #expect(outcome.verdict("A1") == fault.others)
    #expect(outcome.verdict("A3") == fault.others)
  }

  @Test(
    "A pulled adapter is waited for between steps, as long as the bench file allows",
    arguments: [
      (replug: "replug: 20 s", until: ", until: 25 s", verdict: Verdict.passed),
      ("replug: 5 s", ", until: 25 s", .error),
      ("replug: 5 s", "", .error),
    ]
  )
  func replug(replug: String, until: String, verdict: Verdict) throws {
    var rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 10 s
        - read: { voltage-l1: 230 V ± 5 % }
        - wait: 2 s
        - read: { voltage-l1: 230 V ± 5 % }
      """,
      faults: ["fault: adapter-pulled, on: dut, at: 11.5 s\(until)"]
    )
    rehearsal.bench = Bench3.text.replacing(
      "{ usb-serial: TWIN0001 }",
      with: "{ usb-serial: TWIN0001, \(replug) }"
    )
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == verdict)
    let notes = outcome.events.compactMap { event in
      if case .noted(let note) = event.event { note.text } else { nil }
    }
    let text = verdict == .passed ? "was pulled and is back" : "did not come back within 5 s"
    // It had its time once, and not again before each step.
    #expect(notes.filter { $0.contains(text) }.count == 1, "\(notes)")
  }

  @Test(
    "A line whose adapter was away for a moment is dead, where the bench file does not let it come back"
  )
  func deadLine() throws {
    let outcome = try Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 10 s
        - read: { voltage-l1: 230 V ± 5 % }
      """,
      faults: ["fault: adapter-pulled, on: dut, at: 2 s, until: 3 s"]
    ).run()
    #expect(outcome.verdict == .error)
  }

  @Test("On the way to the end nobody waits for a pulled adapter: outputs may be on")
  func noReplugAtTheEnd() throws {
    var rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on, load: bank-5A }
        - wait: 60 s
        - read: { voltage-l1: 230 V ± 5 % }
      finally:
        - read: { voltage-l1: 230 V ± 5 % }
        - apply: { supply: off, load: off }
      """,
      faults: [
        "fault: adapter-pulled, on: dut, at: 11 s", "fault: interruption, at: 12 s, amount: 2",
      ]
    )
    rehearsal.bench = Bench3.text.replacing(
      "{ usb-serial: TWIN0001 }",
      with: "{ usb-serial: TWIN0001, replug: 90 s }"
    )
    let outcome = try rehearsal.run()
    #expect(outcome.signal == 2)
    #expect(outcome.verdict != .passed)
    #expect(try #require(outcome.events.last).at.seconds < 13)
    #expect(outcome.end?.outputsSafe == true)
  }

  @Test("A meter alone on its bus that never answers proves nothing against itself")
  func aloneOnTheBus() throws {
    var rehearsal = Rehearsal(Self.readings, faults: ["fault: silent-meter, on: A1, at: 0 s"])
    rehearsal.bench = Bench3.only(1)
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A1") == .error)
    #expect(!outcome.kinds("A1").contains(.noCommunication))
  }

  @Test("A register that turns NaN under compare-registers is the meter's, and never passes")
  func notANumber() throws {
    let outcome = try Rehearsal(
      """
      needs: { outputs: [pulse-2] }
      steps:
        - apply: { supply: on }
        - wait: 2 s
        - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - compare-registers:
            output: pulse-2
            during: 2 min
            expect: { difference: ± 5 % }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: ["fault: nan-register, on: A2, at: 60 s"]
    ).run()
    #expect(outcome.verdict("A1") == .passed)
    #expect(outcome.verdict("A2") == .failed)
    #expect(outcome.verdict("A3") == .passed)
    #expect(outcome.kinds("A2").contains(.notFinite))
  }
}
