import Documents
import MeterProfiles
import Quantities
import Verdicts

/// Steps that change what a meter holds, or how it talks.
extension StepReader {
  func maintenance(_ node: Node) -> (Action, [Rule], title: String)? {
    if let body = node["reset"] { return reset(body) }
    if let body = node["restart"] { return restart(body) }
    if let body = node["assign-address"] { return assignAddress(body) }
    if let body = node["communication"] { return communication(body) }
    if let body = node["shipping-settings"] { return shippingSettings(body) }
    if let body = node["restore-settings"] { return restoreSettings(body) }
    if let body = node["must-refuse"] { return mustRefuse(body) }
    return nil
  }

  private func reset(_ body: Node) -> (Action, [Rule], String)? {
    guard let node = body["what"], let name = node.text else { return nil }
    guard let reset = profile.reset(name) else {
      missing(name, in: profile.resets.map(\.name), "reset", at: node)
      return nil
    }
    let cleared = quantities(body["cleared"]) ?? reset.clears
    let kept = quantities(body["kept"]) ?? []
    for name in kept where cleared.contains(name) {
      diagnostics.report("\(name) cannot be cleared and kept", at: body["kept"] ?? body)
    }
    func rules(_ names: [String], _ demand: String, _ node: Node) -> [Rule] {
      names.map { rule($0, of: $0, .text(oneOf: [demand]), "\($0) is \(demand)", at: node) }
    }
    return (
      .reset(Reset(reset: name, cleared: cleared, kept: kept)),
      rules(cleared, "cleared", body["cleared"] ?? node)
        + rules(kept, "kept", body["kept"] ?? node),
      "reset \(name)"
    )
  }

  private func quantities(_ node: Node?) -> [String]? {
    guard let node else { return nil }
    return node.items.compactMap { item in
      guard let name = item.text else { return nil }
      guard profile.quantity(name) != nil else {
        missing(name, in: profile.quantities.map(\.name), "quantity", at: item)
        return nil
      }
      return name
    }
  }

  private func restart(_ body: Node) -> (Action, [Rule], String)? {
    guard let node = body["ready-within"], let limit = node.duration() else { return nil }
    let offTime = body["off-for"]?.duration() ?? .seconds(5)
    let kept = quantities(body["kept"]) ?? []
    let keptRules = kept.map {
      rule($0, of: $0, .text(oneOf: ["kept"]), "\($0) is kept", at: body["kept"] ?? node)
    }
    return (
      .restart(
        Restart(offTime: offTime, limit: limit, patience: limit * 2 + .seconds(10), kept: kept)
      ),
      keptRules + [
        rule(
          "start-up-time",
          of: "start-up-time",
          .within(lower: nil, upper: limit.inSeconds, dimension: .time),
          "ready within \(node.text ?? "")",
          at: node
        )
      ]
        + (profile.startUp?.selfTest == nil
          ? []
          : [
            rule(
              "self-test",
              of: "self-test",
              .text(oneOf: ["passed"]),
              "the self-test has passed",
              at: body
            )
          ]),
      "restart"
    )
  }

  private func assignAddress(_ body: Node) -> (Action, [Rule], String)? {
    guard let setting = profile.setting("address") else {
      diagnostics.report("\(profile.name) has no setting 'address'", atKeyOf: body)
      return nil
    }
    let factory = setting.factory.flatMap { try? setting.number(for: $0) }
    guard let from = body["from"]?.integer() ?? factory.map({ Int($0) }),
      let address = UInt8(exactly: from)
    else {
      diagnostics.report("state the address that the meters come with: 'from: 1'", atKeyOf: body)
      return nil
    }
    let demands: [(id: String, texts: [String], text: String)] = [
      ("others", ["silent"], "no other unit answers at the old or the new address"),
      (
        "old-address", ["left", "is its own"],
        "the meter no longer answers at \(address), unless that is its own address"
      ),
      ("new-address", ["answers"], "the meter answers at its own address after a restart"),
    ]
    let rules = demands.map { rule($0.id, of: $0.id, .text(oneOf: $0.texts), $0.text, at: body) }
    return (.assignAddress(AssignAddress(from: address)), rules, "assign-address")
  }

  private func communication(_ body: Node) -> (Action, [Rule], String)? {
    let bauds = values(body["baud"], of: "baud")
    let framings = values(body["parity-stop"], of: "parity-stop")
    var cases: [CommunicationTest.Case] = []
    for baud in bauds.isEmpty ? [nil] : bauds.map(Optional.some) {
      for framing in framings.isEmpty ? [nil] : framings.map(Optional.some) {
        let settings = [baud, framing].compactMap(\.self)
        guard !settings.isEmpty else { continue }
        let id = settings.map { $0.setting == "baud" ? "\($0.value) baud" : $0.value }
        cases.append(.init(id: id.joined(separator: " "), settings: settings))
      }
    }
    for item in body["address"]?.items ?? [] {
      guard let address = item.integer(), profile.setting("address") != nil else { continue }
      cases.append(
        .init(
          id: "address \(address)",
          settings: [
            SettingAssignment(setting: "address", value: "\(address)", origin: Rule.Origin(item))
          ]
        )
      )
    }
    let ids = cases.map(\.id)
    for id in Set(ids).sorted() where ids.filter({ $0 == id }).count > 1 {
      diagnostics.report("\(id) stands here twice", at: body)
    }
    if cases.isEmpty {
      diagnostics.report("name what to try: baud, parity-stop or address", atKeyOf: body)
    }
    let rules = cases.map {
      rule(
        $0.id,
        of: $0.id,
        .text(oneOf: ["answers"]),
        "the meter answers at \($0.id) only",
        at: body
      )
    }
    let home = rule(
      "home",
      of: "home",
      .text(oneOf: ["answers"]),
      "the meter answers as before in the end",
      at: body
    )
    return (.communication(CommunicationTest(cases: cases)), rules + [home], "communication")
  }

