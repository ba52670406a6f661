public import Documents
import Modbus
import Quantities

extension MeterProfile {
  /// Reads a profile file.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - file: its name as the user knows it.
  ///   - diagnostics: gets every problem.
  /// - Throws: the problems, where there is an error among them.
  public init(text: String, file: String, into diagnostics: Diagnostics = Diagnostics())
    throws(DocumentError)
  {
    let root = try Self.root(text: text, file: file, into: diagnostics)
    ProfileShape.file.validate(root, into: diagnostics)
    try diagnostics.throwIfErrors()
    let lineages = root["lineages"]
    let reader = ProfileReader(root: root, diagnostics: diagnostics)
    var profile = reader.profile(file: file, text: text)
    if profile == nil { diagnostics.report("the profile could not be read", at: root) }
    for (name, overlay) in lineages?.entries ?? [] where overlay.kind == .mapping {
      let other = Diagnostics()
      let whole = root.overlaid(by: overlay)
      ProfileShape.file.validate(whole, into: other)
      if !other.hasErrors {
        profile?.byLineage[name] = ProfileReader(root: whole, diagnostics: other)
          .profile(file: file, text: text)
      }
      // What is wrong with the file itself was said once.
      for problem in other.all where !diagnostics.all.contains(problem) {
        diagnostics.report(problem)
      }
    }
    try diagnostics.throwIfErrors()
    guard let profile else { preconditionFailure("an error was reported above") }
    self = profile
  }

  /// A file's content; where it extends a built-in profile, that one's with the file's laid over it.
  private static func root(
    text: String,
    file: String,
    into diagnostics: Diagnostics
  ) throws(DocumentError) -> Node {
    let own = try Document(text: text, file: file, into: diagnostics).root
    guard let extends = own["extends"] else { return own }
    let name = extends.text ?? ""
    guard let base = BuiltInProfiles.text(name) else {
      let hint = nearest(name, in: BuiltInProfiles.names).map { "; did you mean '\($0)'?" }
      diagnostics.report(
        "there is no built-in profile '\(name)'\(hint ?? "; built in: \(BuiltInProfiles.names.joined(separator: ", "))")",
        at: extends
      )
      throw DocumentError(diagnostics.all)
    }
    let document = try Document(text: base, file: "built-in/\(name).yaml", into: Diagnostics())
    return document.root.overlaid(by: own)
  }
}

/// Turns a validated profile file into its typed form, and checks what a shape cannot.
private struct ProfileReader {
  let root: Node
  let diagnostics: Diagnostics

  func profile(file: String, text: String) -> MeterProfile? {
    guard let name = root["profile"]?.text, let title = root["title"]?.text,
      let maker = root["maker"]?.text, let warmUp = root["warm-up"]?.duration(),
      let communication = root["communication"].flatMap(communication)
    else { return nil }
    let settings = (root["settings"]?.entries ?? []).compactMap(setting)
    let quantities = (root["quantities"]?.entries ?? []).compactMap(quantity)
    let profile = MeterProfile(
      name: name,
      extended: root["extends"]?.text,
      title: title,
      maker: maker,
      sources: (root["sources"]?.entries ?? []).map {
        .init(key: $0.key, text: $0.node.text ?? "")
      },
      variants: list(root["variants"]),
      systemTypes: (root["system-types"]?.entries ?? []).map {
        .init(system: $0.key, variants: list($0.node))
      },
      lineages: lineages(),
      communication: communication,
      readings: root["readings"].flatMap(readings),
      warmUp: warmUp,
      startUp: root["start-up"].map(startUp),
      referenceConditions: root["reference-conditions"].map(conditions),
      password: root["password"].flatMap(password),
      quantities: quantities,
      settings: settings,
      summation: root["energies"]?["summation"]?.text.flatMap(PhaseSummation.init(rawValue:)),
      harmonics: root["energies"]?["harmonics"]?.text.flatMap(HarmonicContent.init(rawValue:)),
      accuracy: root["accuracy-class"].map(claimed),
      resets: (root["resets"]?.entries ?? []).compactMap(reset),
      pulseOutputs: (root["pulse-outputs"]?.entries ?? []).compactMap(pulseOutput),
      file: file,
      text: text
    )
    ProfileReferences(root: root, profile: profile, diagnostics: diagnostics).check()
    return profile
  }

  /// The lineages, the one that is used by itself first.
  private func lineages() -> [String] {
    let all = list(root["lineages"]) + (root["lineages"]?.entries ?? []).map(\.key)
    guard let node = root["lineage"], let usual = node.text else { return all }
    guard all.contains(usual) else {
      let hint = nearest(usual, in: all).map { "; did you mean '\($0)'?" } ?? ""
      diagnostics.report("the profile has no lineage '\(usual)'\(hint)", at: node)
      return all
    }
    return [usual] + all.filter { $0 != usual }
  }

