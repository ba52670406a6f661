import Documents
import MeterProfiles
import Quantities
import Verdicts

/// The verbs that count pulses in a gate: `count-pulses` and `compare-registers`, and what a gate and its rules are
/// for the others.
extension StepReader {
  func countPulses(_ body: Node) -> (Action, [Rule], String)? {
    guard let output = output(body["output"]), let expect = body["expect"] else { return nil }
    var rules: [Rule] = []
    var needsReference = false
    if let node = expect["error"], let rule = errorRule(node, "error", of: "error", "error") {
      needsReference = true
      rules.append(rule)
    }
    if let node = expect["rate"], let text = node.text, let rate = PulseRequirement.rate(text) {
      switch rate {
      case .expected(let tolerance):
        needsReference = true
        var (relative, absolute) = (0.0, 0.0)
        switch tolerance {
        case .relative(let fraction): relative = fraction
        case .absolute(let value): absolute = value.base
        }
        rules.append(
          rule(
            "rate",
            of: "rate",
            .around(
              nominal: "expected-rate",
              relative: relative,
              absolute: absolute,
              dimension: .pulseRate
            ),
            "rate \(text)",
            at: node
          )
        )
      case .value(let value):
        rules.append(rule("rate", of: "rate", within(value), "rate \(text)", at: node))
      }
    }
    if let node = expect["constant"], let value = node.text.flatMap(PulseRequirement.constant) {
      needsReference = true
      rules.append(
        rule("constant", of: "constant", within(value), "constant \(value)", at: node)
      )
    }
    if let node = expect["rate-limit"], let most = node.quantity(.pulseRate) {
      rules.append(
        rule(
          "rate-limit",
          of: "rate",
          .within(lower: nil, upper: most.base, dimension: .pulseRate),
          "at most \(most)",
          at: node
        )
      )
    }
    let isOverload = body["overload"]?.text == "true"
    if isOverload, needsReference {
      diagnostics.report(
        "an output that is asked for too many pulses loses some, so its energy cannot be judged; leave error, constant and expected rate out",
        at: expect
      )
    }
    rules += intervals(expect["width"], "width")
    rules += intervals(expect["off-time"], "off-time")
    if let node = expect["jitter"]?["at-most"], let most = node.quantity(.time) {
      rules.append(
        rule(
          "jitter",
          of: "jitter",
          .within(lower: nil, upper: most.base, dimension: .time),
          "jitter at most \(most)",
          at: node
        )
      )
    }
    if rules.isEmpty {
      diagnostics.report("name at least one rule, such as 'error: ± 0.5 %'", at: expect)
    }
    let stability = body["conditions"]?["load-stability"]?.quantity(.ratio)?.base
    let voltage = body["conditions"]?["voltage"]?.tolerance(for: .voltage)
    let frequency = body["conditions"]?["frequency"]?.tolerance(for: .frequency)
    let gate = gate(body)
    return (
      .countPulses(
        CountPulses(
          output: output,
          atLeastPulses: gate.pulses,
          atLeastTime: gate.time,
          loadStability: stability,
          source: SourceConditions(voltage: voltage, frequency: frequency),
          needsReference: needsReference || stability != nil || voltage != nil || frequency != nil,
          isOverload: isOverload
        )
      ), rules,
      "count-pulses \(output)"
    )
  }

  /// A limit of an error: a tolerance, or that of the class.
  func errorRule(_ node: Node, _ id: String, of measurement: String, _ text: String) -> Rule? {
    let half: Double
    var nominal = 0.0
    if let share = PulseRequirement.shareOfClass(node.text) {
      half = 0
      openLimits.add(id, .accuracyClass(share: share))
    } else if let tolerance = node.tolerance(for: .ratio) {
      half = tolerance.halfWidth(around: 1)
    } else if let known = node.toleratedQuantity(.ratio) {
      guard known.tolerance != nil else {
        diagnostics.report(
          "a known error needs its tolerance, as in '0.08 % ± 0.05 %'",
          at: node
        )
        return nil
      }
      nominal = known.nominal.base
      // The tolerance of an error is one of the ratio, not of the error.
      half =
        switch known.tolerance {
        case .relative(let fraction): fraction
        case .absolute(let value): value.base
        case nil: 0
        }
    } else {
      return nil
    }
    return rule(
      id,
      of: measurement,
      .within(lower: nominal - half, upper: nominal + half, dimension: .ratio),
      "\(text) \(node.text ?? "")",
      at: node
    )
  }

