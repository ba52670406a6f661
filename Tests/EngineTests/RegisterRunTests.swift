import Judging
import Planning
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

  // MARK: How steady the load is

  /// Both outputs' pulses come about as fast as the register is updated.
  private static func steady(_ output: String = "pulse-2") -> String {
    Script.underLoad(
      """
        - configure: { pulse-1-energy: active-import, pulse-width: 100 ms, pulse-weight: 0.001 kWh }
        - compare-registers: { output: \(output), during: 5 min, expect: { difference: ± 2 % } }
      """
    )
  }

  /// What interpolation at an end of the gate adds to U.
  private static func interpolation(_ end: String, _ outcome: Rehearsal.Outcome) throws -> Double {
    let finding = try #require(outcome.step("compare-registers", on: "A1")?.findings.first)
    let budget = try #require(finding.measurement?.budget)
    return try #require(
      budget.components.first { $0.name == "register interpolation, \(end)" }
    ).contribution
  }

  private static func gate(_ outcome: Rehearsal.Outcome) throws -> (from: Instant, to: Instant) {
    let finding = try #require(outcome.step("compare-registers", on: "A1")?.findings.first)
    let measurement = try #require(finding.measurement)
    return (measurement.from, measurement.to)
  }

  @Test("Predicted and found uncertainty agree however the gate falls between two updates")
  func predictedUncertainty() throws {
    for (index, output) in ["pulse-1", "pulse-2"].enumerated() {
      for seed in 1...6 {
        var rehearsal = Rehearsal(Self.steady(output))
        rehearsal.bench = Bench3.text.replacing("seed: 1", with: "seed: \(seed + 6 * index)")
        let predicted = try #require(try rehearsal.plan().plan.steps.flatMap(\.predictions).first)
        let outcome = try rehearsal.run()
        for position in ["A1", "A2", "A3"] {
          let finding = try #require(
            outcome.step("compare-registers", on: position)?.findings.first
          )
          let found = try #require(finding.measurement?.budget).expanded
          #expect(abs(found / predicted.expanded - 1) < 0.2, "\(output), seed \(seed), \(position)")
        }
      }
    }
  }

  @Test(
    "A load that moves just before the gate opens, or just after it closes, is not taken for steady"
  )
  func loadStep() throws {
    let quiet = try Rehearsal(Self.steady()).run()
    let gate = try Self.gate(quiet)
    #expect(try Self.interpolation("opening", quiet) < 1e-5)
    #expect(try Self.interpolation("closing", quiet) < 1e-5)
    func seconds(_ moment: Instant) -> Double { moment.duration(since: .zero).inSeconds }
    let moments = [seconds(gate.from) - 1, seconds(gate.to) + 0.5]
    for (end, moment) in zip(["opening", "closing"], moments) {
      let moved = try Rehearsal(
        Self.steady(),
        faults: ["fault: load-step, at: \(moment) s, until: \(moment + 1.5) s, amount: -30 %"]
      ).run()
      #expect(try Self.interpolation(end, moved) > 3e-5, "\(end)")
    }
  }

  @Test(
    "Where pulses are lost beside the gate, nothing is known of the load there, and the gate stands"
  )
  func lostBeside() throws {
    let gate = try Self.gate(try Rehearsal(Self.steady()).run())
    let after = gate.to.duration(since: .zero).inSeconds + 1.5
    let outcome = try Rehearsal(
      Self.steady(),
      faults: ["fault: dropped-edge, on: A1, output: pulse-2, at: \(after) s"]
    ).run()
    #expect(outcome.verdict("A1") == .passed)
    let ends = try ["opening", "closing"].map { try Self.interpolation($0, outcome) }
    // Nothing is known but that energy flows one way: up to half a step of the register at each end.
    #expect(ends.allSatisfy { $0 > 1e-3 }, "\(ends)")
  }

  @Test("An output that dies before the gate opens has given what it gave")
  func deathBeforeTheGate() throws {
    let gate = try Self.gate(try Rehearsal(Self.steady()).run())
    let before = gate.from.duration(since: .zero).inSeconds - 1
    let outcome = try Rehearsal(
      Self.steady(),
      faults: ["fault: silent-output, on: A1, output: pulse-2, at: \(before) s"]
    ).run()
    #expect(outcome.verdict("A1") != .passed)
    #expect(outcome.reasons("A1").contains { $0.text.contains("fell silent") })
  }
}
