extension Node {
  /// The node with every `${name}` in its texts replaced by the value of that name. A text that
  /// is nothing but a placeholder stays unquoted, so that it can be a number or a switch.
  ///
  /// - Parameters:
  ///   - values: the values by name.
  ///   - diagnostics: gets an error for a name without a value and for a placeholder without end.
  public func substituting(_ values: [String: String], into diagnostics: Diagnostics) -> Node {
    var problems: [(String, Tree.Mark)] = []
    let replaced = Self.substitute(tree, values, &problems)
    for (message, mark) in problems {
      diagnostics.report(message, at: location(of: mark), path: path)
    }
    return with(replaced)
  }

  private static func substitute(
    _ tree: Tree,
    _ values: [String: String],
    _ problems: inout [(String, Tree.Mark)]
  ) -> Tree {
    switch tree.content {
    case .scalar(let text, let isPlain):
      guard text.contains("${") else { return tree }
      var result = ""
      var rest = Substring(text)
      while let start = rest.firstRange(of: "${") {
        result += rest[..<start.lowerBound]
        rest = rest[start.upperBound...]
        guard let end = rest.firstIndex(of: "}") else {
          problems.append(("'${' without '}' in '\(text)'", tree.mark))
          return tree
        }
        let name = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        if let value = values[name] {
          result += value
        } else {
          let names = values.keys.sorted()
          let hint =
            nearest(name, in: names).map { "; did you mean '${\($0)}'?" }
            ?? (names.isEmpty ? "" : "; known: \(names.joined(separator: ", "))")
          problems.append(("nothing gives '${\(name)}' a value\(hint)", tree.mark))
        }
      }
      let quoted = text.hasPrefix("${") && text.firstIndex(of: "}") == text.indices.last
      return Tree(.scalar(result + rest, isPlain: isPlain || quoted), tree.mark)
    case .list(let items):
      return Tree(.list(items.map { substitute($0, values, &problems) }), tree.mark)
    case .mapping(let entries):
      return Tree(
        .mapping(
          entries.map {
            Tree.Entry(
              key: $0.key,
              keyMark: $0.keyMark,
              value: substitute($0.value, values, &problems)
            )
          }
        ),
        tree.mark
      )
    }
  }
}