  func compareRegisters(_ body: Node) -> (Action, [Rule], String)? {
    guard let output = output(body["output"]), let expect = body["expect"],
      let node = expect["difference"],
      let rule = errorRule(node, "difference", of: "difference", "difference")
    else { return nil }
    if let register = body["register"], let name = register.text {
      if let quantity = profile.quantity(name) {
        if ![.activeEnergy, .reactiveEnergy, .apparentEnergy].contains(quantity.unit.dimension) {
          diagnostics.report("\(name) is no energy", at: register)
        }
      } else {
        missing(name, in: profile.quantities.map(\.name), "quantity", at: register)
      }
    }
    let gate = gate(body)
    return (
      .compareRegisters(
        CompareRegisters(
          output: output,
          quantity: body["register"]?.text,
          atLeastPulses: gate.pulses,
          atLeastTime: gate.time
        )
      ),
      [rule], "compare-registers \(output)"
    )
  }

  func gate(_ body: Node) -> (pulses: Int?, time: Duration?) {
    let pulses = body["at-least"]?.quantity(.pulseCount)
    if let pulses, pulses.base != pulses.base.rounded(), let node = body["at-least"] {
      diagnostics.report("a gate holds whole periods", at: node)
    }
    let time = body["during"]?.duration()
    if pulses == nil, time == nil {
      diagnostics.report(
        "state how long the gate is: 'at-least: 200 pulses', or 'during: 1 min'",
        atKeyOf: body
      )
    }
    return (pulses.map { Int($0.base.rounded()) }, time)
  }

  func intervals(_ node: Node?, _ name: String) -> [Rule] {
    guard let node else { return [] }
    var (lower, upper): (Double?, Double?)
    if node.text != nil {
      guard let value = node.toleratedQuantity(.time) else { return [] }
      guard value.tolerance != nil else {
        diagnostics.report(
          "'\(node.text ?? "")' has no tolerance; write '± 5 %', or at-least and at-most",
          at: node
        )
        return []
      }
      (lower, upper) = (value.nominal.base - value.halfWidth, value.nominal.base + value.halfWidth)
    } else {
      (lower, upper) = (
        node["at-least"]?.quantity(.time)?.base, node["at-most"]?.quantity(.time)?.base
      )
      checkOrder(lower, upper, node)
    }
    if lower == nil, upper == nil {
      diagnostics.report("a limit needs at-least or at-most", at: node)
    }
    // Every pulse is judged: the narrowest against the lower limit, the widest against the upper.
    var rules: [Rule] = []
    if let lower {
      rules.append(
        rule(
          "\(name)-min",
          of: "\(name)-min",
          .within(lower: lower, upper: nil, dimension: .time),
          "every \(name) at least \(Measurement.text(lower, .time))",
          at: node
        )
      )
    }
    if let upper {
      rules.append(
        rule(
          "\(name)-max",
          of: "\(name)-max",
          .within(lower: nil, upper: upper, dimension: .time),
          "every \(name) at most \(Measurement.text(upper, .time))",
          at: node
        )
      )
    }
    return rules
  }

  func output(_ node: Node?) -> String? {
    guard let node, let name = node.text else { return nil }
    guard profile.pulseOutput(name) != nil else {
      missing(name, in: profile.pulseOutputs.map(\.name), "pulse output", at: node)
      return nil
    }
    return name
  }
}
