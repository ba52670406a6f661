public import Documents
public import MeterProfiles
import Quantities
import Verdicts

/// Finds a profile by the name or path that a file gives; nil where there is none.
public typealias ProfileLookup = (String) throws(DocumentError) -> MeterProfile?

/// Gives the text of a scenario file by its path; nil where there is none.
public typealias ScenarioLookup = (String) -> String?

extension Scenario {
  /// Reads a scenario file.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - file: its name as the user knows it.
  ///   - parameters: values given for this run.
  ///   - profile: finds a profile.
  ///   - include: finds the files that the scenario includes.
  ///   - diagnostics: gets every problem, warnings included.
  /// - Throws: the problems, where there is an error among them.
  public init(
    text: String,
    file: String,
    parameters: [Parameter] = [],
    profile: ProfileLookup,
    include: @escaping ScenarioLookup = { _ in nil },
    into diagnostics: Diagnostics = Diagnostics()
  ) throws(DocumentError) {
    let document = try Document(text: text, file: file, into: diagnostics)
    ScenarioShape.frame.validate(document.root, into: diagnostics)
    try diagnostics.throwIfErrors()
    let root = document.root
    guard let name = root["profile"] else { throw DocumentError(diagnostics.all) }
    guard let profile = try profile(name.text ?? "") else {
      let hint = nearest(name.text ?? "", in: BuiltInProfiles.names).map {
        "; did you mean '\($0)'?"
      }
      diagnostics.report(
        "there is no profile '\(name.text ?? "")'\(hint ?? "; built in: \(BuiltInProfiles.names.joined(separator: ", "))")",
        at: name
      )
      throw DocumentError(diagnostics.all)
    }
    var reader = ScenarioReader(
      root: root,
      file: file,
      profile: profile,
      include: include,
      diagnostics: diagnostics
    )
    let scenario = reader.scenario(given: parameters, file: file, text: text)
    try diagnostics.throwIfErrors()
    self = scenario
  }
}

/// Turns a scenario file into its typed form: gives parameters their values, writes the matrix
/// out, and settles what each step means for its meter type.
struct ScenarioReader {
  let root: Node
  let file: String
  let include: ScenarioLookup
  let profile: MeterProfile
  let diagnostics: Diagnostics
  private var ids: Set<String> = []
  /// How many cases the matrices around the present steps stand for.
  private var cases = 1

  private static let mostCases = 10_000
  /// Said once.
  private var isTooLong = false

  /// Declared parameters without a value.
  private var unset: [String] = []

  /// The files around the present steps, the scenario's own first.
  private var files: [String]
  /// The files that were included, in the order of their first use.
  private var included: [Scenario.IncludedFile] = []
  /// The values of the scenario's own parameters.
  private var given: [String: String] = [:]
  /// What a failed step means where it says nothing.
  private var onFailure = Step.OnFailure.stop
  /// The share of a limit from which on a passed number is marked, where a step says nothing.
  private var marginal: Double?

  init(
    root: Node,
    file: String,
    profile: MeterProfile,
    include: @escaping ScenarioLookup,
    diagnostics: Diagnostics
  ) {
    self.root = root
    self.file = file
    self.include = include
    files = [file]
    self.profile = profile
    self.diagnostics = diagnostics
  }

  mutating func scenario(given: [Scenario.Parameter], file: String, text: String) -> Scenario {
    let parameters = parameters(given)
    unset = (root["parameters"]?.entries ?? []).map(\.key)
      .filter { name in !parameters.contains { $0.name == name } }
    let values = Dictionary(parameters.map { ($0.name, $0.value) }) { first, _ in first }
    self.given = values
    let decision = Self.decision(root["decision"]) ?? .standard
    onFailure = Self.onFailure(root) ?? .stop
    marginal = root["marginal"]?.quantity(.ratio)?.base
    let steps = steps(root, values, case: "", decision: decision)
    let finally = (root["finally"]?.items ?? []).flatMap {
      expand($0, values, case: "", decision: decision)
    }
    return Scenario(
      name: root["scenario"]?.text ?? "",
      profile: profile,
      judgesBench: root["subject"]?.text == "bench",
      needs: needs(root["needs"]),
      serialNumbers: SerialNumberFile.rules(root["serial-number"], in: root),
      parameters: parameters,
      assumptions: assumptions(root["assume"], values),
      decision: decision,
      steps: steps,
      finally: finally,
      included: included,
      file: file,
      text: text
    )
  }

