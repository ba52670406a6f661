import Judging
import Pulses
import Quantities
import Rig
import RunRecord
import Testing
import Verdicts

@testable import BenchEngine

/// The meter's register against its own pulses.
@Suite("A run that compares registers")
struct RegisterRunTests {
  private static func script(_ output: String, atLeast: String, _ difference: String) -> String {
    """
    needs: { outputs: [\(output)] }
    steps:
      - apply: { supply: on }
      - wait: 2 s
      - configure: { system-type: 3P4W, energy-units: kilo, ct-primary: 5 A, pulse-1-energy: active-import, pulse-width: 100 ms, pulse-weight: 0.1 kWh }
      - apply: { load: bank-5A }
      - compare-registers:
          output: \(output)
          \(atLeast)
          expect: { difference: \(difference) }
    finally:
      - apply: { load: off, supply: off }
    """
  }

  private static func lostPulses(_ seconds: some Sequence<Int>) -> [String] {
    seconds.map { "fault: dropped-pulse, on: A1, output: pulse-2, at: \($0) s" }
  }

  @Test("Pulses that are missing from one gate are measured once more, and fail nobody")
  func gapInOneGate() throws {
    let outcome = try Rehearsal(
      Self.script("pulse-2", atLeast: "during: 10 min", "± 0.5 %"),
      faults: Self.lostPulses(stride(from: 20, to: 500, by: 15))
    ).run()
    #expect(outcome.verdict("A1") == .inconclusive)
    #expect(outcome.step("compare-registers", on: "A1")?.findings.map(\.verdict) == [.passed])
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("Pulses that are missing from both gates contradict the register twice")
  func gapInBothGates() throws {
    let outcome = try Rehearsal(
      Self.script("pulse-2", atLeast: "during: 10 min", "± 0.5 %"),
      faults: Self.lostPulses(stride(from: 20, to: 1400, by: 15))
    ).run()
    #expect(outcome.verdict("A1") == .failed)
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("A gate that opens long after the step began keeps the readings around its opening")
  func slowOutput() throws {
    for seed in 1...4 {
      var rehearsal = Rehearsal(Self.script("pulse-1", atLeast: "at-least: 6 pulses", "± 1 %"))
      rehearsal.bench = Bench3.only(1).replacing("seed: 1", with: "seed: \(seed)")
      let outcome = try rehearsal.run()
      #expect(outcome.verdict == .passed, "seed \(seed)")
    }
  }
}
