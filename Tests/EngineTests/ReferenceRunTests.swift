import Judging
import Metrology
import Planning
import RunRecord
import Testing
import Verdicts

/// Runs against references of every kind, sound and broken.
@Suite("Runs against references")
struct ReferenceRunTests {
  /// A reference, as a bench file words it.
  enum Kind: String, CaseIterable {
    case pulses, registers, power
    case declaredLoad = "declared-load"

    var text: String {
      let meter =
        "{ profile: sdm630, bus: ref, address: 10, quantity: QUANTITY }\n  energy: active-import\n  accuracy: 0.1 %\n"
      switch self {
      case .pulses:
        return
          "  pulses: { chip: main, line: GPIO21, constant: 100000 imp/kWh }\n  energy: active-import\n  accuracy: 0.1 %\n"
      case .registers:
        return "  registers: " + meter.replacing("QUANTITY", with: "active-energy-import")
      case .power: return "  power: " + meter.replacing("QUANTITY", with: "active-power")
      case .declaredLoad: return "  declared-load: true\n  energy: active-import\n"
      }
    }

    /// Bench 3 with this reference.
    var bench: String {
      let text = Bench3.text
        .replacing(
          "  left: { usb-serial: TWIN0001 }\n",
          with: "  left: { usb-serial: TWIN0001 }\n  right: { usb-serial: TWIN0002 }\n"
        )
        .replacing(
          "stop-bits: 2 }\ngpio",
          with:
            "stop-bits: 2 }\n  ref: { adapter: right, baud: 38400, parity: even, stop-bits: 1 }\ngpio"
        )
      guard let start = text.firstRange(of: "reference:\n"),
        let end = text.firstRange(of: "twin:\n")
      else { return text }
      return text[..<start.upperBound] + self.text + text[end.lowerBound...]
    }
  }

  private static func scenario(_ kind: Kind, _ limit: String) -> String {
    let pulses = kind == .registers ? 900 : 200
    return """
      needs: { outputs: [pulse-2], reference: active-energy }
      steps:
        - apply: { supply: on }
        - wait: 2 s
        - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - on-failure: continue
          count-pulses:
            output: pulse-2
            at-least: \(pulses) pulses
            expect: { error: \(limit), rate: expected \(limit) }
      finally:
        - apply: { load: off, supply: off }
      """
  }

  private static func rehearsal(_ kind: Kind, limit: String = "± 2 %") -> Rehearsal {
    var rehearsal = Rehearsal(scenario(kind, limit), meters: ["A2": "error: 0.3 %"])
    rehearsal.bench = kind.bench
    return rehearsal
  }