  // MARK: Parameters

  private func parameters(_ given: [Scenario.Parameter]) -> [Scenario.Parameter] {
    let declared = root["parameters"]?.entries ?? []
    for parameter in given where !declared.contains(where: { $0.key == parameter.name }) {
      let hint = nearest(parameter.name, in: declared.map(\.key)).map { "; did you mean '\($0)'?" }
      let names = declared.map(\.key)
      diagnostics.report(
        "the scenario has no parameter '\(parameter.name)', which --set names\(hint ?? (names.isEmpty ? "; it has none" : "; it has \(names.joined(separator: ", "))"))",
        atKeyOf: root["parameters"] ?? root
      )
    }
    return declared.compactMap { key, node in
      if let value = given.last(where: { $0.name == key })?.value ?? node["default"]?.text {
        if value == "any" {
          diagnostics.report(
            "parameter '\(key)' is 'any', which would take the rule away that it is used in; give the value that is demanded",
            atKeyOf: node
          )
        }
        return Scenario.Parameter(name: key, value: value)
      }
      diagnostics.report(
        "parameter '\(key)' has no default and needs a value: --set \(key)=…",
        atKeyOf: node
      )
      return nil
    }
  }

  private func needs(_ node: Node?) -> Scenario.Needs {
    var needs = Scenario.Needs(origin: origin(node ?? root))
    guard let node else { return needs }
    if let variant = node["variant"], let name = variant.text {
      check(name, in: profile.variants, "variant", at: variant)
      needs.variant = name
    }
    for output in node["outputs"]?.items ?? [] {
      guard let name = output.text else { continue }
      check(name, in: profile.pulseOutputs.map(\.name), "pulse output", at: output)
      needs.outputs.append(name)
    }
    needs.reference = node["reference"]?.text
    return needs
  }

  private func assumptions(_ node: Node?, _ values: [String: String]) -> [SettingAssignment] {
    (node?.entries ?? []).compactMap { _, node in
      assignment(node.substituting(values, into: diagnostics))
    }
  }

  // MARK: Steps

  /// The steps of a mapping with `steps` and perhaps `matrix`, each case written out.
  private mutating func steps(
    _ node: Node,
    _ values: [String: String],
    case name: String,
    decision: DecisionRule
  ) -> [Step] {
    let items = node["steps"]?.items ?? []
    guard let matrix = node["matrix"] else {
      return items.flatMap { expand($0, values, case: name, decision: decision) }
    }
    // Counted before they are written out: a matrix may stand for more cases than memory holds.
    let outer = cases
    cases = matrix.entries.reduce(cases) { count, entry in
      let (product, overflow) = count.multipliedReportingOverflow(by: entry.node.items.count)
      return overflow ? .max : product
    }
    defer { cases = outer }
    guard cases <= Self.mostCases else {
      diagnostics.report(
        "the matrix makes \(cases == .max ? "too many" : "\(cases)") cases, those around it included; at most \(Self.mostCases) are run",
        at: matrix
      )
      return []
    }
    let combinations = Self.combinations(matrix)
    var seen: Set<String> = []
    for (key, node) in matrix.entries {
      if values[key] != nil {
        diagnostics.report(
          "'\(key)' has a value already, from a parameter or a matrix around this one; choose another name",
          atKeyOf: node
        )
      }
      for item in node.items where !seen.insert("\(key)=\(item.text ?? "")").inserted {
        diagnostics.report(
          "'\(item.text ?? "")' stands twice under '\(key)'; its cases could not be told apart",
          at: item
        )
      }
    }
    return combinations.flatMap { combination in
      let label = combination.map { "\($0.0)=\($0.1)" }.joined(separator: ", ")
      let inner = values.merging(combination.map { ($0.0, $0.1) }) { first, _ in first }
      return items.flatMap {
        expand($0, inner, case: name.isEmpty ? label : "\(name), \(label)", decision: decision)
      }
    }
  }

