/// The characters of a file by line and column, and what strict YAML wants of them.
struct SourceText {
  private(set) var scalars: [Unicode.Scalar]
  private let lineStarts: [Int]

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    self.scalars = scalars
    lineStarts = [0] + scalars.indices.filter { scalars[$0] == "\n" }.map { $0 + 1 }
  }

  var text: String { String(String.UnicodeScalarView(scalars)) }

  /// The position of a place's character in `scalars`, or nil behind the end.
  func index(of mark: Tree.Mark) -> Int? {
    guard lineStarts.indices.contains(mark.line - 1), mark.column > 0 else { return nil }
    let index = lineStarts[mark.line - 1] + mark.column - 1
    return scalars.indices.contains(index) ? index : nil
  }

  func character(at mark: Tree.Mark) -> Unicode.Scalar? { index(of: mark).map { scalars[$0] } }

  /// Whether the node that starts at `mark` has a tag such as `!!int`, possibly after its anchor.
  func hasTag(at mark: Tree.Mark) -> Bool {
    guard var index = index(of: mark) else { return false }
    if scalars[index] == "&" {
      while index < scalars.count, !scalars[index].properties.isWhitespace { index += 1 }
      while index < scalars.count, scalars[index].properties.isWhitespace { index += 1 }
    }
    return index < scalars.count && scalars[index] == "!"
  }

  func mark(of index: Int) -> Tree.Mark {
    let line = (lineStarts.firstIndex { $0 > index } ?? lineStarts.count) - 1
    return Tree.Mark(line: line + 1, column: index - lineStarts[line] + 1)
  }

  mutating func replace(_ index: Int, with scalar: Unicode.Scalar) { scalars[index] = scalar }

  /// The first character that no file may contain: it would be invisible, or would make lines
  /// count differently in an editor and here.
  var firstForbidden: Int? {
    scalars.indices.first { index in
      switch scalars[index] {
      case "\n", "\t", " "..."~": false
      case "\r": index + 1 == scalars.count || scalars[index + 1] != "\n"
      case let scalar: Self.isForbidden(scalar)
      }
    }
  }

  /// The first escape sequence (`\u` with four digits, `\U` with eight) that stands for a scalar.
  func firstEscape(of scalar: Unicode.Scalar) -> Int? {
    let digits = String(scalar.value, radix: 16)
    let short = "u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let long = "u" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return scalars.indices.first { index in
      guard scalars[index] == "\\" else { return false }
      let escape = String(String.UnicodeScalarView(scalars[index...].dropFirst().prefix(9)))
      return escape.lowercased().hasPrefix(short) || escape.lowercased() == long
    }
  }

  /// Control and format characters (byte order marks, zero width, writing direction), line and
  /// paragraph separators, noncharacters and private use.
  static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isNoncharacterCodePoint { return true }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: true
    default: false
    }
  }
}
