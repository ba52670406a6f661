import Judging
import MeterProfiles
import Planning
import Quantities
import Testing
import Verdicts

/// A reference and a load that contradict each other: neither is the meter's failure, and neither is its pass.
@Suite("A reference that contradicts the declared load")
struct ContradictionTests {
  private static func rehearsal(
    _ kind: ReferenceRunTests.Kind,
    _ step: String,
    faults: [String] = [],
    meters: [String: String] = [:],
    load: String = "bank-5A"
  ) -> Rehearsal {
    var rehearsal = Rehearsal(
      Script.underLoad("  - \(step)", load: load),
      faults: faults,
      meters: meters
    )
    rehearsal.bench = kind.bench
    return rehearsal
  }

  private static let count =
    "count-pulses: { output: pulse-2, at-least: 200 pulses, expect: { error: ± 1 % } }"
  private static let read = "read: { active-power: { within: ± 1 %, of: reference } }"

  /// Both shifted by a tenth: by themselves they agree.
  @Test(
    "A gate in which the reference and a bad meter are off alike is no pass, and with a good meter no failure",
    arguments: [ReferenceRunTests.Kind.power, .pulses]
  )
  func gate(kind: ReferenceRunTests.Kind) throws {
    // A load that is a tenth low looks to all others like a reference that is.
    let outcome = try Self.rehearsal(
      kind,
      Self.count,
      faults: ["fault: load-step, at: 0 s, amount: -10 %"],
      meters: ["A2": "error: 10 %"]
    ).run()
    #expect(outcome.verdict("A1") == .inconclusive)
    #expect(outcome.verdict("A2") == .inconclusive)
    #expect(outcome.reasons("A2").contains { $0.text.contains("one of the two is wrong") })
  }

  @Test("A reading that is compared with an absurd reference is the bench's error")
  func reading() throws {
    let outcome = try Self.rehearsal(
      .power,
      Self.read,
      faults: ["fault: register-error, at: 0 s, on: reference, of: active-power, amount: 50 %"]
    ).run()
    #expect(outcome.verdict("A1") == .error)
    #expect(!outcome.kinds("A1").contains(.limit) || outcome.verdict("A1") != .failed)
  }

  @Test(
    "A fast reference is counted whole where a power is compared with it",
    arguments: [250_000, 500_000]
  )
  func fastReference(constant: Int) throws {
    var rehearsal = Self.rehearsal(.pulses, Self.read, meters: ["A2": "error: -66.7 %"])
    rehearsal.bench = rehearsal.bench.replacing(
      "100000 imp/kWh",
      with: "\(constant) imp/kWh"
    )
    let outcome = try rehearsal.run()
    #expect(outcome.verdict("A1") == .passed)
    #expect(outcome.verdict("A2") == .failed)
  }

  @Test("A power reference that falls silent is the bench's error, whatever it showed before")
  func silentReference() throws {
    let outcome = try Self.rehearsal(
      .power,
      "count-pulses: { output: pulse-2, at-least: 200 pulses, expect: { rate: 3.07 imp/s ± 2 % } }",
      faults: ["fault: silent-meter, at: 30 s, on: reference"]
    ).run()
    #expect(outcome.verdict("A1") == .error)
  }

