internal import Quantities

extension Shape {
  /// Reports everything in which a node differs from this form.
  public func validate(_ node: Node, into diagnostics: Diagnostics) {
    switch self {
    case .anything: break
    case .definition(_, let shape): shape().validate(node, into: diagnostics)
    case .either(let shapes): Self.either(shapes, node, diagnostics)
    case .list(let item, let count): list(item, count, node, diagnostics)
    case .mapping(let keys):
      if expect(.mapping, node, diagnostics) {
        Self.mapping(tags: [], others: keys, node, diagnostics)
      }
    case .tagged(let tags, let common):
      if expect(.mapping, node, diagnostics) {
        Self.mapping(tags: tags, others: common, node, diagnostics)
      }
    case .dictionary(let value, let keys, _):
      guard expect(.mapping, node, diagnostics) else { return }
      for (_, child) in node.entries {
        if let key = child.keyNode { keys.validate(key, into: diagnostics) }
        value.validate(child, into: diagnostics)
      }
    default:
      guard expect(.scalar, node, diagnostics), let text = node.text else { return }
      if let problem = problem(node, text) { diagnostics.report(problem, at: node) }
    }
  }

  // MARK: Kinds

  /// The kinds of node that can have this form.
  private var kinds: Set<Node.Kind> {
    switch self {
    case .anything: [.scalar, .list, .mapping, .nothing]
    case .definition(_, let shape): shape().kinds
    case .either(let shapes): shapes.reduce(into: []) { $0.formUnion($1.kinds) }
    case .list: [.list]
    case .mapping, .tagged, .dictionary: [.mapping]
    default: [.scalar]
    }
  }

  private func expect(_ kind: Node.Kind, _ node: Node, _ diagnostics: Diagnostics) -> Bool {
    if node.kind != kind { diagnostics.report(mismatch(node), at: node) }
    return node.kind == kind
  }

  private func mismatch(_ node: Node) -> String {
    let found = node.text.map { "'\(Self.shortened($0))'" } ?? node.kind.rawValue
    return "expected \(expectation), found \(found)" + hint(node)
  }

  /// What helps where a text would be right if it were written a little differently.
  private func hint(_ node: Node) -> String {
    switch self {
    case .integer where node.unquoted.integer() != nil, .number where node.unquoted.number() != nil,
      .flag where node.unquoted.flag != nil:
      "; write it without quotes"
    case .integer where node.text?.first == "0" && node.text?.allSatisfy(\.isNumber) == true:
      "; write it without leading zeros"
    default: ""
    }
  }

  // MARK: Scalars

  /// What is wrong with a scalar, or nil.
  private func problem(_ node: Node, _ text: String) -> String? {
    switch self {
    case .text: text.isEmpty ? mismatch(node) : nil
    case .identifier: Self.isIdentifier(text) ? nil : mismatch(node)
    case .custom(_, _, let check): check(text)
    case .integer(let range): integer(node, text, range)
    case .number(let range):
      if let value = node.number() {
        Self.contains(value, range)
          ? nil : "\(text) is out of range; expected \(expectation)"
      } else {
        mismatch(node)
      }
    case .flag: node.flag == nil ? mismatch(node) : nil
    case .onOff: node.onOff == nil ? mismatch(node) : nil
    case .choice(let words): choice(words, node, text)
    case .quantity(let dimension, let range):
      Self.problem(text, range, dimension) { () throws(QuantityError) in
        try Quantity(parsing: text, as: dimension)
      }
    case .duration(let range):
      Self.problem(text, Self.seconds(range), .time) { () throws(QuantityError) in
        try Quantity(parsing: text, as: .time)
      }
    case .toleratedQuantity(let dimension, let range):
      Self.problem(text, range, dimension) { () throws(QuantityError) in
        try ToleratedQuantity(parsing: text, as: dimension).nominal
      }
    case .tolerance(let dimension):
      Self.problem(text, nil, dimension ?? .ratio) { () throws(QuantityError) in
        _ = try Tolerance(parsing: text, as: dimension)
        return Quantity(0, .one)
      }
    default: nil
    }
  }

  private func integer(_ node: Node, _ text: String, _ range: ClosedRange<Int>) -> String? {
    guard let value = node.integer() else {
      return mismatch(node)
    }
    guard !range.contains(value) else { return nil }
    return "\(text) is outside \(range.lowerBound)...\(range.upperBound)"
  }

  private func choice(_ words: [String], _ node: Node, _ text: String) -> String? {
    guard !words.contains(text) else { return nil }
    return mismatch(node) + (nearest(text, in: words).map { "; did you mean '\($0)'?" } ?? "")
  }

  private static func problem(
    _ text: String,
    _ range: ClosedRange<Double>?,
    _ dimension: Dimension,
    read: () throws(QuantityError) -> Quantity
  ) -> String? {
    do {
      let quantity = try read()
      guard let range, !contains(quantity.base, range) else { return nil }
      return "\(text) is out of range; expected \(wording(dimension, range))"
    } catch {
      return error.description
    }
  }

