import Foundation

/// The table of docs/defects.md.
struct DefectTable {
  private static let path = Library.root + "/docs/defects.md"
  private var lines: [String]

  init() throws {
    lines = try String(contentsOfFile: Self.path, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private var place: Range<Int> {
    guard let head = lines.firstIndex(where: { $0.hasPrefix("|---") }) else { return 0..<0 }
    let end = lines[(head + 1)...].firstIndex { !$0.hasPrefix("|") } ?? lines.count
    return (head + 1)..<end
  }

  /// The cells of each row.
  var rows: [[String]] {
    lines[place].map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Puts other rows into the table and writes the file.
  mutating func record(_ rows: [[String]]) throws {
    lines.replaceSubrange(place, with: rows.map { "| " + $0.joined(separator: " | ") + " |" })
    try lines.joined(separator: "\n").write(toFile: Self.path, atomically: true, encoding: .utf8)
  }
}