  /// The values of a list, or all of a setting; empty where nothing is said.
  private func values(_ node: Node?, of name: String) -> [SettingAssignment] {
    guard let node else { return [] }
    guard let setting = profile.setting(name) else {
      missing(name, in: profile.settings.map(\.name), "setting", at: node)
      return []
    }
    guard node.text == "all" else {
      return node.items.compactMap { item in
        guard let text = item.text else { return nil }
        if name == "baud", let rate = Int(text), !profile.communication.baudRates.contains(rate) {
          let rates = profile.communication.baudRates.map { "\($0)" }.joined(separator: ", ")
          diagnostics.report("the meter's menu offers \(rates) baud, not \(rate)", at: item)
          return nil
        }
        return assignment(name, text, at: item)
      }
    }
    let all: [Double] =
      switch setting.values {
      case .codes(let codes): codes.map(\.number)
      case .numbers(let numbers, _): numbers
      case .range: []
      }
    let permitted = profile.communication
    return all.map { setting.text(for: $0) }
      // A code that the meter's own menu does not offer is no value that it must take.
      .filter { name != "baud" || permitted.baudRates.contains(Int($0) ?? 0) }
      .map { SettingAssignment(setting: name, value: $0, origin: Rule.Origin(node)) }
  }

  private func shippingSettings(_ body: Node) -> (Action, [Rule], String)? {
    let assignments = body.entries.compactMap { assignment($0.node) }
    for entry in body.entries {
      guard let setting = profile.setting(entry.key) else { continue }
      guard case .register(_, isWritable: true) = setting.access, !setting.isSecret else {
        diagnostics.report(
          "\(setting.name) cannot be written and read back; use 'ask'",
          atKeyOf: entry.node
        )
        continue
      }
    }
    if body.entries.isEmpty { diagnostics.report("name at least one setting", at: body) }
    return (.shippingSettings(assignments), rules(assignments), "shipping-settings")
  }

  private func restoreSettings(_ body: Node) -> (Action, [Rule], String)? {
    (
      .restoreSettings,
      [
        rule(
          "restored",
          of: "restored",
          .text(oneOf: ["all"]),
          "each changed setting has its old value",
          at: body
        )
      ], "restore-settings"
    )
  }

  private func mustRefuse(_ body: Node) -> (Action, [Rule], String)? {
    var writes: [MustRefuse.Write] = []
    var rules: [Rule] = []
    func add(_ setting: Setting, _ number: Double, _ text: String, isLocked: Bool, _ node: Node) {
      guard case .register(_, isWritable: true) = setting.access else {
        return diagnostics.report("\(setting.name) has no register to write to", atKeyOf: node)
      }
      writes.append(.init(setting: setting.name, number: number, isLocked: isLocked))
      rules.append(
        rule(
          setting.name,
          of: setting.name,
          .text(oneOf: ["refused"]),
          "\(setting.name) \(text) is refused\(isLocked ? " without the password" : "")",
          at: node
        )
      )
    }
    for (key, node) in body["locked"]?.entries ?? [] {
      guard let assignment = assignment(node), let setting = profile.setting(key),
        let number = try? setting.number(for: assignment.value)
      else { continue }
      guard setting.needsPassword else {
        diagnostics.report("\(key) needs no password by its profile", atKeyOf: node)
        continue
      }
      add(setting, number, assignment.value, isLocked: true, node)
    }
    for (key, node) in body["invalid"]?.entries ?? [] {
      guard let number = node.number() else { continue }
      guard let setting = profile.setting(key) else {
        missing(key, in: profile.settings.map(\.name), "setting", at: node)
        continue
      }
      if writes.contains(where: { $0.setting == key }) {
        diagnostics.report("\(key) stands in this step already; write a second one", atKeyOf: node)
      }
      if setting.permits(number) {
        diagnostics.report("\(Decimal.text(number)) is a value of \(key)", at: node)
      }
      add(setting, number, Decimal.text(number), isLocked: false, node)
    }
    if writes.isEmpty, !diagnostics.hasErrors {
      diagnostics.report("name what must be refused: locked or invalid", atKeyOf: body)
    }
    return (.mustRefuse(MustRefuse(writes: writes)), rules, "must-refuse")
  }
}
