import Markup

/// Texts of a record as a page shows them: no longer than a reader takes in; the record has all of them.
enum Shown {
  /// On one line.
  static func line(_ text: String, limit: Int = 1200) -> String { Visible.line(text, limit: limit) }

  /// With its lines.
  static func block(_ text: String, limit: Int = 200_000) -> String {
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "\n… the record has the rest"
  }
}
