import Documents
import MeterProfiles
import Quantities
import Verdicts

/// Turns a validated step into its action, its rules and its title.
struct StepReader {
  let profile: MeterProfile
  let diagnostics: Diagnostics
  let decision: DecisionRule
  /// Gets the limits that the plan has to settle.
  let openLimits = OpenLimits()

  /// Limits of the step that is being read.
  final class OpenLimits {
    private(set) var all: [Step.OpenLimit] = []

    /// Notes that the plan is to put in the limit of a rule.
    func add(_ rule: String, _ kind: Step.OpenLimit.Kind) {
      all.append(Step.OpenLimit(rule: rule, kind: kind))
    }
  }

  func read(_ node: Node) -> (Action, [Rule], title: String)? {
    if let body = node["identify"] { return identify(body) }
    if let body = node["read"] { return read(quantities: body) }
    if let body = node["configure"] { return configure(body) }
    if let body = node["count-pulses"] { return countPulses(body) }
    if let body = node["compare-registers"] { return compareRegisters(body) }
    if let body = node["apply"] { return apply(body) }
    if let body = node["wait"] { return wait(body) }
    if let body = node["ask"] { return ask(body) }
    return maintenance(node) ?? test(node)
  }

  // MARK: identify and configure

  private func identify(_ body: Node) -> (Action, [Rule], String)? {
    var identify = Identify(items: [])
    var rules: [Rule] = []
    for (name, node) in body.entries {
      guard profile.quantity(name) != nil || profile.setting(name) != nil else {
        missing(
          name,
          in: profile.quantities.map(\.name) + profile.settings.map(\.name),
          "quantity or setting",
          at: node
        )
        continue
      }
      identify.items.append(name)
      switch node.text {
      case "any", nil: break
      case "if-told": identify.optional.insert(name)
      case let expected?:
        // As a text to compare it would fail every meter.
        let letters = expected.lowercased().filter(\.isLetter)
        if let word = ["any", "if-told"].first(where: { $0.filter(\.isLetter) == letters }) {
          diagnostics.report("'\(expected)' is no word for this; write '\(word)'", at: node)
          continue
        }
        rules.append(
          rule(name, of: name, .text(oneOf: [expected]), "\(name) is \(expected)", at: node)
        )
      }
    }
    if body.entries.isEmpty {
      diagnostics.report("name at least one item to identify by", at: body)
    }
    return (.identify(identify), rules, "identify")
  }

  private func configure(_ body: Node) -> (Action, [Rule], String)? {
    let assignments = body.entries.compactMap { assignment($0.node) }
    for (assignment, entry) in zip(assignments, body.entries)
    where assignments.count == body.entries.count {
      guard let setting = profile.setting(assignment.setting) else { continue }
      switch setting.access {
      case .menu: break
      case .register(_, isWritable: false):
        diagnostics.report(
          "\(setting.name) can be read but not written; leave it out, or read it with 'identify'",
          atKeyOf: entry.node
        )
      case .register: break
      }
      if setting.needsRestart {
        diagnostics.report(
          "\(setting.name) takes effect after a power cycle only; use 'communication' or 'shipping-settings', which prove it",
          atKeyOf: entry.node
        )
      }
      if setting.isSecret {
        diagnostics.report(
          "\(setting.name) is secret and cannot stand in a scenario",
          atKeyOf: entry.node
        )
      }
    }
    if body.entries.isEmpty { diagnostics.report("name at least one setting", at: body) }
    return (.configure(assignments), rules(assignments), "configure")
  }

  /// Each setting must be what it was set to.
  func rules(_ assignments: [SettingAssignment]) -> [Rule] {
    assignments.map { assignment in
      Rule(
        id: assignment.setting,
        measurement: assignment.setting,
        criterion: .text(oneOf: [assignment.value]),
        decision: decision,
        text: "\(assignment.setting) is \(assignment.value)",
        origin: assignment.origin
      )
    }
  }

  func assignment(_ node: Node) -> SettingAssignment? {
    guard let name = node.key, let text = node.text else { return nil }
    return assignment(name, text, at: node)
  }