  private func list(_ node: Node?) -> [String] { (node?.items ?? []).compactMap(\.text) }

  private func certainty(_ node: Node) -> Certainty {
    node["certainty"]?.text.flatMap(Certainty.init(rawValue:)) ?? .inferred
  }

  private func communication(_ node: Node) -> Communication? {
    guard let responseLimit = node["response-limit"]?.duration(),
      let minimumPause = node["minimum-pause"]?.duration(),
      let registersPerRead = node["registers-per-read"]?.integer()
    else { return nil }
    func integers(_ key: String) -> [Int] { (node[key]?.items ?? []).compactMap { $0.integer() } }
    return Communication(
      functions: integers("functions").compactMap { UInt8(exactly: $0) },
      baudRates: integers("baud"),
      parities: list(node["parity"]),
      stopBits: integers("stop-bits"),
      responseLimit: responseLimit,
      minimumPause: minimumPause,
      registersPerRead: registersPerRead,
      wordOrder: node["word-order"]?.text == "low-first" ? .lowFirst : .highFirst
    )
  }

  private func readings(_ node: Node) -> ReadingMoments? {
    guard let interval = node["update-interval"]?.duration(),
      let latency = node["latency"]?.duration()
    else { return nil }
    return ReadingMoments(updateInterval: interval, latency: latency, certainty: certainty(node))
  }

  private func password(_ node: Node) -> Password? {
    guard let unlock = address(node["unlock"]), let window = node["window"]?.duration(),
      let factory = node["factory"]?.integer()
    else { return nil }
    return Password(
      unlock: RegisterAddress(.holding, unlock),
      state: address(node["state"]).map { RegisterAddress(.holding, $0) },
      window: window,
      factory: factory,
      certainty: certainty(node)
    )
  }

  private func address(_ node: Node?) -> UInt16? {
    node?.integer().flatMap { UInt16(exactly: $0) }
  }

  private func format(_ node: Node) -> RegisterFormat {
    node["format"]?.text.flatMap(RegisterFormat.init(rawValue:)) ?? .float32
  }

  private func checkEnd(of register: RegisterAddress, _ node: Node) {
    guard Int(register.address) + register.encoding.registerCount > 0x10000 else { return }
    diagnostics.report(
      "a \(register.encoding.rawValue) at \(register) ends behind the last register",
      at: node
    )
  }

  private func quantity(_ entry: (key: String, node: Node)) -> MeasuredQuantity? {
    let node = entry.node
    let register: RegisterAddress
    switch (address(node["input"]), address(node["holding"])) {
    case (let input?, nil): register = RegisterAddress(.input, input, format(node))
    case (nil, let holding?): register = RegisterAddress(.holding, holding, format(node))
    default:
      diagnostics.report("a quantity has either 'input' or 'holding'", at: node)
      return nil
    }
    checkEnd(of: register, node)
    guard let title = node["title"]?.text, let unit = node["unit"].flatMap(registerUnit) else {
      return nil
    }
    return MeasuredQuantity(
      name: entry.key,
      title: title,
      register: register,
      unit: unit,
      systems: list(node["systems"]),
      variants: list(node["variants"]),
      lineages: list(node["lineages"]),
      certainty: certainty(node),
      accuracy: node["accuracy"].flatMap { accuracy($0, of: unit.dimension) },
      resolution: node["resolution"]?.number(),
      rollsOverAt: node["rolls-over-at"]?.number(),
      ranges: (node["ranges"]?.items ?? []).compactMap { range($0, of: unit.dimension) },
      note: node["note"]?.text
    )
  }

  private func range(_ node: Node, of dimension: Dimension) -> MeasuringRange? {
    guard let from = node["from"].flatMap(value), let to = node["to"].flatMap(value) else {
      return nil
    }
    guard from.dimension == dimension, to.dimension == dimension, from.base < to.base else {
      diagnostics.report(
        "a measuring range runs from a value to a greater one, both of \(dimension.rawValue)",
        at: node
      )
      return nil
    }
    return MeasuringRange(variants: list(node["variants"]), from: from, to: to)
  }

  private func startUp(_ node: Node) -> StartUp {
    StartUp(
      screens: list(node["screens"]),
      selfTest: node["self-test"].map {
        .init(
          shows: $0["shows"]?.text ?? "",
          withholds: $0["withholds"]?.text.flatMap(RegisterAddress.Table.init(rawValue:)) ?? .input
        )
      },
      certainty: certainty(node)
    )
  }

