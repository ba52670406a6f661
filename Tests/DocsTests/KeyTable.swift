import Documents
import FoundationEssentials

/// The keys of a kind of file, as its reference lists them: one table for each marked section.
///
/// A section begins with `<!-- keys PATH -->` and ends with `<!-- end of keys -->`; `.` stands for
/// the file itself. A key stands in the section with the longest path that leads to it, so the
/// tables together always hold every key.
struct KeyTable {
  /// A key with the way to it.
  struct Row {
    var path: [String]
    var key: Shape.Key
    /// Where the same form stands already; nil where its keys follow here.
    var sameAs: [String]?
  }

  let file: String
  let rows: [Row]

  init(file: String, shape: Shape) {
    self.file = file
    var walk = Walk()
    walk.visit(shape, at: [])
    rows = walk.rows
  }

  /// The document with each section's table written anew.
  func updated(_ document: [String]) -> [String] {
    let sections = document.compactMap(Self.section)
    var out: [String] = []
    var isInside = false
    for line in document {
      if line == "<!-- end of keys -->" { isInside = false }
      if !isInside { out.append(line) }
      guard let section = Self.section(line) else { continue }
      isInside = true
      out += ["", "| key | value | meaning |", "|---|---|---|"]
      out += rows.filter { Self.home(of: $0.path, among: sections) == section }
        .map { Self.line($0, in: section) }
      out.append("")
    }
    return out
  }

  private static func section(_ line: String) -> [String]? {
    guard line.hasPrefix("<!-- keys "), line.hasSuffix(" -->") else { return nil }
    let path = line.dropFirst(10).dropLast(4)
    return path == "." ? [] : path.split(separator: ".").map(String.init)
  }

  private static func home(of path: [String], among sections: [[String]]) -> [String]? {
    sections.filter { $0.count < path.count && path.starts(with: $0) }
      .max { $0.count < $1.count }
  }

  private static func line(_ row: Row, in section: [String]) -> String {
    let name = row.path.dropFirst(section.count).joined(separator: ".")
    var value = row.key.shape.expectation
    if let same = row.sameAs { value += ", as in `\(same.joined(separator: "."))`" }
    if row.key.isRequired { value += "; **required**" }
    let cells = [value, row.key.doc].map { $0.replacing("|", with: "\\|") }
    return "| `\(name)` | \(cells[0]) | \(cells[1]) |"
  }
}

/// Walks through a shape and notes every key once.
private struct Walk {
  var rows: [KeyTable.Row] = []
  private var named: [String: [String]] = [:]

  mutating func visit(_ shape: Shape, at path: [String]) {
    switch shape {
    case .mapping, .tagged: for key in shape.keys { add(key, at: path) }
    case .dictionary(let of, _, _): visit(of, at: path + ["NAME"])
    case .list(let of, _): visit(of, at: path)
    case .either(let shapes): for one in shapes { visit(one, at: path) }
    case .definition(let name, let body):
      guard named[name] == nil else { return }
      named[name] = path
      visit(body(), at: path)
    default: break
    }
  }

  private mutating func add(_ key: Shape.Key, at path: [String]) {
    let own = path + [key.name]
    rows.append(.init(path: own, key: key, sameAs: Self.name(key.shape).flatMap { named[$0] }))
    visit(key.shape, at: own)
  }

  /// The name of the form that a value or a list of values has.
  private static func name(_ shape: Shape) -> String? {
    switch shape {
    case .definition(let name, _): name
    case .list(let of, _): name(of)
    default: nil
    }
  }
}
