import Judging
import Planning
import Pulses
import Quantities
import Rig
import RunRecord
import Testing
import Verdicts

@testable import BenchEngine
@testable import MeterProfiles

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

  /// Both outputs' pulses come about as fast as the register is updated.
  private static func steady(_ output: String = "pulse-2") -> String {
    Script.underLoad(
      """
        - configure: { pulse-1-energy: active-import, pulse-width: 100 ms, pulse-weight: 0.001 kWh }
        - compare-registers: { output: \(output), during: 5 min, expect: { difference: ± 2 % } }
      """
    )
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

  @Test("So they do against a reference that is read by its registers")
  func predictedAgainstReference() throws {
    for seed in 1...4 {
      var rehearsal = Rehearsal(Script.pulses("error: ± 2 %", pulses: 500))
      rehearsal.bench = ReferenceRunTests.Kind.registers.bench
        .replacing("seed: 1", with: "seed: \(seed)")
      let predicted = try #require(try rehearsal.plan().plan.steps.flatMap(\.predictions).first)
      let outcome = try rehearsal.run()
      for position in ["A1", "A2", "A3"] {
        let finding = try #require(outcome.step("count-pulses", on: position)?.findings.first)
        let found = try #require(finding.measurement?.budget).expanded
        #expect(abs(found / predicted.expanded - 1) < 0.2, "seed \(seed), \(position)")
      }
    }
  }

  // MARK: Outputs that die

  @Test(
    "An output that dies fails by the energy that the register goes on to show",
    arguments: [20, 200]
  )
  func silentOutput(at seconds: Int) throws {
    for output in ["pulse-1", "pulse-2"] {
      let outcome = try Rehearsal(
        Self.steady(output),
        faults: ["fault: silent-output, on: A1, output: \(output), at: \(seconds) s"]
      ).run()
      #expect(outcome.verdict("A1") == .failed, "\(output) \(outcome.reasons("A1").map(\.text))")
      #expect(outcome.verdict("A2") == .passed)
    }
  }

  @Test(
    "What was due is known however long the silence, and blames no meter whose line never gave a pulse"
  )
  func slowSilentOutput() throws {
    var rehearsal = Rehearsal(Self.script("pulse-1", atLeast: "at-least: 6 pulses", "± 1 %"))
    rehearsal.faults = ["fault: silent-output, on: A1, output: pulse-1, at: 5 s"]
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A1") == .inconclusive)
    let texts = outcome.reasons("A1").map(\.text)
    #expect(
      texts.contains { $0.contains("although 6.") && $0.contains("no pulse yet") },
      "\(texts)"
    )
  }

  @Test("A dead output is no failure of a reference that is read by its registers")
  func silentAgainstReference() throws {
    for seconds in [11, 40] {
      var rehearsal = Rehearsal(
        Script.pulses("error: ± 2 %", pulses: 300),
        faults: ["fault: silent-output, on: A1, output: pulse-2, at: \(seconds) s"]
      )
      for kind in [ReferenceRunTests.Kind.registers, .power] {
        rehearsal.bench = kind.bench
        let outcome = try rehearsal.run()
        #expect(outcome.verdict("A1") == .failed, "\(kind) \(outcome.reasons("A1").map(\.text))")
        #expect(outcome.verdict("A2") == .passed)
      }
    }
  }

  @Test("A register whose steps are coarse for the gate condemns no meter")
  func coarseRegister() throws {
    for seed in 1...6 {
      // At 900 MWh the numbers are 62.5 Wh apart; 50 pulses are 15.6 Wh.
      var rehearsal = Rehearsal(
        Script.underLoad(
          "  - compare-registers: { output: pulse-2, at-least: 50 pulses, expect: { difference: ± 10 % } }"
        )
      )
      rehearsal.meters = ["A1": "energy: 900000 kWh"]
      rehearsal.bench = Bench3.only(1).replacing("seed: 1", with: "seed: \(seed)")
      rehearsal.allowsUndecidable = true
      let outcome = try rehearsal.run()
      #expect(outcome.verdict("A1") == .inconclusive, "\(outcome.reasons("A1").map(\.text))")
    }
  }

  @Test("One step of a coarse register is no energy that was due in a silence")
  func coarseSilence() throws {
    for seed in 1...6 {
      var rehearsal = Rehearsal(
        Self.steady("pulse-1"),
        faults: ["fault: load-step, at: 60 s, amount: -91 %"]
      )
      rehearsal.meters = ["A1": "energy: 100000 kWh"]
      rehearsal.bench = Bench3.only(1).replacing("seed: 1", with: "seed: \(seed)")
      let outcome = try rehearsal.run()
      #expect(outcome.verdict("A1") != .failed, "\(outcome.reasons("A1").map(\.text))")
    }
  }

  // MARK: Loads that move

  /// The profile with a register that is updated otherwise, and shows its energy without steps.
  private static func profile(updated interval: Duration) throws -> MeterProfile {
    func altered(_ profile: MeterProfile) -> MeterProfile {
      var profile = profile
      profile.readings?.updateInterval = interval
      profile.readings?.latency = .zero
      for index in profile.quantities.indices { profile.quantities[index].resolution = nil }
      return profile
    }
    var profile = altered(try #require(try BuiltInProfiles.load("integra-1221")))
    profile.byLineage = profile.byLineage.mapValues(altered)
    return profile
  }

  private static func moving(
    _ faults: [String],
    weight: String,
    during: String,
    updated interval: Duration,
    seed: Int
  ) throws -> Rehearsal.Outcome {
    var rehearsal = Rehearsal(
      Script.underLoad(
        """
          - configure: { pulse-1-energy: active-import, pulse-width: 100 ms, pulse-weight: \(weight) }
          - compare-registers: { output: pulse-1, during: \(during), expect: { difference: ± 1 % } }
        """
      ),
      faults: faults
    )
    rehearsal.bench = Bench3.only(1).replacing("seed: 1", with: "seed: \(seed)")
    rehearsal.profiles = ["integra-1221": try profile(updated: interval)]
    rehearsal.allowsUndecidable = true
    return try rehearsal.run()
  }

  private static func difference(_ outcome: Rehearsal.Outcome) throws -> Measurement {
    let finding = try #require(outcome.step("compare-registers", on: "A1")?.findings.first)
    return try #require(finding.measurement)
  }

  @Test("A load that swings once in each pulse hides no bad meter, and condemns no good one")
  func swingingLoad() throws {
    let period = 1.043478
    let swings = (0..<320).flatMap { index in
      let start = 12.3 + Double(index) * period
      return [
        "fault: load-step, at: \(start) s, until: \(start + period / 2) s, amount: 90 %",
        "fault: load-step, at: \(start + period / 2) s, until: \(start + period) s, amount: -90 %",
      ]
    }
    let off = "fault: pulse-constant, on: A1, output: pulse-1, at: 0 s, amount: -1.6 %"
    for seed in 1...4 {
      for (error, faults) in [(0.0, swings), (-0.016, swings + [off])] {
        let outcome = try Self.moving(
          faults,
          weight: "0.001 kWh",
          during: "5 min",
          updated: .milliseconds(1200),
          seed: seed
        )
        let found = try Self.difference(outcome)
        let (number, expanded) = try (#require(found.number), #require(found.budget).expanded)
        #expect(abs(number - error) <= expanded, "seed \(seed): \(number) ± \(expanded)")
        // So close that an error that stayed hidden would pass.
        #expect(expanded < 0.006)
        #expect(outcome.verdict("A1") != (error == 0 ? .failed : .passed), "seed \(seed)")
      }
    }
  }

  @Test("A dip beside the gate changes nothing in it")
  func dipBesideTheGate() throws {
    for seed in 1...4 {
      func measure(_ faults: [String]) throws -> Measurement {
        try Self.difference(
          Self.moving(
            faults,
            weight: "0.001 kWh",
            during: "60 s",
            updated: .milliseconds(1200),
            seed: seed
          )
        )
      }
      let quiet = try measure([])
      let after = quiet.to.duration(since: .zero).inSeconds + 0.01
      let dipped = try measure([
        "fault: load-step, at: \(after) s, until: \(after + 2) s, amount: -100 %"
      ])
      let moved = try (#require(dipped.number) - #require(quiet.number)).magnitude
      #expect(moved < 1e-6, "seed \(seed)")
    }
  }
}