  @Test("What the plan predicts is what the run finds, within a fifth", arguments: Kind.allCases)
  func prediction(kind: Kind) throws {
    let rehearsal = Self.rehearsal(kind)
    let plan = try rehearsal.plan().plan
    let step = try #require(plan.steps.first { !$0.predictions.isEmpty })
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .passed, "\(outcome.run.remarks)")
    for position in ["A1", "A2"] {
      let judged = try #require(outcome.step("count-pulses", on: position))
      for prediction in step.predictions {
        let finding = try #require(judged.findings.first { $0.rule.id == prediction.rule })
        let value = try #require(finding.measurement?.number)
        // A rate's uncertainty is in its unit.
        let found = try #require(finding.uncertainty) / (prediction.rule == "rate" ? value : 1)
        #expect(
          abs(found / prediction.expanded - 1) < 0.2,
          "\(position) \(prediction.rule): \(found), predicted \(prediction.expanded)"
        )
      }
    }
  }

  @Test(
    "A broken reference is the bench's error, and passes no bad meter",
    arguments: [
      (Kind.registers, "fault: stuck-register, at: 100 s, on: reference, of: active-energy-import"),
      (.registers, "fault: nan-register, at: 100 s, on: reference"),
      (.registers, "fault: silent-meter, at: 100 s, on: reference"),
      (.registers, "fault: silent-reference, at: 100 s"),
      (.registers, "fault: swapped-words, at: 100 s, on: reference"),
      (
        .registers,
        "fault: register-error, at: 100 s, on: reference, of: active-energy-import, amount: 5 %"
      ),
      (.power, "fault: stuck-register, at: 30 s, on: reference, of: active-power"),
      (.power, "fault: silent-meter, at: 30 s, on: reference"),
      (.pulses, "fault: silent-reference, at: 30 s"),
    ]
  )
  func broken(kind: Kind, fault: String) throws {
    var rehearsal = Self.rehearsal(kind, limit: "± 1.5 %")
    rehearsal.faults = [fault]
    // Slow by as much as a register that stands for a moment would hide.
    rehearsal.meters["A2"] = "error: -3 %"
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .error)
    for position in ["A1", "A2", "A3"] {
      #expect(outcome.verdict(position) != .passed, "\(position)")
      #expect(outcome.verdict(position) != .failed, "\(position)")
    }
  }

  @Test("The measured constant is off as the error is, and as uncertain")
  func constant() throws {
    var rehearsal = Self.rehearsal(.pulses)
    rehearsal.scenario.replace("error: ± 2 %,", with: "constant: 3200 imp/kWh ± 2 %,")
    let step = try #require(try rehearsal.run().step("count-pulses", on: "A2"))
    let error = try #require(step.measurements.first { $0.id == "error" })
    let constant = try #require(step.measurements.first { $0.id == "constant" })
    #expect(abs(try #require(constant.number) / 3200 - 1.003) < 0.001)
    #expect(constant.number == 3200 * (1 + (error.number ?? 0)))
    #expect(
      abs((constant.expandedUncertainty ?? 0) / 3200 / (error.expandedUncertainty ?? 1) - 1) < 1e-9
    )
  }

  @Test("A plan says where verdicts rest on moments of registers that nobody has measured")
  func moments() throws {
    func inferred(_ rehearsal: Rehearsal) throws -> [Substring] {
      try rehearsal.plan().plan.warnings.filter { $0.contains("renews its registers every 1 s") }
        .map { $0.split(separator: " ")[2] }
    }
    for kind in Kind.allCases {
      let expected: [Substring] = kind == .registers || kind == .power ? ["sdm630"] : []
      #expect(try inferred(Self.rehearsal(kind)) == expected, "\(kind)")
      var rehearsal = Self.rehearsal(kind)
      rehearsal.scenario.replace(
        "error: ± 2 %, rate: expected ± 2 %",
        with: "width: { at-least: 10 ms }"
      )
      #expect(try inferred(rehearsal) == [], "\(kind)")
    }
    let own = Rehearsal(
      Script.underLoad(
        "  - compare-registers: { output: pulse-2, at-least: 400 pulses, expect: { difference: ± 2 % } }"
      )
    )
    #expect(try inferred(own) == ["integra-1221"])
  }

  @Test(
    "What nothing could pass is refused, with the gate that would do; or runs, and proves nothing"
  )
  func undecidable() throws {
    var rehearsal = Rehearsal(Self.scenario(.registers, "± 0.5 %").replacing("900", with: "60"))
    rehearsal.bench = Kind.registers.bench
    let refusal = #expect(throws: Rehearsal.Unsound.self) { try rehearsal.run() }
    let text = "\(try #require(refusal))"
    #expect(text.contains("cannot be passed"))
    #expect(text.contains("register "))
    #expect(text.contains("ask for at least"))
    rehearsal.allowsUndecidable = true
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .inconclusive)
  }

  @Test("A transformer's known error is taken out, and its tolerance put into the budget")
  func transformer() throws {
    var rehearsal = Self.rehearsal(.pulses, limit: "± 0.5 %")
    // Behind one per cent too little, a good meter counts one per cent too little.
    rehearsal.bench = Kind.pulses.bench.replacing(
      "    supply: { chip: main, line: GPIO22, safe: off }\n",
      with:
        "    supply: { chip: main, line: GPIO22, safe: off }\n    ct-error: -1 % ± 0.03 %\n    ct-displacement: 0 ° ± 0.01 °\n"
    )
    let outcome = try rehearsal.run()
    let step = try #require(outcome.step("count-pulses", on: "A1"))
    #expect(step.verdict == .passed)
    let error = try #require(step.measurements.first { $0.id == "error" })
    #expect(abs(error.number ?? 1) < 0.001)
    #expect(error.budget?.components.contains { $0.name.contains("ratio error") } == true)
    let other = try #require(outcome.step("count-pulses", on: "A2"))
    #expect(
      other.measurements.first { $0.id == "error" }?.budget?.components
        .contains { $0.name.contains("ratio error") } == false
    )
  }

  @Test(
    "A transformer's phase displacement is taken out with its sign, of pulses and of readings",
    arguments: ["0.5 ± 0.0005 inductive", "0.8 ± 0.0005 capacitive"],
    ["0.5 °", "-0.5 °"]
  )
  func displacement(factor: String, angle: String) throws {
    var rehearsal = Rehearsal(
      """
      needs: { outputs: [pulse-2], reference: active-energy }
      steps:
        - apply: { supply: on }
        - wait: 2 s
        - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - read: { active-power: { within: ± 0.5 %, of: reference }, reactive-power: { within: ± 1 %, of: load } }
        - count-pulses: { output: pulse-2, at-least: 60 pulses, expect: { error: ± 0.5 % } }
      finally:
        - apply: { load: off, supply: off }
      """
    )
    rehearsal.bench = Bench3.only(1).replacing(
      "    supply: { chip: main, line: GPIO22, safe: off }\n",
      with:
        "    supply: { chip: main, line: GPIO22, safe: off }\n    ct-error: 0 % ± 0.03 %\n    ct-displacement: \(angle) ± 0.01 °\n"
    ).replacing(
      "    resistance: 46 Ω ± 0.2 %",
      with: "    current: 5 A ± 0.2 %\n    power-factor: \(factor)"
    )
    let outcome = try rehearsal.run()
    #expect(outcome.verdict == .passed)
    let error = try #require(
      outcome.step("count-pulses", on: "A1")?.measurements.first { $0.id == "error" }
    )
    #expect(abs(error.number ?? 1) < 0.0005)
    #expect(error.budget?.components.contains { $0.name.contains("displacement") } == true)
  }

  @Test("Behind a transformer a phase's part of a power is a phase's, also where the load has none")
  func phaseBehindTransformer() throws {
    var rehearsal = Rehearsal(
      Script.underLoad(
        "  - read: { reactive-power-l1: { within: ± 5 %, of: load }, reactive-power: { within: ± 5 %, of: load } }"
      )
    )
    rehearsal.bench = Bench3.only(1).replacing(
      "    supply: { chip: main, line: GPIO22, safe: off }\n",
      with:
        "    supply: { chip: main, line: GPIO22, safe: off }\n    ct-error: 0 % ± 0.01 %\n    ct-displacement: 1 ° ± 0.01 °\n"
    )
    #expect(try rehearsal.run().verdict == .passed)
    rehearsal.faults = [
      "fault: register-error, at: 0 s, on: A1, of: reactive-power-l1, amount: 200 %"
    ]
    #expect(try rehearsal.run().verdict == .failed)
  }

  @Test(
    "A reference that a neighbour could be taken for is an error before anything is switched on"
  )
  func unprovenReference() throws {
    func rehearsal(_ faults: [String]) -> Rehearsal {
      var rehearsal = Self.rehearsal(.registers)
      // On the meters' own bus.
      rehearsal.bench = rehearsal.bench.replacing(
        "bus: ref, address: 10",
        with: "bus: dut, address: 10"
      )
      rehearsal.faults = faults
      return rehearsal
    }
    let silent = "fault: silent-meter, at: 0 s, on: reference"
    let outcome = try rehearsal([silent, "fault: every-address, at: 0 s, on: A1"]).run()
    #expect(outcome.verdict == .error)
    #expect(outcome.step("count-pulses", on: "A1")?.verdict == .skipped)
  }

  @Test("A class has the limits of the load that was there, so another load decides nothing")
  func classAtAnotherLoad() throws {
    var rehearsal = Rehearsal(Script.pulses("error: class"), meters: ["A1": "error: 0.8 %"])
    // At a twentieth of the rated current the limit halves.
    rehearsal.bench = Bench3.text.replacing(
      "resistance: 46 Ω ± 0.2 %",
      with: "current: 240 mA ± 0.2 %"
    )
    #expect(try rehearsal.run().verdict == .passed)
    rehearsal.faults = ["fault: load-step, at: 0 s, amount: 15 %"]
    let outcome = try rehearsal.run()
    for position in ["A1", "A2", "A3"] { #expect(outcome.verdict(position) == .error) }
  }

  @Test("What a meter that is known to be good fails is the bench's error")
  func knownGood() throws {
    let scenario = Script.pulses("error: 0.1 % ± 0.2 %")
    let outcome = try Rehearsal(
      "subject: bench\n" + scenario,
      meters: ["A1": "error: 0.8 %", "A2": "error: 0.1 %"]
    ).run()
    #expect(outcome.verdict("A1") == .error)
    #expect(outcome.verdict("A2") == .passed)
    #expect(
      try Rehearsal(scenario, meters: ["A1": "error: 0.8 %"]).run().verdict("A1") == .failed
    )
  }

  @Test(
    "A source that leaves its conditions proves nothing, and one that nothing watches is refused"
  )
  func source() throws {
    func rehearsal(_ kind: Kind, voltage: String, _ faults: [String] = []) -> Rehearsal {
      var rehearsal = Self.rehearsal(kind)
      rehearsal.scenario = rehearsal.scenario.replacing(
        "at-least: 200 pulses",
        with: "at-least: 200 pulses\n      conditions: { voltage: \(voltage), frequency: ± 0.3 % }"
      )
      rehearsal.faults = faults
      return rehearsal
    }
    #expect(try rehearsal(.power, voltage: "± 1 %").run().verdict == .passed)
    let off = "fault: register-error, at: 40 s, on: reference, of: voltage-l2, amount: 2 %"
    let outcome = try rehearsal(.power, voltage: "± 1 %", [off]).run()
    #expect(outcome.verdict == .inconclusive)
    #expect(outcome.kinds("A1").contains(.condition))
    #expect(throws: Rehearsal.Unsound.self) { try rehearsal(.pulses, voltage: "± 1 %").run() }
  }

  @Test("A golden meter's known error is the middle of its limits")
  func golden() throws {
    var rehearsal = Self.rehearsal(.pulses, limit: "0.3 % ± 0.15 %")
    rehearsal.scenario = rehearsal.scenario.replacing(", rate: expected 0.3 % ± 0.15 %", with: "")
    let outcome = try rehearsal.run()
    // A2 is 0.3 % fast, the others are not.
    #expect(outcome.verdict("A2") == .passed)
    #expect(outcome.verdict("A1") == .failed)
  }

  /// What happens to a bench in a gate, which the reference sees as the meter does.
  struct Disturbance: Sendable, CustomTestStringConvertible {
    var kind: Kind
    var faults: [String]
    var testDescription: String { "\(kind.rawValue): \(faults.joined(separator: "; "))" }

    static let all: [Disturbance] = [Kind.pulses, .registers, .power].flatMap { kind in
      [
        // The load steps up, down, and up for a while; it drifts in five steps; readings come late.
        ["fault: load-step, at: 40.3 s, amount: 5 %"],
        ["fault: load-step, at: 52.9 s, amount: -5 %"],
        ["fault: load-step, at: 30.1 s, until: 47.7 s, amount: 10 %"],
        (0..<5).map { "fault: load-step, at: \(20 + 10 * $0).5 s, amount: 0.4 %" },
        kind == .pulses
          ? ["fault: load-step, at: 12.05 s, until: 12.4 s, amount: 15 %"]
          : ["fault: late-replies, at: 25 s, until: 300 s, on: reference, amount: 200 ms"],
        kind == .pulses
          ? ["fault: load-step, at: 60 s, until: 60.2 s, amount: -90 %"]
          : ["fault: silent-meter, at: 50 s, until: 51.5 s, on: reference"],
      ].map { Disturbance(kind: kind, faults: $0) }
    }
  }

  @Test(
    "Drift, steps of the load, late and missing readings make no good meter fail and no bad one pass",
    arguments: Disturbance.all
  )
  func disturbed(_ one: Disturbance) throws {
    var rehearsal = Self.rehearsal(one.kind, limit: "± 1.5 %")
    rehearsal.scenario = rehearsal.scenario.replacing(", rate: expected ± 1.5 %", with: "")
    rehearsal.faults = one.faults
    rehearsal.meters = ["A2": "error: 0.3 %", "A3": "error: -3 %"]
    let outcome = try rehearsal.run()
    for good in ["A1", "A2"] {
      #expect(outcome.verdict(good) != .failed)
    }
    #expect(outcome.verdict("A3") != .passed)
    // A load that is not as declared is as likely the reference's error, though both meters see it as the load's.
    if one.kind == .pulses, one.faults == ["fault: load-step, at: 40.3 s, amount: 5 %"] {
      #expect(outcome.verdict("A1") == .inconclusive)
      #expect(outcome.verdict("A3") == .inconclusive)
    }
    // Where there is a result, the interval of it holds the meter's true error.
    for (position, truth) in [("A1", 0.0), ("A2", 0.003), ("A3", -0.03)] {
      let values = outcome.step("count-pulses", on: position)?.measurements ?? []
      for error in values where error.id.hasPrefix("error") {
        let (value, uncertainty) = (error.number ?? .nan, error.expandedUncertainty ?? .nan)
        #expect(abs(value - truth) <= uncertainty, "\(position): \(value) ± \(uncertainty)")
      }
    }
  }
}
