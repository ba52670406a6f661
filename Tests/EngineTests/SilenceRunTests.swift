import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

@testable import BenchEngine

/// Outputs that give no pulses for a while, and what a reference that counts in steps can say of that.
@Suite("Outputs that are silent for a while")
struct SilenceRunTests {
  private static let twoGates = Script.underLoad(
    """
      - name: proof
        count-pulses: { output: pulse-2, at-least: 200 pulses, expect: { error: ± 10 % } }
      - name: again
        count-pulses: { output: pulse-2, at-least: 200 pulses, expect: { error: ± 10 % } }
    """
  )

  /// A reference whose pulses come more seldom than the meter's.
  private static func slow(_ constant: Int) -> String {
    ReferenceRunTests.Kind.pulses.bench.replacing("100000 imp/kWh", with: "\(constant) imp/kWh")
  }

  @Test(
    "A silence that ends before anybody asks about it fails an output that has given pulses",
    arguments: [ReferenceRunTests.Kind.pulses, .registers, .power]
  )
  func silenceThatEnds(kind: ReferenceRunTests.Kind) throws {
    var rehearsal = Rehearsal(Self.twoGates)
    rehearsal.bench = kind.bench
    let good = try rehearsal.run()
    #expect(good.verdict == .passed, "\(good.reasons("A1").map(\.text))")
    func again(_ outcome: Rehearsal.Outcome) -> JudgedStep? {
      outcome.position("A1")?.steps.first { $0.step.id == "again" }
    }
    let pulses = again(good)?.measurements.first { $0.id == "pulses" }
    let opened = try #require(pulses?.from).seconds
    rehearsal.faults = [
      "fault: silent-output, on: A1, output: pulse-2, at: \(opened - 0.5) s, until: \(opened + 5.5) s"
    ]
    let outcome = try rehearsal.run()
    #expect(again(outcome)?.verdict == .failed)
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("A reference whose pulses are rare passes a good meter", arguments: [100, 400, 1600])
  func rareReferencePulses(constant: Int) throws {
    for load in ["bank-5A", "bank-2A"] {
      var rehearsal = Rehearsal(
        Script.underLoad(
          "  - count-pulses: { output: pulse-2, at-least: 900 pulses, expect: { error: ± 5 % } }",
          load: load
        )
      )
      rehearsal.bench = Self.slow(constant)
      let outcome = try rehearsal.run()
      #expect(outcome.verdict == .passed, "\(load) \(outcome.reasons("A1").map(\.text))")
    }
  }

  @Test(
    "A dead output is no fault of a reference that counts in coarse steps",
    arguments: [100, 400, 800, 1600, 3200]
  )
  func deadAgainstRarePulses(constant: Int) throws {
    for seconds in [30, 31, 32] {
      var rehearsal = Rehearsal(
        Script.underLoad(
          "  - count-pulses: { output: pulse-2, at-least: 900 pulses, expect: { error: ± 5 % } }"
        ),
        faults: ["fault: silent-output, on: A1, output: pulse-2, at: \(seconds) s"]
      )
      rehearsal.bench = Self.slow(constant)
      let outcome = try rehearsal.run()
      #expect(outcome.verdict("A1") == .failed, "\(outcome.reasons("A1").map(\.text))")
      #expect(outcome.verdict("A2") == .passed)
    }
  }

  @Test("A load that is gone is no fault of the meter, however coarse the reference")
  func loadGone() throws {
    for constant in [100, 400, 1600, 100_000] {
      var rehearsal = Rehearsal(
        Script.underLoad(
          "  - count-pulses: { output: pulse-2, at-least: 900 pulses, expect: { error: ± 5 % } }"
        ),
        faults: ["fault: load-step, at: 30 s, amount: -100 %"]
      )
      rehearsal.bench = Self.slow(constant)
      let verdict = try rehearsal.run().verdict("A1")
      #expect(verdict == .error || verdict == .inconclusive, "\(constant)")
    }
  }

  @Test("What a gate is too short for, a reference that counts in coarse steps cannot tell")
  func tooCoarse() throws {
    func outcome(_ constant: Int, _ faults: [String]) throws -> Rehearsal.Outcome {
      var rehearsal = Rehearsal(
        Script.underLoad(
          "  - count-pulses: { output: pulse-2, at-least: 30 pulses, expect: { error: ± 5 % } }"
        ),
        faults: faults
      )
      rehearsal.bench = Self.slow(constant)
      rehearsal.allowsUndecidable = true
      return try rehearsal.run()
    }
    // A pulse of the reference stands for more of the meter's than the gate holds.
    let dead = try outcome(20, ["fault: silent-output, on: A1, output: pulse-2, at: 12 s"])
    #expect(dead.verdict("A1") == .inconclusive)
    // Edges that come while its next pulse is waited for are no silence.
    for constant in [20, 30, 50, 70] {
      let texts = try outcome(constant, []).reasons("A1").map(\.text)
      #expect(!texts.contains { $0.contains("fell silent") }, "\(constant) \(texts)")
    }
  }
}
