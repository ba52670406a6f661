/// A module with its floor and its imports, as `Package.swift` and the architecture's table say.
struct ModuleRow: Hashable, CustomStringConvertible {
  var floor: Int
  var name: String
  var imports: Set<String>

  var description: String {
    "| \(floor) | `\(name)` | … | \(imports.sorted().joined(separator: ", ")) |"
  }

  /// Of a line `| 2 | `Benches` | … | Documents, Modbus |`; nil for other lines.
  init?(tableLine: String) {
    let cells = tableLine.split(separator: "|", omittingEmptySubsequences: false)
      .map { $0.filter { $0 != "`" && $0 != " " } }
    guard cells.count == 6, let floor = Int(cells[1]) else { return nil }
    self.floor = floor
    name = cells[2]
    imports = cells[4] == "–" ? [] : Set(cells[4].split(separator: ",").map(String.init))
  }

  private init(floor: Int, name: String, imports: Set<String>) {
    (self.floor, self.name, self.imports) = (floor, name, imports)
  }

  /// The modules that the text of `Package.swift` declares, but for tests.
  static func rows(inPackage text: String) -> [ModuleRow] {
    var rows: [ModuleRow] = []
    var floor = 0
    // What stands from one opening word to the next belongs to the first.
    var rest = text[...]
    if let targets = text.range(of: "targets: [", options: .last) {
      rest = text[targets.upperBound...]
    }
    var declaration: String?
    func take() {
      guard let found = declaration, let row = row(of: found, floor) else { return }
      rows.append(row)
    }
    for line in rest.split(separator: "\n") {
      let trimmed = line.drop { $0 == " " }
      let isTest = trimmed.hasPrefix("tests(") || trimmed.hasPrefix(".testTarget(")
      let isOpening =
        isTest
        || ["module(", ".target(", ".executableTarget(", ".systemLibrary("].contains {
          trimmed.hasPrefix($0)
        }
      let isFloor = trimmed.hasPrefix("// Floor ")
      if isOpening || isFloor {
        take()
        declaration = isOpening && !isTest ? "" : nil
      }
      if isFloor { floor = Int(trimmed.dropFirst(9).prefix { $0.isNumber }) ?? floor }
      declaration?.append(contentsOf: trimmed + "\n")
    }
    take()
    return rows
  }

  private static func row(of declaration: String, _ floor: Int) -> ModuleRow? {
    let head = String(declaration.prefix(upTo: "resources:")).prefix(upTo: "pkgConfig:")
    let words = head.split(separator: "\"", omittingEmptySubsequences: false)
    // Every second piece is quoted; the name of a product's package is none of an import.
    let quoted = words.indices.filter { !$0.isMultiple(of: 2) && $0 < words.count - 1 }
      .filter { !words[$0 - 1].hasSuffix("package: ") }
      .map { String(words[$0]) }
    guard let name = quoted.first else { return nil }
    return ModuleRow(floor: floor, name: name, imports: Set(quoted.dropFirst()))
  }
}

extension String {
  fileprivate func prefix(upTo marker: String) -> Substring {
    range(of: marker).map { self[..<$0.lowerBound] } ?? self[...]
  }

  fileprivate enum End { case first, last }

  fileprivate func range(of marker: String, options end: End = .first) -> Range<Index>? {
    let found = ranges(of: marker)
    return end == .first ? found.first : found.last
  }
}
