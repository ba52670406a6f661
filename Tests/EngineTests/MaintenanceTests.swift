import Judging
import RunRecord
import Testing
import Verdicts

@Suite("Steps that change how meters talk")
struct MaintenanceTests {
  private static let communication = """
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - communication: { baud: [4800, 19200], address: [100] }
    finally:
      - apply: { supply: off }
    """

  @Test(
    "Stopped at any moment, a meter is brought back and every output is safe",
    arguments: 6..<40
  )
  func interrupted(second: Int) throws {
    var rehearsal = Rehearsal(
      Self.communication,
      faults: ["fault: interruption, at: \(second) s, amount: 2"]
    )
    rehearsal.bench = Bench3.text
    let outcome = try rehearsal.run()
    #expect(outcome.end?.outputsSafe == true)
    #expect(outcome.verdict != .passed)
    #expect(!outcome.kinds("A1").contains(.limit))
    let lost = outcome.run.notes.filter { $0.text.contains("could not be set back") }
    #expect(lost.isEmpty, "\(lost)")
  }

  @Test("A dead bus in the matrix is the bench's error on every meter")
  func deadBus() throws {
    let outcome = try Rehearsal(
      Self.communication,
      faults: ["fault: dead-bus, at: 12 s, on: dut"]
    ).run()
    #expect(outcome.verdict == .error)
    for position in ["A1", "A2"] {
      #expect(outcome.step("communication", on: position)?.verdict != .failed)
    }
  }

  @Test("A supply that sticks in a restart is the bench's error")
  func stuckSupply() throws {
    let outcome = try Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - restart: { ready-within: 5 s }
      finally:
        - apply: { supply: off }
      """,
      faults: ["fault: stuck-output, at: 4 s, until: 30 s, on: A1"]
    ).run()
    #expect(outcome.step("restart", on: "A1")?.verdict == .error)
    #expect(outcome.step("restart", on: "A2")?.verdict == .passed)
  }

  @Test("A failed self-test fails the restart, with the code that the display shows")
  func selfTestCode() throws {
    let rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - restart: { ready-within: 5 s }
      finally:
        - apply: { supply: off }
      """,
      faults: ["fault: self-test-error, at: 4 s, on: A1"],
      meters: ["A1": "error-code: 0012 0004"]
    )
    let outcome = try rehearsal.run()
    let step = try #require(outcome.step("restart", on: "A1"))
    #expect(step.verdict == .failed)
    #expect("\(step.measurements)".contains("ERR= 0012 0004"))
    #expect(outcome.step("restart", on: "A2")?.verdict == .passed)
  }

  @Test("A reset of what was 0 before proves nothing")
  func emptyReset() throws {
    let outcome = try Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - reset: { what: demand, cleared: [active-power-demand-max] }
      finally:
        - apply: { supply: off }
      """
    ).run()
    #expect(outcome.verdict == .inconclusive)
  }

  @Test("No pulses without a load prove nothing where the output gave none before")
  func deadOutput() {
    let rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - configure: { ct-primary: 5 A, energy-units: kilo }
        - no-load: { output: pulse-2, during: 10 min }
      finally:
        - apply: { supply: off }
      """
    )
    #expect {
      _ = try rehearsal.plan()
    } throws: { "\($0)".contains("a dead output gives none without a load either") }
  }
}
