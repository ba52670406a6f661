/// A line of a CSV file (RFC 4180) that is safe to open in a spreadsheet.
public enum CSVLine {
  /// What a cell holds.
  public enum Cell {
    case empty
    case integer(Int)
    /// With all its digits and a point; NaN, `Infinity` and `-Infinity` are what readers know.
    case number(Double)
    case text(String)
    /// Digits that the program made.
    case digits(String)

    /// What may be absent is an empty cell.
    public static func text(orNull text: String?) -> Cell { text.map { .text($0) } ?? .empty }
    /// What may be absent is an empty cell.
    public static func number(orNull number: Double?) -> Cell {
      number.map { .number($0) } ?? .empty
    }
    /// `yes` or `no`.
    public static func bool(_ value: Bool) -> Cell { .digits(value ? "yes" : "no") }
  }

  /// The line with its end.
  public static func text(_ cells: [Cell]) -> String {
    cells.map(text).joined(separator: ",") + "\r\n"
  }

  private static func text(_ cell: Cell) -> String {
    switch cell {
    case .empty: ""
    case .integer(let value): "\(value)"
    case .number(let value):
      value.isFinite ? "\(value)" : value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
    case .digits(let text): text
    case .text(let text): quoted(harmless(Visible.lines(text)))
    }
  }

  /// A text that a spreadsheet would take for a formula gets an apostrophe in front, which it shows
  /// as text (OWASP, CSV injection). A number stays one.
  private static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, starters.contains(first), !isNumber(text) else {
      return text
    }
    return "'" + text
  }

  /// The characters that begin formulas, their full-width forms, and the one that is skipped before them.
  private static let starters: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
  ]

  /// Whether a text is a decimal number and nothing else.
  private static func isNumber(_ text: String) -> Bool {
    text.wholeMatch(of: /[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
  }

  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    // By scalars: a quotation mark that carries an accent is one all the same.
    var out = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { out += "\"" }
      out.unicodeScalars.append(scalar)
    }
    return out + "\""
  }
}
