import Judging
import Testing
import Verdicts

@Suite("A load that is not as declared")
struct LoadBlameTests {
  private static let steps = """
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - apply: { load: bank-5A }
      - read: { current-l1: 5 A ± 2 % }
    finally:
      - apply: { load: off, supply: off }
    """

  @Test("A load that is a tenth low is the bench's error, and no meter's failure")
  func lowLoad() throws {
    let outcome = try Rehearsal(
      Self.steps,
      faults: ["fault: load-step, at: 0 s, amount: -10 %"]
    ).run()
    #expect(outcome.verdict == .error)
    let read = try #require(outcome.step("read", on: "A1"))
    #expect(read.findings.map(\.verdict) == [.error])
    #expect(read.remarks.contains { $0.part == "load bank-5A" })
  }

  @Test("A meter that shows a tenth less under a sound load fails")
  func lowMeter() throws {
    let outcome = try Rehearsal(
      Self.steps,
      faults: ["fault: register-error, at: 0 s, on: A1, of: current-l1, amount: -10 %"]
    ).run()
    #expect(outcome.verdict("A1") == .failed)
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("A rate stated as a value rests on the load as well")
  func rate() throws {
    let outcome = try Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - configure: { ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - count-pulses:
            output: pulse-2
            at-least: 20 pulses
            expect: { rate: 3.07 imp/s ± 1 % }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: ["fault: load-step, at: 0 s, amount: -10 %"]
    ).run()
    #expect(outcome.verdict == .error)
    #expect(outcome.kinds("A1").contains(.bench))
    #expect(!outcome.kinds("A1").contains(.limit))
  }

  @Test("A limit that the declared load cannot keep is refused before the run")
  func contradiction() {
    let rehearsal = Rehearsal(Self.steps.replacing("5 A ± 2 %", with: "4 A ± 2 %"))
    #expect {
      _ = try rehearsal.plan()
    } throws: { "\($0)".contains("load bank-5A gives current-l1 of 5 A here") }
  }
}
