internal import Yams

/// Turns a file's text into a tree, and refuses what strict YAML has not.
///
/// Yams compares keys with everything that aliases bring into them, without a limit; it gives an
/// alias the position of its anchor, and it stops at a duplicate key without saying where the second
/// one stands. So it never sees them. Every `*` reaches it as a private-use character, which makes
/// an alias a plain scalar at its own position; so does every `?`, which leaves no keys longer than
/// the 1024 characters of YAML's implicit keys; and the first of two equal keys is masked in the
/// same way. All of it is put right when the tree is built.
struct Composer {
  private let file: String
  private let budget: Document.Budget
  private let diagnostics: Diagnostics
  private var source = SourceText("")
  private var anchors: [String: Tree] = [:]
  private var maskedKeys: [Tree.Mark: String] = [:]
  private var isStopped = false

  private static let masks: [(character: Unicode.Scalar, mask: Unicode.Scalar)] = [
    ("*", "\u{E000}"), ("?", "\u{E001}"),
  ]
  private static let maskedLetter: Unicode.Scalar = "\u{F0000}"

  init(file: String, budget: Document.Budget, diagnostics: Diagnostics) {
    self.file = file
    self.budget = budget
    self.diagnostics = diagnostics
  }

  /// The file's tree, or nil where an error was reported that leaves none.
  mutating func compose(_ text: String) -> Tree? {
    guard text.utf8.count <= budget.bytes else {
      return stop("the file has \(text.utf8.count) bytes; at most \(budget.bytes) are read")
    }
    source = SourceText(
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    )
    if let index = source.firstForbidden {
      return stop(
        "the character \(Self.name(source.scalars[index])) is not allowed in a file",
        at: source.mark(of: index)
      )
    }
    for (_, mask) in Self.masks {
      guard let index = source.firstEscape(of: mask) else { continue }
      return stop(
        "the character \(Self.name(mask)) is not allowed in a file",
        at: source.mark(of: index)
      )
    }
    guard let (parser, node) = parse() else { return nil }
    // Yams nodes refer to their anchors weakly; the parser owns them.
    let tree = withExtendedLifetime(parser) { build(node, depth: 1, path: "") }
    return isStopped ? nil : tree
  }

  // MARK: Parsing

