/// Characters that cannot be shown, as text that can.
public enum Visible {
  /// A character as people write it in a program: `\x1b` up to U+00FF, `\u{FFFE}` above.
  public static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return scalar.value <= 0xFF
      ? "\\x\(digits.count == 1 ? "0" : "")\(digits)" : "\\u{\(digits.uppercased())}"
  }

  /// Text on one line that is safe on a terminal: white space runs become one space, and
  /// characters that would act instead of show (controls, changes of the writing direction)
  /// become visible.
  ///
  /// - Parameter limit: the most characters to keep; what was cut shows as `…`.
  public static func line(_ text: String, limit: Int = .max) -> String {
    var out = String.UnicodeScalarView()
    var spaceIsDue = false
    var count = 0
    for scalar in text.unicodeScalars {
      if scalar.properties.isWhitespace {
        spaceIsDue = !out.isEmpty
        continue
      }
      if count >= limit {
        out.append("…")
        break
      }
      if spaceIsDue { out.append(" ") }
      count += spaceIsDue ? 2 : 1
      spaceIsDue = false
      if acts(scalar) {
        out.append(contentsOf: escape(scalar).unicodeScalars)
      } else {
        out.append(scalar)
      }
    }
    return String(out)
  }

  /// Text of several lines in which characters that would act instead of show become visible. Line
  /// feeds and spaces stay as they are.
  public static func lines(_ text: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar != "\n", acts(scalar) {
        out.append(contentsOf: escape(scalar).unicodeScalars)
      } else {
        out.append(scalar)
      }
    }
    return String(out)
  }

  /// Whether a character would act instead of show: controls, and changes of the writing direction.
  static func acts(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // C0, DEL, C1.
    case 0..<0x20, 0x7F..<0xA0: true
    // Bidirectional controls (Unicode Standard Annex #9, table 4), and what is no character.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }
}
