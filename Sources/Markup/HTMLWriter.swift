/// Writes an HTML document: attributes in the order of the call, a line for each block element.
///
/// It takes raw text only and escapes it exactly once. A character that would act instead of show
/// (controls, changes of the writing direction) is written as `Visible.escape` shows it.
public struct HTMLWriter: ~Copyable {
  private var out = "<!DOCTYPE html>\n"

  /// A document that holds its declaration and nothing else yet.
  ///
  /// - Parameter comment: what the file is, for programs that look at its beginning; it comes from the
  ///   program.
  public init(comment: String? = nil) {
    if let comment { out += "<!-- \(comment) -->\n" }
  }

  /// Writes an element that holds text, then elements.
  ///
  /// - Parameters:
  ///   - name: an element of HTML or SVG; it comes from the program, so it is not checked.
  ///   - attributes: names and values; an attribute whose value is nil is left out.
  ///   - text: the text of the element, line breaks and tabs kept; nil where it has none.
  ///   - content: writes what comes after the text.
  public mutating func element(
    _ name: String,
    _ attributes: KeyValuePairs<String, String?> = [:],
    text: String? = nil,
    _ content: (inout HTMLWriter) -> Void = { _ in }
  ) {
    out += "<\(name)"
    for (key, value) in attributes {
      guard let value else { continue }
      out += " \(key)=\""
      Self.escape(value, into: &out)
      out += "\""
    }
    out += ">"
    guard !Self.void.contains(name) else { return }
    if let text { self.text(text) }
    content(&self)
    out += "</\(name)>"
    // White space between inline elements shows; after blocks it only makes lines.
    if !Self.inline.contains(name) { out += "\n" }
  }

  /// Writes text.
  public mutating func text(_ text: String) { Self.escape(text, into: &out) }

  /// Writes a style sheet, which comes from the program.
  public mutating func style(_ sheet: String) { out += "<style>\n\(sheet)</style>\n" }

  /// The document.
  public consuming func finish() -> String { out }

  private static let void: Set<String> = ["br", "hr", "meta"]
  private static let inline: Set<String> = [
    "a", "b", "code", "em", "span", "strong", "svg", "use", "path", "circle", "line", "rect",
    "polyline", "polygon", "text", "small", "pre",
  ]

  private static func escape(_ text: String, into out: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\n", "\t": out.unicodeScalars.append(scalar)
      default:
        if Visible.acts(scalar) {
          out += Visible.escape(scalar)
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
  }
}