  private func conditions(_ node: Node) -> ReferenceConditions {
    ReferenceConditions(
      frequencies: (node["frequency"]?.items ?? []).compactMap { $0.toleratedQuantity(.frequency) },
      others: (node["others"]?.items ?? []).map {
        .init(variants: list($0["variants"]), text: $0["text"]?.text ?? $0.text ?? "")
      },
      source: node["source"]?.text ?? ""
    )
  }

  private func claimed(_ node: Node) -> ClaimedAccuracy {
    let rated = node["rated-current"]
    let current = rated?.text.flatMap { try? Quantity(parsing: $0, as: .current) }
    return ClaimedAccuracy(
      active: accuracyClass(node["active"], isReactive: false),
      reactive: accuracyClass(node["reactive"], isReactive: true),
      ratedSetting: current == nil ? rated?.text : nil,
      ratedCurrent: current?.base,
      maximumCurrent: node["maximum-current"]?.quantity(.ratio)?.base ?? 1
    )
  }

  private func accuracyClass(_ node: Node?, isReactive: Bool) -> AccuracyClass? {
    guard let node, let name = node.text else { return nil }
    // The files are part of the program; a test shows that each can be read.
    guard let found = try? AccuracyClasses.load(name) else {
      let hint = nearest(name, in: AccuracyClasses.names).map { "; did you mean '\($0)'?" }
      diagnostics.report(
        "there is no accuracy class '\(name)'\(hint ?? "; built in: \(AccuracyClasses.names.joined(separator: ", "))")",
        at: node
      )
      return nil
    }
    if found.isReactive != isReactive {
      diagnostics.report(
        "\(name) is about \(found.isReactive ? "reactive" : "active") energy",
        at: node
      )
    }
    return found
  }

  private func reset(_ entry: (key: String, node: Node)) -> MeterReset? {
    let node = entry.node
    let access: MeterReset.Access
    switch (address(node["holding"]), node["code"]?.number(), node["menu"]?.text) {
    case (let holding?, let code?, _):
      access = .register(RegisterAddress(.holding, holding, format(node)), code: code)
    case (nil, nil, let menu?): access = .menu(menu)
    default:
      diagnostics.report("a reset has 'holding' and 'code', or 'menu'", at: node)
      return nil
    }
    return MeterReset(
      name: entry.key,
      title: node["title"]?.text ?? "",
      access: access,
      clears: list(node["clears"]),
      certainty: certainty(node),
      note: node["note"]?.text
    )
  }

  private func registerUnit(_ node: Node) -> RegisterUnit? {
    if let symbol = node.text { return Unit.named(symbol).map(RegisterUnit.fixed) }
    guard let setting = node["setting"]?.text else { return nil }
    let choices = (node["choices"]?.entries ?? []).compactMap { entry in
      entry.node.text.flatMap(Unit.named).map {
        RegisterUnit.UnitChoice(value: entry.key, unit: $0)
      }
    }
    if Set(choices.map(\.unit.dimension)).count != 1 {
      diagnostics.report("the units of one quantity must measure the same", at: node)
    }
    return .chosen(setting: setting, units: choices)
  }

  private func accuracy(_ node: Node, of dimension: Dimension) -> AccuracyFormula? {
    var maximum: AccuracyFormula.RangeMaximum?
    if let of = node["of"], let text = of.text {
      if let quantity = try? Quantity(parsing: text) {
        if quantity.dimension != dimension {
          diagnostics.report(
            "the range maximum is \(quantity), but the quantity measures \(dimension.rawValue)",
            at: of
          )
        }
        maximum = .fixed(quantity)
      } else {
        maximum = .setting(text)
      }
    } else if let of = node["of"] {
      maximum = .product(
        list(of["product"]),
        times: (of["times"]?.entries ?? []).compactMap { system, node in
          node.number().map { AccuracyFormula.SystemFactor(system: system, factor: $0) }
        }
      )
    }
    let range = node["range"]?.quantity(.ratio)?.base ?? 0
    if range > 0, maximum == nil {
      diagnostics.report("a share of the range maximum needs 'of'", at: node)
    }
    return AccuracyFormula(
      reading: node["reading"]?.quantity(.ratio)?.base ?? 0,
      range: range,
      maximum: maximum,
      source: node["source"]?.text ?? ""
    )
  }