  /// Whether a value is in a range; the conversion to the base unit may cost the last digits.
  private static func contains(_ value: Double, _ range: ClosedRange<Double>) -> Bool {
    let slack = abs(value) * 1e-12
    return value >= range.lowerBound - slack && value <= range.upperBound + slack
  }

  private static func isIdentifier(_ text: String) -> Bool {
    let letters: ClosedRange<Unicode.Scalar> = "a"..."z"
    let capitals: ClosedRange<Unicode.Scalar> = "A"..."Z"
    let digits: ClosedRange<Unicode.Scalar> = "0"..."9"
    guard let first = text.unicodeScalars.first, letters ~= first || capitals ~= first else {
      return false
    }
    return text.unicodeScalars.allSatisfy {
      letters ~= $0 || capitals ~= $0 || digits ~= $0 || $0 == "-" || $0 == "_" || $0 == "."
    }
  }

  // MARK: Lists and mappings

  private func list(
    _ item: Shape,
    _ count: ClosedRange<Int>,
    _ node: Node,
    _ diagnostics: Diagnostics
  ) {
    guard expect(.list, node, diagnostics) else { return }
    let items = node.items
    if !count.contains(items.count) {
      let found = items.count == 1 ? "1 item" : items.isEmpty ? "none" : "\(items.count) items"
      diagnostics.report("expected \(Self.items(count)), found \(found)", at: node)
    }
    items.forEach { item.validate($0, into: diagnostics) }
  }

  private static func items(_ count: ClosedRange<Int>) -> String {
    func noun(_ number: Int) -> String { number == 1 ? "1 item" : "\(number) items" }
    if count.lowerBound == count.upperBound { return noun(count.lowerBound) }
    if count.upperBound == .max { return "at least \(noun(count.lowerBound))" }
    if count.lowerBound == 0 { return "at most \(noun(count.upperBound))" }
    return "\(count.lowerBound) to \(count.upperBound) items"
  }

  /// A mapping with at most one of `tags`, and exactly one where there are any.
  private static func mapping(
    tags: [Key],
    others: [Key],
    _ node: Node,
    _ diagnostics: Diagnostics
  ) {
    let keys = tags + others
    let names = keys.map(\.name)
    let entries = node.entries
    let present = Set(entries.map(\.key))
    // A misspelt key is reported once, not as missing too.
    var meant: Set<String> = []
    var chosen: String?
    for (name, child) in entries {
      guard let key = keys.first(where: { $0.name == name }) else {
        let near = nearest(name, in: names.filter { !present.contains($0) })
        if let near { meant.insert(near) }
        let hint = near.map { "did you mean '\($0)'?" } ?? allowed(names)
        diagnostics.report(
          "unknown key '\(shortened(name))'; \(hint)",
          at: child.keyLocation ?? child.location,
          path: child.path
        )
        continue
      }
      if tags.contains(where: { $0.name == name }) {
        if let chosen {
          diagnostics.report(
            "'\(name)' cannot stand beside '\(chosen)'; expected exactly one of "
              + list(tags.map(\.name), "and"),
            at: child.keyLocation ?? child.location,
            path: child.path
          )
        } else {
          chosen = name
        }
      }
      key.shape.validate(child, into: diagnostics)
    }
    let place = node.keyLocation ?? node.location
    if chosen == nil, !tags.isEmpty, !tags.contains(where: { meant.contains($0.name) }) {
      diagnostics.report(
        "expected exactly one of \(list(tags.map(\.name), "and"))",
        at: place,
        path: node.path
      )
    }
    for key in others
    where key.isRequired && !present.contains(key.name) && !meant.contains(key.name) {
      diagnostics.report(
        "missing key '\(key.name)'; expected \(key.shape.expectation)",
        at: place,
        path: node.path
      )
    }
  }

  private static func allowed(_ names: [String]) -> String {
    switch names.count {
    case 0: "no keys are allowed here"
    case 1: "allowed is \(list(names, "and"))"
    default: "allowed are \(list(names, "and"))"
    }
  }

  // MARK: Alternatives

  /// The alternatives are told apart by the node's kind, then by their keys, then by their errors.
  private static func either(_ shapes: [Shape], _ node: Node, _ diagnostics: Diagnostics) {
    let candidates = shapes.filter { $0.kinds.contains(node.kind) }
    guard let first = candidates.first else {
      return diagnostics.report(Shape.either(shapes).mismatch(node), at: node)
    }
    var best: Diagnostics?
    for shape in candidates {
      let attempt = Diagnostics()
      shape.validate(node, into: attempt)
      guard attempt.hasErrors else {
        best = attempt
        break
      }
      if attempt.all.count < best?.all.count ?? .max { best = attempt }
    }
    if candidates.count > 1, node.kind == .scalar, best?.hasErrors == true {
      return diagnostics.report(Shape.either(candidates).mismatch(node), at: node)
    }
    guard let best else { return first.validate(node, into: diagnostics) }
    best.all.forEach(diagnostics.report)
  }
}
