/// Writes well-formed XML 1.0: attributes in the order of the call, two spaces for each level.
///
/// It takes raw text only and escapes it exactly once. A character that XML 1.0 cannot hold, not
/// even as a reference, is written as `Visible.escape` shows it: passing it through would cost the
/// reader the whole document, and dropping it could drop evidence.
public struct XMLWriter: ~Copyable {
  private var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var depth = 0
  private var startTagIsOpen = false

  /// A document that holds its declaration and nothing else yet.
  public init() {}

  /// Writes an element that holds text, or elements, or nothing.
  ///
  /// - Parameters:
  ///   - name: an XML name; it comes from the program, so it is not checked.
  ///   - attributes: names and values; an attribute whose value is nil is left out.
  ///   - text: the text of the element; nil where it holds elements or nothing.
  ///   - content: writes the elements inside; called only where there is no text.
  public mutating func element(
    _ name: String,
    _ attributes: KeyValuePairs<String, String?> = [:],
    text: String? = nil,
    _ content: (inout XMLWriter) -> Void = { _ in }
  ) {
    start(name, attributes)
    if let text {
      out += ">"
      Self.escape(text, attribute: false, into: &out)
      out += "</\(name)>\n"
      return
    }
    startTagIsOpen = true
    depth += 1
    content(&self)
    depth -= 1
    if startTagIsOpen {
      startTagIsOpen = false
      out += "/>\n"
    } else {
      indent()
      out += "</\(name)>\n"
    }
  }

  /// Writes an element whose text stands in CDATA sections, as people read it.
  public mutating func element(
    _ name: String,
    _ attributes: KeyValuePairs<String, String?> = [:],
    cdata: String
  ) {
    start(name, attributes)
    out += "><![CDATA["
    // A section can hold neither its own end nor a carriage return that survives reading, so
    // both interrupt it.
    var brackets = 0
    for scalar in cdata.unicodeScalars {
      switch scalar {
      case ">" where brackets >= 2: out += "]]><![CDATA[>"
      case "\r": out += "]]>&#13;<![CDATA["
      default: Self.append(scalar, to: &out)
      }
      brackets = scalar == "]" ? brackets + 1 : 0
    }
    out += "]]></\(name)>\n"
  }

  /// The document.
  public consuming func finish() -> String { out }

  private mutating func start(_ name: String, _ attributes: KeyValuePairs<String, String?>) {
    if startTagIsOpen {
      startTagIsOpen = false
      out += ">\n"
    }
    indent()
    out += "<\(name)"
    for (key, value) in attributes {
      guard let value else { continue }
      out += " \(key)=\""
      Self.escape(value, attribute: true, into: &out)
      out += "\""
    }
  }

  private mutating func indent() { out += String(repeating: "  ", count: depth) }

  private static func escape(_ text: String, attribute: Bool, into out: inout String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"" where attribute: out += "&quot;"
      // A reader turns these into spaces, unless they are references (XML 1.0 clause 3.3.3) …
      case "\n" where attribute: out += "&#10;"
      case "\t" where attribute: out += "&#9;"
      // … and every carriage return into a line feed (clause 2.11).
      case "\r": out += "&#13;"
      default: append(scalar, to: &out)
      }
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to out: inout String) {
    if scalar.isXMLCharacter {
      out.unicodeScalars.append(scalar)
    } else {
      out += Visible.escape(scalar)
    }
  }
}

extension Unicode.Scalar {
  /// Whether XML 1.0 can hold this character (production 2, `Char`). A Swift scalar is never a
  /// surrogate.
  fileprivate var isXMLCharacter: Bool {
    switch value {
    case 0x9, 0xA, 0xD, 0x20...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }
}