  private func setting(_ entry: (key: String, node: Node)) -> Setting? {
    let node = entry.node
    let access: Setting.Access
    switch (address(node["holding"]), node["menu"]?.text) {
    case (let holding?, nil):
      let register = RegisterAddress(.holding, holding, format(node))
      checkEnd(of: register, node)
      access = .register(register, isWritable: node["writable"]?.flag ?? true)
    case (nil, let menu?): access = .menu(menu)
    default:
      diagnostics.report("a setting has either 'holding' or 'menu'", at: node)
      return nil
    }
    guard let title = node["title"]?.text, let values = values(node) else { return nil }
    let setting = Setting(
      name: entry.key,
      title: title,
      access: access,
      values: values,
      factory: node["factory"]?.text,
      needsPassword: node["password"]?.flag ?? false,
      needsRestart: node["restart"]?.flag ?? false,
      isSecret: node["secret"]?.flag ?? false,
      isOfDisplay: node["display"]?.flag ?? false,
      variants: list(node["variants"]),
      lineages: list(node["lineages"]),
      certainty: certainty(node),
      note: node["note"]?.text
    )
    if let factory = node["factory"], let text = factory.text {
      do throws(Setting.ValueError) {
        _ = try setting.number(for: text)
      } catch {
        diagnostics.report(error.text, at: factory)
      }
    }
    return setting
  }

  private func values(_ node: Node) -> Setting.Values? {
    switch (node["codes"], node["range"], node["values"]) {
    case (let codes?, nil, nil):
      return .codes(self.codes(codes))
    case (nil, let range?, nil):
      guard let from = range["from"].flatMap(value), let to = range["to"].flatMap(value) else {
        return nil
      }
      guard from.dimension == to.dimension, from.base <= to.base else {
        diagnostics.report(
          "the range must run from a value to a greater one of its kind",
          at: range
        )
        return nil
      }
      let upper = to.converted(to: from.unit)?.value ?? from.value
      return .range(from.value...max(from.value, upper), unit: from.unit)
    case (nil, nil, let list?):
      let found = list.items.compactMap(value)
      guard let unit = found.first?.unit, found.count == list.items.count,
        found.allSatisfy({ $0.dimension == unit.dimension })
      else { return nil }
      return .numbers(found.compactMap { $0.converted(to: unit)?.value }, unit: unit)
    default:
      diagnostics.report("a setting has one of 'codes', 'range' and 'values'", at: node)
      return nil
    }
  }

  private func codes(_ node: Node) -> [Setting.Code] {
    var codes: [Setting.Code] = []
    for (name, node) in node.entries {
      guard let number = node.number() else { continue }
      if let other = codes.first(where: { $0.number == number }) {
        diagnostics.report("the number stands for '\(other.name)' already", at: node)
      }
      codes.append(Setting.Code(name: name, number: number))
    }
    return codes
  }

  private func value(_ node: Node) -> Quantity? {
    guard let text = node.text else { return nil }
    do throws(QuantityError) {
      if let number = Double(text) { return Quantity(number, .one) }
      return try Quantity(parsing: text)
    } catch {
      diagnostics.report(error.description, at: node)
      return nil
    }
  }

  private func pulseOutput(_ entry: (key: String, node: Node)) -> PulseOutput? {
    let node = entry.node
    guard let title = node["title"]?.text, let counts = node["counts"],
      let constantNode = node["constant"], let widthNode = node["width"]
    else { return nil }
    let counted: PulseOutput.Counted =
      if let quantity = counts.text {
        .quantity(quantity)
      } else {
        .chosen(
          setting: counts["setting"]?.text ?? "",
          quantities: (counts["choices"]?.entries ?? []).map {
            PulseOutput.Choice(value: $0.key, quantity: $0.node.text ?? "")
          }
        )
      }
    let constant: PulseOutput.Constant
    switch (constantNode["per-displayed-unit"]?.number(), constantNode["setting"]?.text) {
    case (let pulses?, nil): constant = .perDisplayedUnit(pulses)
    case (nil, let setting?): constant = .chosen(setting: setting)
    default:
      diagnostics.report("a constant is either 'per-displayed-unit' or 'setting'", at: constantNode)
      return nil
    }
    let width: PulseOutput.Width
    switch (widthNode["at-least"]?.duration(), widthNode["setting"]?.text) {
    case (let least?, nil): width = .atLeast(least)
    case (nil, let setting?): width = .chosen(setting: setting)
    default:
      diagnostics.report("a width is either 'at-least' or 'setting'", at: widthNode)
      return nil
    }
    return PulseOutput(
      name: entry.key,
      title: title,
      variants: list(node["variants"]),
      counts: counted,
      constant: constant,
      width: width,
      maximumRate: node["maximum-rate"]?.quantity(.pulseRate)?.base,
      validWhen: (node["valid-when"]?.entries ?? []).map {
        PulseOutput.Validity(setting: $0.key, values: list($0.node))
      },
      certainty: certainty(node),
      rating: node["rating"]?.text,
      note: node["note"]?.text
    )
  }
}
