import Documents
import MeterProfiles
import Quantities
import Verdicts

/// Type tests.
extension StepReader {
  func test(_ node: Node) -> (Action, [Rule], title: String)? {
    if let body = node["demand"] { return demand(body) }
    if let body = node["no-load"] { return noLoad(body) }
    if let body = node["starting-current"] { return startingCurrent(body) }
    if let body = node["remeasure"] { return remeasure(body) }
    return nil
  }

  private func demand(_ body: Node) -> (Action, [Rule], String)? {
    guard let load = body["load"]?.text, let name = body["quantity"]?.text,
      let expect = body["expect"]
    else { return nil }
    for key in ["quantity", "maximum"] {
      guard let node = body[key], let name = node.text, profile.quantity(name) == nil else {
        continue
      }
      missing(name, in: profile.quantities.map(\.name), "quantity", at: node)
    }
    guard let quantity = profile.quantity(name) else { return nil }
    let period = "demand-period"
    if profile.setting(period) == nil {
      diagnostics.report("\(profile.name) has no setting '\(period)'", atKeyOf: body)
    }
    var rules: [Rule] = []
    if let node = expect["value"], let tolerance = node.tolerance(for: .ratio) {
      rules.append(
        rule(
          "value",
          of: "value",
          .around(
            nominal: "expected-value",
            relative: tolerance.halfWidth(around: 1),
            absolute: 0,
            dimension: quantity.unit.dimension
          ),
          "\(name) within \(node.text ?? "") of the reference",
          at: node
        )
      )
    }
    if let node = expect["integration-time"], let tolerance = node.tolerance(for: .ratio) {
      rules.append(
        rule(
          "integration-time",
          of: "integration-time",
          .around(
            nominal: "set-integration-time",
            relative: tolerance.halfWidth(around: 1),
            absolute: 0,
            dimension: .time
          ),
          "integration time within \(node.text ?? "") of the set one",
          at: node
        )
      )
    }
    if let node = expect["maximum"], let tolerance = node.tolerance(for: .ratio) {
      if body["maximum"] == nil {
        diagnostics.report("name the register: 'maximum: \(name)-max'", at: node)
      }
      rules.append(
        rule(
          "maximum",
          of: "maximum",
          .around(
            nominal: "greatest-value",
            relative: tolerance.halfWidth(around: 1),
            absolute: 0,
            dimension: quantity.unit.dimension
          ),
          "the maximum within \(node.text ?? "") of the greatest demand seen",
          at: node
        )
      )
    }
    if rules.isEmpty {
      diagnostics.report("name at least one rule, such as 'integration-time: ± 1 %'", at: expect)
    }
    return (
      .demand(
        DemandTest(
          load: load,
          quantity: name,
          maximum: body["maximum"]?.text,
          period: period,
          needsReference: rules.contains { $0.id == "value" }
        )
      ), rules, "demand \(name)"
    )
  }

  private func noLoad(_ body: Node) -> (Action, [Rule], String)? {
    guard let output = output(body["output"]) else { return nil }
    let most = body["at-most"]?.quantity(.pulseCount)?.base ?? 1
    return (
      .noLoad(NoLoad(output: output, time: body["during"]?.duration())),
      [
        rule(
          "pulses",
          of: "pulses",
          .within(lower: nil, upper: most, dimension: .pulseCount),
          "at most \(Decimal.text(most)) \(most == 1 ? "pulse" : "pulses") without a load",
          at: body["at-most"] ?? body
        )
      ], "no-load \(output)"
    )
  }

  private func startingCurrent(_ body: Node) -> (Action, [Rule], String)? {
    guard let output = output(body["output"]) else { return nil }
    let least = body["at-least"]?.quantity(.pulseCount)?.base.rounded() ?? 3
    return (
      .startingCurrent(
        StartingCurrent(output: output, pulses: Int(least), time: body["within"]?.duration())
      ),
      [
        rule(
          "pulses",
          of: "pulses",
          .within(lower: least, upper: nil, dimension: .pulseCount),
          "at least \(Decimal.text(least)) pulses",
          at: body["at-least"] ?? body
        )
      ], "starting-current \(output)"
    )
  }

  private func remeasure(_ body: Node) -> (Action, [Rule], String)? {
    guard let output = output(body["output"]), let expect = body["expect"],
      let gates = body["gates"]?.integer()
    else { return nil }
    var rules: [Rule] = []
    if let node = expect["error"] {
      rules += (1...gates).compactMap {
        errorRule(node, "error-\($0)", of: "error-\($0)", "error of gate \($0)")
      }
    }
    if let node = expect["mean-error"] {
      rules += errorRule(node, "mean-error", of: "mean-error", "mean error").map { [$0] } ?? []
    }
    if let node = expect["repeatability"]?["at-most"], let most = node.quantity(.ratio) {
      rules.append(
        rule(
          "repeatability",
          of: "repeatability",
          .within(lower: nil, upper: most.base, dimension: .ratio),
          "errors differ by at most \(node.text ?? "")",
          at: node
        )
      )
    }
    if let node = expect["standard-deviation"]?["at-most"],
      let rule = deviationRule(node)
    {
      rules.append(rule)
      if (body["gates"]?.integer() ?? 0) < 5 {
        diagnostics.report(
          "a standard deviation from fewer than 5 gates says nothing; take 10",
          at: body["gates"] ?? node
        )
      }
    }
    if rules.isEmpty {
      diagnostics.report("name at least one rule, such as 'error: ± 0.5 %'", at: expect)
    }
    let gate = gate(body)
    return (
      .remeasure(
        Remeasure(
          gate: CountPulses(
            output: output,
            atLeastPulses: gate.pulses,
            atLeastTime: gate.time,
            loadStability: nil,
            needsReference: true
          ),
          gates: gates
        )
      ), rules, "remeasure \(output)"
    )
  }

  /// At most a ratio, or a share of the class's limit.
  private func deviationRule(_ node: Node) -> Rule? {
    let id = "standard-deviation"
    let most: Double
    if let share = PulseRequirement.shareOfClass(node.text) {
      openLimits.add(id, .accuracyClass(share: share))
      most = 0
    } else if let quantity = node.quantity(.ratio) {
      most = quantity.base
    } else {
      return nil
    }
    return rule(
      id,
      of: id,
      .within(lower: nil, upper: most, dimension: .ratio),
      "standard deviation at most \(node.text ?? "")",
      at: node
    )
  }
}