  private static func combinations(_ matrix: Node) -> [[(String, String)]] {
    matrix.entries.reduce([[]]) { cases, entry in
      let values = entry.node.items.compactMap(\.text)
      return cases.flatMap { head in values.map { head + [(entry.key, $0)] } }
    }
  }

  private mutating func expand(
    _ node: Node,
    _ values: [String: String],
    case name: String,
    decision: DecisionRule
  ) -> [Step] {
    if node["include"] != nil { return inclusion(node, case: name, decision: decision) }
    if node["matrix"] != nil {
      ScenarioShape.group.validate(node, into: diagnostics)
      return steps(node, values, case: name, decision: decision)
    }
    guard ids.count < Self.mostCases else {
      if !isTooLong {
        diagnostics.report("the scenario has more than \(Self.mostCases) steps", at: node)
      }
      isTooLong = true
      return []
    }
    // A parameter or placeholder without a value is reported once; what it would stand for cannot
    // be checked.
    guard !isOpen(node) else { return [] }
    let local = Diagnostics()
    let node = node.substituting(values, into: local)
    if !local.hasErrors { ScenarioShape.step.validate(node, into: local) }
    local.all.forEach(diagnostics.report)
    guard !local.hasErrors else { return [] }
    let verbs = StepReader(
      profile: profile,
      diagnostics: diagnostics,
      decision: Self.decision(node["decision"]) ?? decision
    )
    guard case (let action, var rules, let title)? = verbs.read(node) else { return [] }
    decide(&rules, as: node)
    let id = uniqueID(node["name"]?.text ?? title, case: name, at: node)
    return [
      Step(
        id: id,
        action: action,
        rules: rules,
        openLimits: verbs.openLimits.all,
        timeout: node["timeout"]?.duration(),
        onFailure: Self.onFailure(node) ?? onFailure,
        isPrecondition: node["precondition"]?.flag ?? false,
        readRetries: node["read-retries"]?.integer() ?? 0,
        origin: origin(node)
      )
    ]
  }

  /// The steps of another file, each named after it. Its own `needs` and `finally` do not count: the
  /// scenario that includes it states both.
  private mutating func inclusion(
    _ node: Node,
    case name: String,
    decision: DecisionRule
  ) -> [Step] {
    ScenarioShape.inclusion.validate(node, into: diagnostics)
    guard let place = node["include"], let path = place.text, !isTooLong else { return [] }
    let folder = files[files.count - 1].lastIndex(of: "/").map {
      String(files[files.count - 1][...$0])
    }
    let file = Self.normal(path.hasPrefix("/") ? path : (folder ?? "") + path)
    guard !files.map(Self.normal).contains(file) else {
      diagnostics.report("\(file) would include itself", at: place)
      return []
    }
    guard files.count < Self.deepestInclusion else {
      diagnostics.report("more than \(Self.deepestInclusion) files include one another", at: place)
      return []
    }
    guard let text = include(file) else {
      diagnostics.report("there is no file \(file)", at: place)
      return []
    }
    guard let document = try? Document(text: text, file: file, into: diagnostics) else { return [] }
    let root = document.root
    ScenarioShape.frame.validate(root, into: diagnostics)
    if let other = root["profile"], other.text != self.root["profile"]?.text {
      diagnostics.report(
        "\(file) is for \(other.text ?? "another meter"), not for \(profile.name)",
        at: place
      )
      return []
    }
    if !included.contains(where: { $0.path == file }) {
      included.append(Scenario.IncludedFile(path: file, text: text))
    }
    files.append(file)
    let outer = onFailure
    let outerMarginal = marginal
    onFailure = Self.onFailure(root) ?? outer
    marginal = root["marginal"]?.quantity(.ratio)?.base ?? outerMarginal
    defer {
      files.removeLast()
      onFailure = outer
      marginal = outerMarginal
    }
    var values: [String: String] = [:]
    for (key, node) in root["parameters"]?.entries ?? [] {
      guard let value = given[key] ?? node["default"]?.text else {
        diagnostics.report("\(file) needs the parameter '\(key)', which has no default", at: place)
        continue
      }
      if value == "any" {
        diagnostics.report(
          "parameter '\(key)' of \(file) is 'any', which would take the rule away that it is used in",
          at: place
        )
      }
      values[key] = value
    }
    let label = file.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? file
    return steps(
      root,
      values,
      case: name.isEmpty ? label : "\(name), \(label)",
      decision: Self.decision(root["decision"]) ?? decision
    )
  }