  @Test("Readings that a register repeats are no measurements of their own")
  func repeatedReadings() throws {
    let outcome = try Self.rehearsal(.power, Self.count).run()
    let error = try #require(
      outcome.step("count-pulses", on: "A1")?.measurements.first { $0.id == "error" }
    )
    let between = try #require(
      error.budget?.components.first { $0.name == "power between readings" }
    )
    // A gate of 65 s, a register that is renewed once a second.
    #expect((between.degreesOfFreedom ?? .infinity) < 75)
  }

  @Test("A gate that is too short to find out a power that stands still is refused")
  func shortGate() {
    #expect {
      _ = try Self.rehearsal(.power, Self.count.replacing("200", with: "20")).plan()
    } throws: { "\($0)".contains("stands still") }
  }

  @Test("A load beyond the starting current proves no start")
  func startingLoad() {
    #expect {
      _ = try Self.rehearsal(.pulses, "starting-current: { output: pulse-2 }").plan()
    } throws: { "\($0)".contains("more than the starting current") }
  }

  @Test("Two dips of the load that a repeated gate shows to be over fail no meter")
  func dips() throws {
    let step =
      "remeasure: { output: pulse-2, gates: 2, at-least: 60 pulses, expect: { repeatability: { at-most: 1 % } } }"
    for at in [18.0, 19, 20] {
      let outcome = try Self.rehearsal(
        .pulses,
        step,
        faults: [at, at + 45].map { "fault: dropped-pulse, on: A1, output: pulse-2, at: \($0) s" }
      ).run()
      #expect(outcome.verdict("A1") == .inconclusive)
      #expect(outcome.verdict("A2") == .passed)
    }
  }

  @Test("Pulses from elsewhere make a bad meter no good one, and a good one no bad one")
  func extraPulses() throws {
    // One in a hundred: what a meter of -1 % lacks.
    let faults = ["A1", "A2"].flatMap { position in
      [20.1, 50.2].map { "fault: extra-pulse, on: \(position), output: pulse-2, at: \($0) s" }
    }
    let outcome = try Self.rehearsal(
      .pulses,
      Self.count,
      faults: faults,
      meters: ["A2": "error: -1.5 %"]
    ).run()
    #expect(outcome.verdict("A1") == .inconclusive)
    #expect(outcome.verdict("A2") == .inconclusive)
    #expect(outcome.verdict("A3") == .passed)
  }

  @Test("A slow meter is helped by no burst of pulses from elsewhere", arguments: [2, 3, 4])
  func bursts(count: Int) throws {
    // A period takes a third of a second.
    let faults = (1...count).map {
      "fault: extra-pulse, on: A2, output: pulse-2, at: \(40.0 + 0.3 * Double($0) / Double(count + 1)) s"
    }
    let outcome = try Self.rehearsal(
      .pulses,
      Self.count,
      faults: faults,
      meters: ["A2": "error: -\(1.2 + 0.5 * Double(count - 2)) %"]
    ).run()
    #expect(outcome.verdict("A2") == .inconclusive)
    #expect(outcome.verdict("A1") == .passed)
  }

  @Test("A power that is read once in six seconds is still a reference")
  func slowReference() throws {
    var rehearsal = Self.rehearsal(.power, Self.count)
    var slow = try #require(try BuiltInProfiles.load("sdm630"))
    slow.readings?.updateInterval = .seconds(6)
    rehearsal.profiles["sdm630"] = slow
    #expect(try rehearsal.run().verdict("A1") == .passed)
  }

  @Test("A voltage is compared with a reference whatever the load gives")
  func voltage() throws {
    let outcome = try Self.rehearsal(
      .power,
      "read: { voltage-l1: { within: ± 1 %, of: reference } }",
      faults: ["fault: load-step, at: 0 s, amount: -3 %"]
    ).run()
    #expect(outcome.verdict("A1") == .passed)
  }

  @Test("A mean over minutes shows no small load")
  func demandReference() {
    var rehearsal = Self.rehearsal(.power, "starting-current: { output: pulse-2 }")
    rehearsal.bench = rehearsal.bench.replacing(
      "quantity: active-power",
      with: "quantity: active-power-demand"
    )
    #expect {
      _ = try rehearsal.plan()
    } throws: { "\($0)".contains("a mean over minutes") }
  }

  @Test("A dead output beside a dead register is not the reference's fault")
  func deadMeter() throws {
    let outcome = try Self.rehearsal(
      .pulses,
      "compare-registers: { output: pulse-2, at-least: 3000 pulses, expect: { difference: class } }",
      faults: [
        "fault: silent-output, on: A1, output: pulse-2, at: 14 s",
        "fault: stuck-register, on: A1, of: active-energy-import, at: 14 s",
      ]
    ).run()
    #expect(outcome.verdict("A1") == .inconclusive)
    #expect(!outcome.kinds("A1").contains(.bench))
  }

  @Test(
    "A meter that answers for its silent neighbour is found by serial numbers, and the plan says who needs them"
  )
  func neighbour() throws {
    let steps = "read: { voltage-l1: 230 V ± 5 % }"
    let faults = ["fault: every-address, on: A1, at: 0 s", "fault: silent-meter, on: A2, at: 0 s"]
    func warns(_ rehearsal: Rehearsal) throws -> Bool {
      try rehearsal.plan().plan.warnings.contains {
        $0.contains("tells the meters on bus 'dut' apart")
      }
    }
    #expect(try warns(Self.rehearsal(.pulses, steps, faults: faults)))
    let identified = Self.rehearsal(
      .pulses,
      steps + "\n  - identify: { serial-number: any }",
      faults: faults
    )
    #expect(try !warns(identified))
    let outcome = try identified.run()
    #expect(outcome.verdict("A1") == .error && outcome.verdict("A2") == .error)
    #expect(outcome.kinds("A2").contains(.wrongUnit))
  }
}
