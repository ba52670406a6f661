import Markup

/// The names in a JUnit document: stable from run to run, so that consumers can follow a case
/// through its history, and unique within the document, because consumers fold equal ones into one.
struct JUnitNames {
  private var taken: Set<String> = []

  /// `wanted`, with a number behind it where it is taken.
  mutating func unique(_ wanted: String) -> String {
    var name = wanted
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(wanted) (\(number))"
      number += 1
    }
    return name
  }

  /// The name of a case or a host: one line, never empty.
  static func title(_ text: String) -> String {
    let line = Visible.line(text, limit: 200)
    return line.isEmpty ? "unnamed" : line
  }

  /// One component of a class name: letters, digits, `_` and `-`. A dot would divide it, because
  /// consumers cut class names at dots, and other characters end in addresses of result pages.
  static func component(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    var dashIsDue = false
    for scalar in text.unicodeScalars.prefix(200) {
      let properties = scalar.properties
      if properties.isAlphabetic || properties.numericType != nil || scalar == "_" || scalar == "-"
      {
        if dashIsDue, !out.isEmpty { out.append("-") }
        dashIsDue = false
        out.append(scalar)
      } else {
        dashIsDue = true
      }
    }
    return out.isEmpty ? "unnamed" : String(out)
  }
}
