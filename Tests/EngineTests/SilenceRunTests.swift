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

  /// A run of one gate against such a reference.
  private static func gate(
    _ pulses: Int,
    against constant: Int,
    load: String = "bank-5A",
    fault: String? = nil
  ) throws -> Rehearsal.Outcome {
    var rehearsal = Rehearsal(
      Script.underLoad(
        "  - count-pulses: { output: pulse-2, at-least: \(pulses) pulses, expect: { error: ± 5 % } }",
        load: load
      ),
      faults: fault.map { [$0] } ?? []
    )
    rehearsal.bench = slow(constant)
    rehearsal.allowsUndecidable = true
    return try rehearsal.run()
  }

  private static func again(_ outcome: Rehearsal.Outcome) -> JudgedStep? {
    outcome.position("A1")?.steps.first { $0.step.id == "again" }
  }

  /// A run of two gates with a fault of A1's output 2 for six seconds as the second one is to open.
  private static func twoGates(
    _ kind: ReferenceRunTests.Kind,
    fault: String
  ) throws -> Rehearsal.Outcome {
    var rehearsal = Rehearsal(twoGates)
    rehearsal.bench = kind.bench
    let good = try rehearsal.run()
    #expect(good.verdict == .passed, "\(good.reasons("A1").map(\.text))")
    let pulses = again(good)?.measurements.first { $0.id == "pulses" }
    let opened = try #require(pulses?.from).seconds
    rehearsal.faults = [
      "fault: \(fault), on: A1, output: pulse-2, at: \(opened - 0.5) s, until: \(opened + 5.5) s"
    ]
    return try rehearsal.run()
  }

  @Test(
    "A silence that ends before anybody asks about it fails an output that has given pulses",
    arguments: [ReferenceRunTests.Kind.registers, .power]
  )
  func silenceThatEnds(kind: ReferenceRunTests.Kind) throws {
    let outcome = try Self.twoGates(kind, fault: "silent-output")
    #expect(Self.again(outcome)?.verdict == .failed)
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("Pulses that a loose contact chops for a while are no dead output")
  func choppedPulses() throws {
    for kind in [ReferenceRunTests.Kind.registers, .power] {
      let outcome = try Self.twoGates(kind, fault: "pulse-width, amount: 2 ms")
      #expect(Self.again(outcome)?.verdict == .inconclusive, "\(kind)")
    }
  }

  @Test("A reference whose pulses are rare passes a good meter", arguments: [100, 400, 1600])
  func rareReferencePulses(constant: Int) throws {
    for load in ["bank-5A", "bank-2A"] {
      let outcome = try Self.gate(900, against: constant, load: load)
      #expect(outcome.verdict == .passed, "\(load) \(outcome.reasons("A1").map(\.text))")
    }
  }

  @Test(
    "A dead output is no fault of a reference that counts in coarse steps",
    arguments: [100, 400, 800, 1600, 3200]
  )
  func deadAgainstRarePulses(constant: Int) throws {
    for seconds in [30, 31, 32] {
      let outcome = try Self.gate(
        900,
        against: constant,
        fault: "fault: silent-output, on: A1, output: pulse-2, at: \(seconds) s"
      )
      #expect(outcome.verdict("A1") == .failed, "\(outcome.reasons("A1").map(\.text))")
      #expect(outcome.verdict("A2") == .passed)
    }
  }

  @Test("A load that is gone is no fault of the meter, however coarse the reference")
  func loadGone() throws {
    for constant in [100, 400, 1600, 100_000] {
      let outcome = try Self.gate(
        900,
        against: constant,
        fault: "fault: load-step, at: 30 s, amount: -100 %"
      )
      let verdict = outcome.verdict("A1")
      #expect(verdict == .error || verdict == .inconclusive, "\(constant)")
      let steps = outcome.position("A1")?.steps ?? []
      let verdicts = steps.flatMap { $0.findings.map(\.verdict) + $0.remarks.map(\.verdict) }
      #expect(!verdicts.isEmpty && !verdicts.contains(.failed), "\(constant)")
    }
  }

  @Test("What a gate is too short for, a reference that counts in coarse steps cannot tell")
  func tooCoarse() throws {
    // A pulse of the reference stands for more of the meter's than the gate holds.
    let dead = try Self.gate(
      30,
      against: 70,
      fault: "fault: silent-output, on: A1, output: pulse-2, at: 12 s"
    )
    #expect(dead.verdict("A1") == .inconclusive)
    #expect(dead.reasons("A1").contains { $0.text.contains("fell silent") })
    // Edges that come while its next pulse is waited for are no silence.
    for constant in [30, 50, 70] {
      let texts = try Self.gate(30, against: constant).reasons("A1").map(\.text)
      #expect(!texts.contains { $0.contains("fell silent") }, "\(constant) \(texts)")
    }
  }

  @Test("An output that is dead while the reference shows the end of a gate passes no next one")
  func deadBetweenGates() throws {
    var rehearsal = Rehearsal(
      Script.underLoad(
        "  - remeasure: { output: pulse-2, gates: 3, at-least: 300 pulses, expect: { mean-error: ± 10 % } }"
      )
    )
    for bench in [Self.slow(50)] + [ReferenceRunTests.Kind.registers, .power].map(\.bench) {
      (rehearsal.bench, rehearsal.faults) = (bench, [])
      let good = try rehearsal.run()
      #expect(good.verdict == .passed, "\(good.reasons("A1").map(\.text))")
      let gate = good.step("remeasure", on: "A1")?.measurements.first { $0.id == "error-1" }
      let closed = try #require(gate?.to).seconds
      rehearsal.faults = [
        "fault: silent-output, on: A1, output: pulse-2, at: \(closed + 0.1) s, until: \(closed + 3.3) s"
      ]
      let outcome = try rehearsal.run()
      // Nor is it an error of the reference, which shows energy too late to tell.
      #expect(outcome.step("remeasure", on: "A1")?.verdict == .inconclusive)
      #expect(outcome.verdict("A2") == .passed)
    }
  }
}