  private static let deepestInclusion = 10

  /// A path without `.` and, where that is clear, without `..`.
  private static func normal(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  private static func onFailure(_ node: Node) -> Step.OnFailure? {
    node["on-failure"]?.text.flatMap(Step.OnFailure.init(rawValue:))
  }

  /// Whether a parameter that was given no value is used.
  private func isOpen(_ node: Node) -> Bool {
    if let text = node.text { return unset.contains { text.contains("${\($0)}") } }
    return node.entries.contains { isOpen($0.node) } || node.items.contains(where: isOpen)
  }

  private mutating func uniqueID(_ title: String, case name: String, at node: Node) -> String {
    let base = name.isEmpty ? title : "\(title) [\(name)]"
    if ids.insert(base).inserted { return base }
    if node["name"] != nil {
      diagnostics.report("another step is called '\(base)' already", at: node["name"] ?? node)
    }
    var number = 2
    while !ids.insert("\(base) #\(number)").inserted { number += 1 }
    return "\(base) #\(number)"
  }

  private static func decision(_ node: Node?) -> DecisionRule? {
    node?.text.flatMap { DecisionRule($0) }
  }

  /// Gives single rules of a step their own decision, and all of them their marginal band.
  private func decide(_ rules: inout [Rule], as node: Node) {
    let band = node["marginal"]?.quantity(.ratio)?.base ?? marginal
    let isPrecondition = node["precondition"]?.flag ?? false
    for index in rules.indices {
      rules[index].marginal = band
      rules[index].isPrecondition = isPrecondition
    }
    for (name, node) in node["decision"]?.entries ?? [] {
      // A rule that is written once may stand for one of each gate: error-1, error-2, …
      let named = rules.indices.filter { index in
        rules[index].id == name
          || rules[index].id.hasPrefix("\(name)-")
            && Int(rules[index].id.dropFirst(name.count + 1)) != nil
      }
      guard !named.isEmpty else {
        let names = rules.map(\.id)
        let hint = nearest(name, in: names).map { "; did you mean '\($0)'?" }
        diagnostics.report(
          "the step has no rule '\(name)'\(hint ?? "; it has \(names.joined(separator: ", "))")",
          atKeyOf: node
        )
        continue
      }
      if let own = Self.decision(node) { for index in named { rules[index].decision = own } }
    }
  }

  // MARK: Names

  private func assignment(_ node: Node) -> SettingAssignment? {
    StepReader(profile: profile, diagnostics: diagnostics, decision: .standard).assignment(node)
  }

  private func check(_ name: String, in names: [String], _ what: String, at node: Node) {
    guard !names.contains(name) else { return }
    let hint = nearest(name, in: names).map { "; did you mean '\($0)'?" } ?? ""
    diagnostics.report("\(profile.name) has no \(what) '\(name)'\(hint)", at: node)
  }

  private func origin(_ node: Node) -> Rule.Origin { Rule.Origin(node) }
}

extension Rule.Origin {
  init(_ node: Node) {
    let place = node.keyLocation ?? node.location
    self.init(file: place.file, line: place.line, column: place.column)
  }
}
