import Markup

/// Text for a terminal: lines of words that wrap at a width, in colour where that is asked for.
struct Page {
  /// How a word is set. Colour repeats what the word says and never replaces it.
  enum Ink: String {
    case plain = ""
    case strong = "1"
    case faint = "2"
    case red = "31;1"
    case green = "32;1"
    case yellow = "33;1"
    case magenta = "35;1"
  }

  /// A piece of a line that keeps its ink.
  struct Piece {
    var text: String
    var ink = Ink.plain
    /// The columns that it fills at least.
    var columns = 0
  }

  /// What a terminal is given of one text; the other reports have more of it.
  private static let longestText = 600

  private var out = ""
  private let width: Int
  private let inColour: Bool

  init(width: Int, inColour: Bool) {
    // Below this, hanging indentation leaves no room for a word.
    self.width = max(width, 40)
    self.inColour = inColour
  }

  var text: String { out }

  /// Whether so many columns fit beside an indentation.
  func fits(_ columns: Int, indent: Int) -> Bool { indent + columns <= width }

  mutating func blank() { out += "\n" }

  /// Writes pieces, a space between them, and continues under `hang` where the line is full.
  mutating func line(_ pieces: [Piece], indent: Int = 0, hang: Int? = nil) {
    let hang = hang ?? indent
    out += String(repeating: " ", count: indent)
    var column = indent
    var isFresh = true
    var pad = 0
    for piece in pieces {
      let shown = Visible.line(piece.text, limit: Self.longestText)
      var inkIsOn = false
      func ink(_ on: Bool) {
        guard inColour, piece.ink != .plain, on != inkIsOn else { return }
        out += "\u{1B}[\(on ? piece.ink.rawValue : "0")m"
        inkIsOn = on
      }
      for word in shown.split(separator: " ") {
        let size = Self.columns(word)
        let gap = isFresh ? 0 : 1
        if !isFresh, column + pad + gap + size > width {
          ink(false)
          out += "\n" + String(repeating: " ", count: hang)
          column = hang
        } else {
          out += String(repeating: " ", count: pad + gap)
          column += pad + gap
        }
        ink(true)
        pad = 0
        isFresh = false
        out += word
        column += size
      }
      ink(false)
      pad += max(0, piece.columns - Self.columns(shown))
    }
    out += "\n"
  }

  mutating func line(_ text: String, indent: Int = 0, hang: Int? = nil) {
    line([Piece(text: text)], indent: indent, hang: hang)
  }

  /// The columns that a terminal gives to a text: none for marks that combine, two for wide
  /// characters and pictures (Unicode Standard Annex #11, in blocks).
  static func columns(_ text: some StringProtocol) -> Int {
    text.reduce(0) { sum, character in
      guard let scalar = character.unicodeScalars.first else { return sum }
      let isWide =
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
          0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
          true
        default: scalar.properties.isEmojiPresentation
        }
      return sum + (isWide ? 2 : 1)
    }
  }
}
