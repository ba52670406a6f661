/// Rows of text whose columns stand under each other.
enum TextTable {
  /// The lines: every column as wide as its widest cell, two spaces between; columns of `right` end together.
  static func lines(_ rows: [[String]], right: Set<Int> = []) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let air = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (right.contains(column) ? air + cell : cell + air)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