  /// A setting with a value, in the profile's one spelling.
  func assignment(_ name: String, _ text: String, at node: Node) -> SettingAssignment? {
    guard let setting = profile.setting(name) else {
      missing(name, in: profile.settings.map(\.name), "setting", at: node)
      return nil
    }
    do throws(Setting.ValueError) {
      let number = try setting.number(for: text)
      return SettingAssignment(
        setting: name,
        value: setting.text(for: number),
        origin: Rule.Origin(node)
      )
    } catch {
      diagnostics.report(error.text, at: node)
      return nil
    }
  }

  // MARK: read

  private func read(quantities body: Node) -> (Action, [Rule], String)? {
    var read = Read(quantities: [], compared: [], magnitudes: [])
    var rules: [Rule] = []
    for (name, node) in body.entries {
      guard let quantity = profile.quantity(name) else {
        missing(name, in: profile.quantities.map(\.name), "quantity", at: node)
        continue
      }
      read.quantities.append(name)
      if node.text == "any" { continue }
      if node.text != nil {
        guard let value = tolerated(node, quantity.unit.dimension) else { continue }
        rules.append(
          rule(
            name,
            of: name,
            .within(
              lower: value.nominal.base - value.halfWidth,
              upper: value.nominal.base + value.halfWidth,
              dimension: value.nominal.dimension
            ),
            "\(name) \(value)",
            at: node
          )
        )
      } else if var rule = requirement(node, quantity) {
        if node["magnitude"]?.text == "true", let of = node["of"] {
          diagnostics.report("'magnitude' goes with at-least and at-most", atKeyOf: of)
        }
        if node["magnitude"]?.text == "true" {
          rule.measurement = "\(name) magnitude"
          read.magnitudes.append(name)
        }
        rules.append(rule)
        if node["of"]?.text == "reference" { read.compared.append(name) }
      }
    }
    if body.entries.isEmpty { diagnostics.report("name at least one quantity", at: body) }
    return (.read(read), rules, "read")
  }

  private func requirement(_ node: Node, _ quantity: MeasuredQuantity) -> Rule? {
    let dimension = quantity.unit.dimension
    let name = quantity.name
    switch (node["within"], node["of"]) {
    case (let within?, let of?):
      for key in ["at-least", "at-most"] {
        if let other = node[key] {
          diagnostics.report("'\(key)' does not go with 'within'; write two reads", at: other)
        }
      }
      let source = of.text ?? ""
      if source == "source", ![.voltage, .frequency].contains(dimension) {
        diagnostics.report("the source states voltage and frequency only, not \(name)", at: of)
      }
      let drawn: [Dimension] = [.current, .activePower, .reactivePower, .apparentPower]
      if source == "load", !drawn.contains(dimension) {
        diagnostics.report("a load states its current and powers only, not \(name)", at: of)
      }
      var (relative, absolute) = (0.0, 0.0)
      if within.text == "accuracy" {
        guard let accuracy = quantity.accuracy else {
          diagnostics.report(
            "the profile states no accuracy for \(name); write a tolerance",
            at: within
          )
          return nil
        }
        // What depends on a setting is known to the plan.
        let part = accuracy.absolutePart(system: nil) { _ in nil }
        openLimits.add(name, .accuracy(name))
        (relative, absolute) = (accuracy.reading, part ?? 0)
      } else {
        guard let tolerance = tolerance(within, dimension) else { return nil }
        switch tolerance {
        case .relative(let fraction): relative = fraction
        case .absolute(let value): absolute = value.base
        }
      }
      return rule(
        name,
        of: name,
        .around(
          nominal: "\(name) of \(source)",
          relative: relative,
          absolute: absolute,
          dimension: dimension
        ),
        "\(name) within \(within.text ?? "") of the \(source)",
        at: node
      )
    case (nil, nil):
      // Of ratios, power factors alone are written as plain numbers.
      let isPlain = name.hasPrefix("power-factor")
      let lower = node["at-least"].flatMap { bound($0, dimension, isPlain) }
      let upper = node["at-most"].flatMap { bound($0, dimension, isPlain) }
      guard lower != nil || upper != nil else {
        if node["at-least"] == nil, node["at-most"] == nil {
          diagnostics.report("a requirement needs at-least, at-most, or within and of", at: node)
        }
        return nil
      }
      checkOrder(lower, upper, node)
      return rule(
        name,
        of: name,
        .within(lower: lower, upper: upper, dimension: dimension),
        "\(name) \(Rule.text(lower: lower, upper: upper, dimension))",
        at: node
      )
    default:
      diagnostics.report(
        "'within' and 'of' go together, as in '{ within: ± 1 %, of: source }'",
        at: node
      )
      return nil
    }
  }