  private mutating func parse() -> (parser: Parser, node: Yams.Node)? {
    var masked = source
    for (character, mask) in Self.masks {
      for index in masked.scalars.indices where masked.scalars[index] == character {
        masked.replace(index, with: mask)
      }
    }
    // Each pass finds one duplicate key; large files get fewer passes.
    var passes = max(1, min(32, (1 << 20) / max(1, masked.scalars.count)))
    while true {
      do {
        let parser = try Parser(
          yaml: masked.text,
          resolver: .basic,
          constructor: .default,
          encoding: .utf8
        )
        guard let node = try parser.singleRoot() else {
          return stop("the file is empty")
        }
        return (parser, node)
      } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
        let mark = Tree.Mark(line: context.mark.line, column: context.mark.column)
        let key = unmasked(keys.first ?? "")
        passes -= 1
        guard passes >= 0, let index = maskable(mark, in: masked) else {
          return stop("the key '\(key)' is repeated in this mapping", at: mark)
        }
        maskedKeys[mark] = key
        masked.replace(index, with: maskLetter(maskedKeys.count))
      } catch let error as YamlError {
        return stop(error)
      } catch {
        return stop("the file cannot be read as YAML: \(error)")
      }
    }
  }

  /// A letter that stands in no file, another one for each key.
  private func maskLetter(_ number: Int) -> Unicode.Scalar {
    Unicode.Scalar(Self.maskedLetter.value + UInt32(number)) ?? Self.maskedLetter
  }

  /// The position of a key's first letter, or nil where it cannot be masked.
  private func maskable(_ mark: Tree.Mark, in masked: SourceText) -> Int? {
    guard maskedKeys[mark] == nil, let index = masked.index(of: mark) else { return nil }
    let first = masked.scalars[index]
    guard first == "\"" || first == "'" else {
      return first == "&" || first == "!" || first == "|" || first == ">" ? nil : index
    }
    let next = index + 1
    guard masked.scalars.indices.contains(next), masked.scalars[next] != first,
      masked.scalars[next] != "\\"
    else { return nil }
    return next
  }

  private func unmasked(_ text: String) -> String {
    var unmasked = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      unmasked.append(Self.masks.first { $0.mask == scalar }?.character ?? scalar)
    }
    return String(unmasked)
  }

  // MARK: Building

  /// The tree of a node; nil where an error was reported that leaves none.
  private mutating func build(_ node: Yams.Node, depth: Int, path: String) -> Tree? {
    guard !isStopped else { return nil }
    let mark = Tree.Mark(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    guard depth <= budget.depth else { return tooDeep(at: mark) }
    if source.hasTag(at: mark) {
      report("tags such as '!!int' are not supported; remove the tag", at: mark, path)
    }
    let tree: Tree?
    switch node {
    case .scalar(let scalar):
      tree = leaf(scalar, mark, depth: depth, path: path)
    case .sequence(let sequence):
      tree = list(sequence, mark, depth: depth, path: path)
    case .mapping(let mapping):
      tree = self.mapping(mapping, mark, depth: depth, path: path)
    case .alias:
      // Only programs that emit YAML make such nodes.
      tree = nil
    }
    if let tree, let anchor = node.anchor { anchors[anchor.rawValue] = tree }
    return tree
  }

  private mutating func leaf(
    _ scalar: Yams.Node.Scalar,
    _ mark: Tree.Mark,
    depth: Int,
    path: String
  ) -> Tree? {
    let text = unmasked(scalar.string)
    if scalar.style == .plain, text.split(whereSeparator: \.isWhitespace).first == "?" {
      report("'?' cannot start a value; put the text in quotes", at: mark, path)
    }
    guard scalar.style == .plain, text.hasPrefix("*") else {
      if let forbidden = text.unicodeScalars.first(where: {
        $0 != "\n" && $0 != "\t" && SourceText.isForbidden($0)
      }) {
        report("the text contains the character \(Self.name(forbidden))", at: mark, path)
      }
      return Tree(.scalar(text, isPlain: scalar.style == .plain), mark)
    }
    let name = String(text.dropFirst())
    guard scalar.anchor == nil, let target = anchors[name] else {
      report(
        "no anchor '&\(name)' stands before this alias; put a text that starts with '*' in quotes",
        at: mark,
        path
      )
      return Tree(.scalar(text, isPlain: false), mark)
    }
    guard depth - 1 + target.height <= budget.depth else { return tooDeep(at: mark) }
    var tree = target
    tree.mark = mark
    return tree
  }

  private mutating func list(
    _ sequence: Yams.Node.Sequence,
    _ mark: Tree.Mark,
    depth: Int,
    path: String
  ) -> Tree? {
    var items: [Tree] = []
    var size = 1
    for (index, item) in sequence.enumerated() {
      guard let tree = build(item, depth: depth + 1, path: "\(path)[\(index)]"),
        spend(tree.size, from: &size, at: tree.mark)
      else { return nil }
      items.append(tree)
    }
    return Tree(.list(items), mark)
  }

  private mutating func mapping(
    _ mapping: Yams.Node.Mapping,
    _ mark: Tree.Mark,
    depth: Int,
    path: String
  ) -> Tree? {
    var entries: [Tree.Entry] = []
    var lines: [String: Int] = [:]
    var size = 1
    for (keyNode, valueNode) in mapping {
      let keyMark = Tree.Mark(line: keyNode.mark?.line ?? 1, column: keyNode.mark?.column ?? 1)
      let key = self.key(keyNode, keyMark, path)
      let inner = Node.join(path, key ?? "?")
      guard let value = build(valueNode, depth: depth + 1, path: inner),
        spend(value.size + 1, from: &size, at: value.mark)
      else { return nil }
      guard let key else { continue }
      if let line = lines[key] {
        report("duplicate key '\(key)'; it is already set in line \(line)", at: keyMark, inner)
        continue
      }
      lines[key] = keyMark.line
      entries.append(Tree.Entry(key: key, keyMark: keyMark, value: value))
    }
    return Tree(.mapping(entries), mark)
  }

  /// A key's text; nil where an error was reported.
  private func key(_ node: Yams.Node, _ mark: Tree.Mark, _ path: String) -> String? {
    guard case .scalar(let scalar) = node, scalar.anchor == nil, !source.hasTag(at: mark) else {
      report("a key must be a plain text", at: mark, path)
      return nil
    }
    let key = maskedKeys[mark] ?? unmasked(scalar.string)
    guard scalar.style != .plain || !key.hasPrefix("*") else {
      report("a key cannot be an alias", at: mark, path)
      return nil
    }
    guard scalar.style != .plain || key != "<<" else {
      report("merge keys ('<<') are not supported; write the keys out", at: mark, path)
      return nil
    }
    guard !key.isEmpty,
      !key.unicodeScalars.contains(where: { $0 == "\n" || SourceText.isForbidden($0) })
    else {
      report("a key must be a plain text of one line", at: mark, path)
      return nil
    }
    return key
  }

  // MARK: Reporting

  private mutating func spend(_ count: Int, from size: inout Int, at mark: Tree.Mark) -> Bool {
    let (total, overflow) = size.addingReportingOverflow(count)
    size = total
    guard overflow || total > budget.nodes else { return true }
    let _: Tree? = stop(
      "the file has more than \(budget.nodes) nodes with its aliases written out",
      at: mark
    )
    return false
  }

  private mutating func tooDeep(at mark: Tree.Mark) -> Tree? {
    stop("the file is nested more than \(budget.depth) levels deep", at: mark)
  }

  private func report(_ message: String, at mark: Tree.Mark, _ path: String) {
    diagnostics.report(
      message,
      at: SourceLocation(file: file, line: mark.line, column: mark.column),
      path: path
    )
  }

  private mutating func stop<T>(
    _ message: String,
    at mark: Tree.Mark = Tree.Mark(line: 1, column: 1)
  ) -> T? {
    if !isStopped { report(message, at: mark, "") }
    isStopped = true
    return nil
  }

  private mutating func stop<T>(_ error: YamlError) -> T? {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = Tree.Mark(line: mark.line, column: mark.column)
      return stop(explanation(problem, context, place), at: place)
    default:
      return stop("the file cannot be read as YAML: \(error)")
    }
  }

  private func explanation(
    _ problem: String,
    _ context: YamlError.Context?,
    _ place: Tree.Mark
  ) -> String {
    if problem.hasPrefix("Maximum nesting level") {
      return "the file is nested more than \(budget.depth) levels deep"
    }
    if problem.contains("another document") {
      return "a second document starts here; a file holds exactly one"
    }
    if problem.contains("<document start>") {
      return source.character(at: place) == ":"
        ? "a key must stand before its ':' in the same line"
        : "the file's value ends before this; check brackets and indentation"
    }
    if problem.contains("cannot start any token"), let character = source.character(at: place) {
      return character == "\t"
        ? "a tab cannot indent; use spaces"
        : "'\(character)' cannot start a value; put the text in quotes"
    }
    let where_ = context.map { context in
      context.mark.line == place.line
        ? context.text : "\(context.text) from line \(context.mark.line)"
    }
    return "not YAML: \(problem)" + (where_.map { " \($0)" } ?? "")
  }

  private static func name(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
