import Documents
import Quantities

/// Checks that the parts of a profile fit together: names that stand for other parts, and the
/// values those parts can have.
struct ProfileReferences {
  let root: Node
  let profile: MeterProfile
  let diagnostics: Diagnostics

  func check() {
    for (_, node) in root["system-types"]?.entries ?? [] {
      checkNames(node.items, among: profile.variants, "variant")
    }
    for (name, node) in root["quantities"]?.entries ?? [] { quantity(name, node) }
    for (_, node) in root["settings"]?.entries ?? [] { availability(node) }
    for (_, node) in root["pulse-outputs"]?.entries ?? [] { pulseOutput(node) }
    for node in root["reference-conditions"]?["others"]?.items ?? [] { availability(node) }
    if let of = root["accuracy-class"]?["rated-current"], let name = profile.accuracy?.ratedSetting,
      let setting = setting(name, at: of), setting.dimension != .current
    {
      diagnostics.report("\(name) does not hold a current", at: of)
    }
    for (_, node) in root["resets"]?.entries ?? [] {
      checkNames(node["clears"]?.items ?? [], among: profile.quantities.map(\.name), "quantity")
    }
  }

  private func quantity(_ name: String, _ node: Node) {
    availability(node)
    checkChoice(node["unit"])
    for range in node["ranges"]?.items ?? [] { availability(range) }
    for node in node["accuracy"]?["of"]?["product"]?.items ?? [] {
      guard let name = node.text, let setting = setting(name, at: node) else { continue }
      if setting.dimension != .voltage, setting.dimension != .current {
        diagnostics.report("\(name) holds neither a voltage nor a current", at: node)
      }
    }
    guard let quantity = profile.quantity(name), let of = node["accuracy"]?["of"],
      case .setting(let range)? = quantity.accuracy?.maximum, let setting = setting(range, at: of)
    else { return }
    if setting.dimension != quantity.unit.dimension {
      diagnostics.report("\(range) does not hold a value of the kind of \(name)", at: of)
    }
  }

  private func pulseOutput(_ node: Node) {
    availability(node)
    if let counts = node["counts"], let name = counts.text { energy(name, at: counts) }
    checkChoice(node["counts"])
    for (_, choice) in node["counts"]?["choices"]?.entries ?? [] {
      if let name = choice.text { energy(name, at: choice) }
    }
    if let of = node["constant"]?["setting"], let name = of.text,
      let setting = setting(name, at: of),
      setting.dimension.flatMap({ PulseOutput.constant[$0] }) == nil
    {
      diagnostics.report("\(name) does not hold an energy", at: of)
    }
    if let of = node["width"]?["setting"], let name = of.text,
      let setting = setting(name, at: of), setting.dimension != .time
    {
      diagnostics.report("\(name) does not hold a time", at: of)
    }
    for (name, values) in node["valid-when"]?.entries ?? [] {
      guard let setting = setting(name, at: values) else { continue }
      for value in values.items { checkSpelling(value, of: setting) }
    }
  }

  /// A choice by a setting: its setting, and the values that the choices are for.
  private func checkChoice(_ node: Node?) {
    guard let of = node?["setting"], let name = of.text, let setting = setting(name, at: of) else {
      return
    }
    for (value, choice) in node?["choices"]?.entries ?? []
    where setting.canonical(value) != value {
      diagnostics.report("'\(value)' is not a value of \(name)", at: choice)
    }
  }

  private func checkSpelling(_ node: Node, of setting: Setting) {
    guard let text = node.text, setting.canonical(text) != text else { return }
    diagnostics.report(
      "'\(text)' is not a value of \(setting.name) in its usual spelling",
      at: node
    )
  }

  /// A quantity that pulses are to stand for.
  private func energy(_ name: String, at node: Node) {
    guard let quantity = profile.quantity(name) else {
      guard root["quantities"]?[name] == nil else { return }
      return missing("quantity", name, profile.quantities.map(\.name), at: node)
    }
    if PulseOutput.constant[quantity.unit.dimension] == nil {
      diagnostics.report("\(name) is not an energy", at: node)
    }
  }

  private func setting(_ name: String, at node: Node) -> Setting? {
    let setting = profile.setting(name)
    // A broken setting was reported where it stands.
    if setting == nil, root["settings"]?[name] == nil {
      missing("setting", name, profile.settings.map(\.name), at: node)
    }
    return setting
  }

  private func missing(_ what: String, _ name: String, _ names: [String], at node: Node) {
    let hint = nearest(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
    diagnostics.report("there is no \(what) '\(name)'\(hint)", at: node)
  }

  private func availability(_ node: Node) {
    checkNames(node["variants"]?.items ?? [], among: profile.variants, "variant")
    checkNames(node["lineages"]?.items ?? [], among: profile.lineages, "lineage")
    for item in node["systems"]?.items ?? [] {
      guard let name = item.text, !profile.systemTypes.contains(where: { $0.system == name })
      else { continue }
      diagnostics.report("the profile does not list the system type \(name)", at: item)
    }
  }

  private func checkNames(_ items: [Node], among names: [String], _ what: String) {
    for item in items {
      guard let name = item.text, !names.contains(name) else { continue }
      diagnostics.report("the profile has no such \(what): '\(name)'", at: item)
    }
  }
}

extension Setting {
  /// What every value of the setting measures; nil where a value is a mere name, or where values
  /// measure different things.
  fileprivate var dimension: Dimension? {
    switch values {
    case .range(_, let unit), .numbers(_, let unit): return unit.dimension
    case .codes(let codes):
      let dimensions = Set(codes.map { (try? Quantity(parsing: $0.name))?.dimension })
      return dimensions.count == 1 ? dimensions.first ?? nil : nil
    }
  }
}