  // MARK: apply, wait and ask

  private func apply(_ body: Node) -> (Action, [Rule], String)? {
    let load: Apply.LoadChange? = body["load"]?.text.map { $0 == "off" ? .off : .on($0) }
    let supply = body["supply"]?.onOff
    if load == nil, supply == nil {
      diagnostics.report("name what to switch: supply or load", at: body)
    }
    let parts = [
      supply.map { "supply \($0 ? "on" : "off")" }, body["load"]?.text.map { "load \($0)" },
    ]
    return (
      .apply(Apply(supply: supply, load: load)), [],
      "apply \(parts.compactMap { $0 }.joined(separator: ", "))"
    )
  }

  private func wait(_ body: Node) -> (Action, [Rule], String)? {
    if let warmUp = body["warm-up"] {
      return warmUp.duration().map { (.wait(.warmUp($0)), [], "wait for warm-up") }
    }
    return body.duration().map { (.wait(.time($0)), [], "wait \(body.text ?? "")") }
  }

  private func ask(_ body: Node) -> (Action, [Rule], String)? {
    guard let question = body["question"]?.text else { return nil }
    let choices = (body["choices"]?.items ?? []).compactMap(\.text)
    var rules: [Rule] = []
    if let node = body["expect"], let expected = node.text {
      if !choices.isEmpty, !choices.contains(expected) {
        diagnostics.report("'\(expected)' is none of the choices", at: node)
      }
      rules.append(
        rule(
          "answer",
          of: "answer",
          .text(oneOf: [expected]),
          "the answer is \(expected)",
          at: node
        )
      )
    }
    return (.ask(Ask(question: question, choices: choices)), rules, "ask")
  }

  // MARK: Values

  func rule(
    _ id: String,
    of measurement: String,
    _ criterion: Rule.Criterion,
    _ text: String,
    at node: Node
  ) -> Rule {
    Rule(
      id: id,
      measurement: measurement,
      criterion: criterion,
      decision: decision,
      text: text,
      origin: Rule.Origin(node)
    )
  }

  func within(_ value: ToleratedQuantity) -> Rule.Criterion {
    .within(
      lower: value.nominal.base - value.halfWidth,
      upper: value.nominal.base + value.halfWidth,
      dimension: value.nominal.dimension
    )
  }

  private func tolerated(_ node: Node, _ dimension: Dimension) -> ToleratedQuantity? {
    guard let text = node.text else { return nil }
    return reporting(at: node) { () throws(QuantityError) in
      try ToleratedQuantity(parsing: text, as: dimension)
    }
  }

  func tolerance(_ node: Node, _ dimension: Dimension) -> Tolerance? {
    guard let text = node.text else { return nil }
    return reporting(at: node) { () throws(QuantityError) in
      try Tolerance(parsing: text, as: dimension)
    }
  }

  private func bound(_ node: Node, _ dimension: Dimension, _ isPlainRatio: Bool) -> Double? {
    guard let text = node.text else { return nil }
    return reporting(at: node) { () throws(QuantityError) in
      try Quantity(parsing: text, as: dimension, isPlainRatio: isPlainRatio).base
    }
  }

  private func reporting<Value>(
    at node: Node,
    _ body: () throws(QuantityError) -> Value
  ) -> Value? {
    do throws(QuantityError) { return try body() } catch {
      diagnostics.report(error.description, at: node)
      return nil
    }
  }

  func checkOrder(_ lower: Double?, _ upper: Double?, _ node: Node) {
    if let lower, let upper, lower > upper {
      diagnostics.report("at-least is more than at-most; nothing could pass", at: node)
    }
  }

  func missing(_ name: String, in names: [String], _ what: String, at node: Node) {
    let hint = nearest(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
    let message = "\(profile.name) has no \(what) '\(name)'\(hint)"
    if node.key == name {
      diagnostics.report(message, atKeyOf: node)
    } else {
      diagnostics.report(message, at: node)
    }
  }
}
