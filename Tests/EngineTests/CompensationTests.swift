import Judging
import RunRecord
import Testing
import Verdicts

/// What the bench has wrong, together with what a meter has wrong: neither may hide the other, nor pass for it.
@Suite("Faults that make up for one another")
struct CompensationTests {
  /// A run with A1 bad and A2 good, unless the case says otherwise.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var steps: String
    var faults: [String] = []
    var bad = ""
    /// What stands otherwise in the bench file.
    var bench: [(String, String)] = []
    /// Whether the good meter passes: the bench is fit, and only A1 is wrong.
    var isFit = false
    /// What keeps the good meter A2 from passing.
    var because: Reason.Kind?

    var testDescription: String { name }
  }

  private static let read = "  - read: { active-power: { within: ± 0.5 %, of: reference } }\n"
  private static let resistance = "resistance: 46 Ω ± 0.2 %"
  private static let transformer = (
    "    supply: { chip: main, line: GPIO22, safe: off }\n",
    "    supply: { chip: main, line: GPIO22, safe: off }\n    ct-error: 2 % ± 0.02 %\n    ct-displacement: 0 ° ± 0.01 °\n"
  )

  static let cases = [
    Case(
      name: "a register that still shows what was, a reference that shows what is",
      steps: read,
      faults: ["fault: load-step, at: 8.5 s, amount: 10 %"],
      bad: "error: 10 %",
      because: .bench
    ),
    Case(
      name: "a reference that loses a twenty-fifth of its pulses evenly",
      steps:
        "  - count-pulses: { output: pulse-2, at-least: 60 pulses, conditions: { load-stability: 1 % }, expect: { error: ± 0.5 % } }\n",
      faults: (8..<40).map { "fault: silent-reference, at: \($0).30 s, until: \($0).34 s" },
      bad: "error: -4 %",
      because: .condition
    ),
    Case(
      name: "a transformer's error, in a reading",
      steps: read,
      bad: "error: -2 %",
      bench: [transformer],
      isFit: true
    ),
    Case(
      name: "a reference that is off within its certificate, in a reading",
      steps: read,
      bad: "error: 3 %",
      bench: [("accuracy: 0.05 %", "accuracy: 0.05 %\n  calibration-uncertainty: 5 %")],
      because: .undecided
    ),
    Case(
      name: "a load that is off, and a reference too poor to tell",
      steps: "  - read: { active-power: { within: ± 1 %, of: load } }\n",
      faults: ["fault: load-step, at: 1 s, amount: 4 %"],
      bad: "error: -4 %",
      bench: [("accuracy: 0.05 %", "accuracy: 5 %")],
      because: .condition
    ),
    Case(
      name: "a fixed limit that is narrower than the load's own tolerance",
      steps: "  - read: { active-power: 3.45 kW ± 1 % }\n",
      faults: ["fault: load-step, at: 1 s, amount: 4 %"],
      bad: "error: -4 %",
      bench: [(resistance, "resistance: 46 Ω ± 5 %")],
      because: .undecided
    ),
    Case(
      name: "a load far beyond its declaration, which asks the output for too much",
      steps:
        "  - count-pulses: { output: pulse-2, at-least: 60 pulses, expect: { error: ± 0.5 % } }\n",
      faults: ["fault: load-step, at: 0 s, amount: 400 %"],
      because: .condition
    ),
    Case(
      name: "a load that moves while gates are repeated against its declaration",
      steps:
        "  - remeasure: { output: pulse-2, gates: 3, at-least: 60 pulses, expect: { repeatability: { at-most: 0.2 % } } }\n",
      faults: ["fault: load-step, at: 30 s, amount: 1 %"],
      bench: [
        (resistance, "resistance: 46 Ω ± 1 %"),
        (
          "  pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }\n",
          "  declared-load: true\n"
        ),
        ("  accuracy: 0.05 %\n", ""),
      ],
      because: .undecided
    ),
    Case(
      name: "one pulse that the wiring loses while gates are repeated",
      steps:
        "  - remeasure: { output: pulse-2, gates: 3, at-least: 60 pulses, expect: { error: ± 0.5 % } }\n",
      faults: ["fault: dropped-pulse, at: 40 s, on: A2, output: pulse-2"],
      because: .unexplainedGap
    ),
  ]

  @Test("No bad meter passes, and no good one fails", arguments: cases)
  func compensation(_ one: Case) throws {
    var rehearsal = Rehearsal(
      Script.underLoad(one.steps),
      faults: one.faults,
      meters: one.bad.isEmpty ? [:] : ["A1": one.bad]
    )
    // The plan refuses some of them; the run itself must not pass them either.
    rehearsal.allowsUndecidable = true
    for (old, new) in one.bench {
      #expect(rehearsal.bench.contains(old), "\(old)")
      rehearsal.bench = rehearsal.bench.replacing(old, with: new)
    }
    let outcome = try rehearsal.run()
    // Without the bench's own faults the meters' verdicts are clear.
    if !one.faults.isEmpty, one.bench.isEmpty {
      rehearsal.faults = []
      let clean = try rehearsal.run()
      #expect(clean.verdict("A1") == (one.bad.isEmpty ? .passed : .failed))
      #expect(clean.verdict("A2") == .passed)
    }
    if let because = one.because {
      let second = outcome.run.positions.first { $0.position.name == "A2" }
      let reasons = (second?.steps ?? []).flatMap { step in
        step.remarks.map(\.reason) + step.findings.compactMap(\.reason)
      }
      #expect(reasons.contains { $0.kind == because }, "\(reasons)")
    }
    if !one.bad.isEmpty { #expect(outcome.verdict("A1") != .passed) }
    #expect(outcome.verdict("A2") != .failed)
    #expect(outcome.verdict("A3") != .failed)
    if one.isFit {
      #expect(outcome.verdict("A1") == .failed)
      #expect(outcome.verdict("A3") == .passed)
    }
  }

  @Test(
    "A load that dies between two readings of a power reference blames no output",
    arguments: 20..<30
  )
  func deadLoad(second: Int) throws {
    var rehearsal = Rehearsal(
      Script.pulses("rate: expected ± 3 %"),
      faults: ["fault: load-step, at: \(second).4 s, amount: -100 %"]
    )
    rehearsal.bench = ReferenceRunTests.Kind.power.bench
    let outcome = try rehearsal.run()
    for position in ["A1", "A2", "A3"] { #expect(outcome.verdict(position) != .failed) }
  }

  @Test("A neighbour that answers to every address fails nobody else")
  func everyAddress() throws {
    let outcome = try Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - restart: { ready-within: 10 s }
        - read: { voltage-l1: { within: ± 1 %, of: source } }
      finally:
        - apply: { supply: off }
      """,
      faults: ["fault: every-address, at: 0 s, on: A1"]
    ).run()
    #expect(outcome.verdict("A2") != .failed)
    #expect(outcome.verdict("A3") != .failed)
  }

  @Test("A bus that is away for a while loses no meter its address", arguments: [8, 14, 20, 26])
  func awayBus(second: Int) throws {
    let outcome = try Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - assign-address: { from: 7 }
      finally:
        - apply: { supply: off }
      """,
      faults: ["fault: dead-bus, at: \(second) s, until: \(second + 30) s, on: dut"]
    ).run()
    for position in ["A1", "A2", "A3"] { #expect(outcome.verdict(position) != .failed) }
  }

  @Test("A meter that starts too late does not start on a load that is too great")
  func startingLoad() throws {
    let scenario = Script.underLoad(
      """
        - count-pulses: { output: pulse-2, at-least: 20 pulses, expect: { width: { at-least: 30 ms } } }
        - apply: { load: bank-2A }
        - starting-current: { output: pulse-2, at-least: 3 pulses, within: 40 min }
      """
    )
    func verdict(_ faults: [String]) throws -> Verdict? {
      var rehearsal = Rehearsal(scenario, faults: faults)
      rehearsal.bench = Bench3.text.replacing(
        "resistance: 115 Ω ± 0.2 %",
        with: "current: 5 mA ± 1 %"
      )
      return try rehearsal.run().step("starting-current", on: "A1")?.verdict
    }
    #expect(try verdict([]) == .passed)
    let late = "fault: start-threshold, on: A1, at: 0 s, amount: 8 mA"
    #expect(try verdict([late]) == .failed)
    // Ten times the load from the beginning, and a burst that ends the step.
    #expect(try verdict([late, "fault: load-step, at: 20 s, amount: 900 %"]) == .error)
    let burst = "fault: load-step, at: 100 s, until: 100.4 s, amount: 400000 %"
    #expect(try verdict([late, burst]) != .passed)
  }

  @Test("What nobody set in the menu proves nothing, whatever it makes of the output")
  func menu() throws {
    var rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 2 s
        - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - configure: { incomer-entry: TOP }
          name: menu
          on-failure: continue
        - read: { active-power-l1: { within: ± 1 %, of: load } }
          on-failure: continue
      finally:
        - apply: { load: off, supply: off }
      """,
      meters: ["A1": "error: 5 %"]
    )
    rehearsal.answers = ["menu": "not possible"]
    rehearsal.allowsUndecidable = true
    let outcome = try rehearsal.run()
    for position in ["A1", "A2", "A3"] {
      #expect(outcome.step("read", on: position)?.verdict == .inconclusive)
    }
  }
}
