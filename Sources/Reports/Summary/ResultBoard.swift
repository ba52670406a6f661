public import Judging
import Markup
import RunRecord
import Verdicts

/// The result for somebody who stands a few steps from the screen: a card for each position, and the verdict
/// of the run in large letters.
public enum ResultBoard {
  /// The board.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - style: plain, or with colours, which only repeat what the words say.
  ///   - width: the columns of the terminal.
  public static func text(_ run: JudgedRun, style: Summary.Style = .plain, width: Int = 80)
    -> String
  {
    let inColour = style == .ansi
    let cards = run.positions.map(Card.init)
    let size = min(max(cards.map(\.columns).max() ?? 0, 14), max(14, width))
    let across = max(1, (width + 1) / (size + 1))
    var lines: [String] = []
    var rest = cards[...]
    while !rest.isEmpty {
      let row = rest.prefix(across).map { $0.lines(size, inColour: inColour) }
      rest = rest.dropFirst(across)
      for index in row[0].indices { lines.append(row.map { $0[index] }.joined(separator: " ")) }
    }
    lines += [""]
    lines += large(run.verdict, width: width).map { paint($0, run.verdict.ink, inColour) }
    if run.rigWarning != nil { lines += ["", paint("[rig: \(run.rig)]", .yellow, inColour)] }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What stands on a card.
  private struct Card {
    var texts: [String]
    var verdict: Verdict

    init(_ position: JudgedPosition) {
      verdict = position.verdict
      let serial = position.told("serial-number")
      let expected = position.expectedSerialNumber.map { "(\($0))" }
      texts = [position.position.name, verdict.word, serial ?? expected ?? ""].map {
        Visible.line($0, limit: 24)
      }
    }

    /// With a frame and a blank on either side.
    var columns: Int { (texts.map { Page.columns($0) }.max() ?? 0) + 4 }

    func lines(_ size: Int, inColour: Bool) -> [String] {
      let bar = String(repeating: "─", count: size - 2)
      let middle = texts.map { text in
        let room = max(0, size - 2 - Page.columns(text))
        let left = String(repeating: " ", count: room / 2)
        return "│\(left)\(text)\(String(repeating: " ", count: room - room / 2))│"
      }
      return (["┌\(bar)┐"] + middle + ["└\(bar)┘"]).map {
        paint($0, verdict.ink, inColour, fills: true)
      }
    }
  }

  /// - Parameter fills: whether the ink is the ground that the text stands on.
  private static func paint(
    _ text: String,
    _ ink: Page.Ink,
    _ inColour: Bool,
    fills: Bool = false
  ) -> String {
    inColour ? "\u{1B}[\(ink.rawValue)\(fills ? ";7" : "")m\(text)\u{1B}[0m" : text
  }

  /// A verdict in letters of five lines; the word alone where they do not fit.
  private static func large(_ verdict: Verdict, width: Int) -> [String] {
    let glyphs = verdict.word.compactMap { letters[$0] }
    guard glyphs.count == verdict.word.count,
      glyphs.reduce(0, { $0 + $1[0].count + 1 }) <= width
    else { return [verdict.word] }
    return (0..<5).map { line in
      let text = glyphs.map { String($0[line]) }.joined(separator: " ")
      return text.replacing("#", with: "█").replacing(".", with: " ")
    }
  }

  /// The letters of the verdicts' words.
  private static let letters: [Character: [Substring]] = [
    "A": ".###. #...# ##### #...# #...#", "C": ".#### #.... #.... #.... .####",
    "D": "####. #...# #...# #...# ####.", "E": "##### #.... ####. #.... #####",
    "F": "##### #.... ####. #.... #....", "I": "### .#. .#. .#. ###",
    "K": "#...# #..#. ###.. #..#. #...#", "L": "#.... #.... #.... #.... #####",
    "N": "#...# ##..# #.#.# #..## #...#", "O": ".###. #...# #...# #...# .###.",
    "P": "####. #...# ####. #.... #....", "R": "####. #...# ####. #..#. #...#",
    "S": ".#### #.... .###. ....# ####.", "U": "#...# #...# #...# #...# .###.",
    "V": "#...# #...# #...# .#.#. ..#..",
  ].mapValues { $0.split(separator: " ") }
}
