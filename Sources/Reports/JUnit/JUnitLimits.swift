import Markup

/// How long the texts of a document may be. Readers refuse text nodes of ten megabytes (libxml2) and
/// documents of thirty (GitLab); the record has the whole text.
struct JUnitLimits {
  /// Characters of a result's body.
  var body: Int
  /// Characters of a result's message.
  var message: Int
  /// Whether cases have their values as properties.
  var hasProperties = true

  /// From generous to tight; a document takes the first that keeps it small enough.
  static let ladder = [
    JUnitLimits(body: 100_000, message: 300), JUnitLimits(body: 2000, message: 200),
    JUnitLimits(body: 100, message: 100, hasProperties: false),
  ]

  /// Bytes of a document, some below GitLab's limit.
  static let document = 28_000_000

  /// The first so many characters of a text, and a remark where that is not all of it.
  static func cut(_ text: String, to limit: Int) -> String {
    let scalars = text.unicodeScalars
    let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex)
    guard let end, end < scalars.endIndex else { return text }
    return String(scalars[..<end]) + "…\n(cut here; the record has the whole text)"
  }

  /// The value of a property.
  static func value(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(10_001)
    return scalars.count <= 10_000 ? text : String(scalars.prefix(10_000)) + "…"
  }

  /// The lines of an output: one line each, and none that a reader would take for an attachment, because
  /// a server publishes the file that such a line names.
  static func output(_ lines: [String]) -> [String] {
    var kept: [String] = []
    var room = 100_000
    for line in lines {
      guard room > 0 else {
        kept.append("(cut here; the record has the rest)")
        break
      }
      let text = Visible.line(line, limit: min(room, 10_000))
        .replacing("[[ATTACHMENT|", with: "[ [ATTACHMENT|")
      kept.append(text)
      room -= text.unicodeScalars.count
    }
    return kept
  }
}
