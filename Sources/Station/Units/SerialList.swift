import Documents
import Planning
import Verdicts

/// A list of the meters in a bench: a line for each position, `position,serial`, as spreadsheets write it.
enum SerialList {
  /// Reads a list. A first line `position,serial` is its heading; commas or semicolons stand between the two,
  /// with quotes around them or not; empty lines count for nothing.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - file: its name as the user knows it.
  ///   - diagnostics: gets every line that is none of a list.
  static func entries(
    of text: String,
    file: String,
    into diagnostics: Diagnostics
  ) -> [ExpectedUnits.Entry] {
    var entries: [ExpectedUnits.Entry] = []
    var isFirst = true
    // Spreadsheets write a byte order mark.
    let body = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
    for (index, line) in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let cells = line.split(
        omittingEmptySubsequences: false,
        whereSeparator: { $0 == "," || $0 == ";" }
      ).map(content)
      guard cells.contains(where: { !$0.isEmpty }) else { continue }
      defer { isFirst = false }
      if isFirst, cells[0].lowercased() == "position" { continue }
      guard cells.count == 2, !cells[0].isEmpty, !cells[1].isEmpty else {
        diagnostics.report(
          "expected a position and its serial number with a comma between, such as 'A1,21034567'",
          at: SourceLocation(file: file, line: index + 1, column: 1)
        )
        continue
      }
      let origin = Rule.Origin(file: file, line: index + 1, column: 1)
      entries.append(.init(position: cells[0], label: cells[1], origin: origin))
    }
    if entries.isEmpty, !diagnostics.hasErrors {
      diagnostics.report(
        "the list names no position; write a line 'A1,21034567' for each",
        at: SourceLocation(file: file, line: 1, column: 1)
      )
    }
    return entries
  }

  /// A cell without the blanks and the quotes around it.
  private static func content(of cell: Substring) -> String {
    func trimmed(_ text: Substring) -> Substring {
      var text = text.drop(while: \.isWhitespace)
      while text.last?.isWhitespace == true { text.removeLast() }
      return text
    }
    let text = trimmed(cell)
    guard text.count > 1, text.first == "\"", text.last == "\"" else { return String(text) }
    return String(trimmed(text.dropFirst().dropLast()))
  }
}
