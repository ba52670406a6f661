import Markup
public import Quantities
public import RunRecord
public import Verdicts

/// What a person at the terminal sees of a run that goes on: a few lines that are drawn over again.
public struct LiveBlock: Sendable {
  private struct Row {
    var name: String
    /// The worst so far; nil before anything was judged.
    var verdict: Verdict?
    var step: String?
    var isDone = false
    /// Whether it takes no more steps.
    var hasLeft = false
  }

  public private(set) var timetable = RunTimetable()
  private var title = ""
  private var rig = ""
  private var rows: [Row] = []
  private var hasEnded = false

  /// A run that has not begun.
  public init() {}

  /// Takes the next event.
  ///
  /// - Parameter verdict: the verdict on a step of a position so far.
  public mutating func take(
    _ recorded: RecordedEvent,
    verdict: (_ step: String, _ position: String) -> Verdict
  ) {
    timetable.take(recorded)
    switch recorded.event {
    case .runStarted(let start): (title, rig) = (start.scenarioName, start.rig)
    case .planned(let plan):
      rows = plan.positions.filter { $0.notApplicable == nil }.map { Row(name: $0.name) }
    case .stepStarted(let mark):
      change(mark.position) { row in
        row.step = mark.step
        row.isDone = false
      }
    case .stepEnded(let end):
      let found = verdict(end.step, end.position)
      change(end.position) { row in
        row.isDone = true
        row.hasLeft = end.how == .skipped
        if !row.hasLeft { row.verdict = max(row.verdict ?? found, found) }
      }
    case .runEnded: hasEnded = true
    default: break
    }
  }

  private mutating func change(_ position: String, _ body: (inout Row) -> Void) {
    guard let index = rows.firstIndex(where: { $0.name == position }) else { return }
    body(&rows[index])
  }

  // MARK: Drawing

  /// The block.
  ///
  /// - Parameters:
  ///   - now: the moment on the run's clock.
  ///   - width: the columns of the terminal; no line fills the last one.
  ///   - height: its lines; the block has fewer.
  ///   - style: plain, or with colours.
  public func lines(
    at now: Instant,
    width: Int,
    height: Int,
    style: Summary.Style
  ) -> [String] {
    // Before the plan is known there is nothing to tell.
    guard timetable.count > 0 else { return [] }
    let head = [heading, progress(at: now)]
    let room = max(1, height - head.count - 2)
    let shown = shown(room)
    let columns = rows.map { Page.columns($0.name) }.max() ?? 0
    let body = shown.map { line(of: $0, columns, at: now) }
    let rest = rows.count - shown.count
    let tail: [[Page.Piece]] =
      rest == 0 ? [] : [[Page.Piece(text: "and \(rest) positions more", ink: .faint)]]
    return (head + body + tail).map { Self.cut($0, to: width - 1, inColour: style == .ansi) }
  }

  private var heading: [Page.Piece] {
    let warning =
      rig == "host" || rig.isEmpty ? [] : [Page.Piece(text: "[rig: \(rig)]", ink: .yellow)]
    return [Page.Piece(text: title, ink: .strong)] + warning
  }

  private func progress(at now: Instant) -> [Page.Piece] {
    guard !hasEnded else {
      return [Page.Piece(text: "ended after \(Self.clock(timetable.elapsed(at: now)))")]
    }
    let time = "\(Self.clock(timetable.elapsed(at: now))) gone"
    let rest = timetable.remaining(at: now)
    return [
      Page.Piece(text: "[\(timetable.number)/\(timetable.count)]"),
      Page.Piece(text: timetable.step ?? "beginning"),
      Page.Piece(text: "(\(time), about \(Self.clock(rest)) left)", ink: .faint),
    ]
  }

  /// The positions that are drawn where not all fit: first those with something to look at.
  private func shown(_ room: Int) -> [Row] {
    guard rows.count > room else { return rows }
    let order = rows.indices.sorted { a, b in
      let (left, right) = (rows[a].verdict ?? .passed, rows[b].verdict ?? .passed)
      return left == right ? a < b : left > right
    }
    return order.prefix(room).sorted().map { rows[$0] }
  }

  private func line(of row: Row, _ columns: Int, at now: Instant) -> [Page.Piece] {
    let word = row.verdict.map(Self.word) ?? Page.Piece(text: "-", ink: .faint)
    var pieces = [
      Page.Piece(text: row.name, ink: .strong, columns: columns),
      Page.Piece(text: word.text, ink: word.ink, columns: "INCONCLUSIVE".count),
    ]
    switch (row.step, row.hasLeft, row.isDone) {
    case (let step?, true, _): pieces.append(Page.Piece(text: "left the run after '\(step)'"))
    case (nil, true, _): pieces.append(Page.Piece(text: "is not tested"))
    case (nil, _, _): pieces.append(Page.Piece(text: "waits", ink: .faint))
    case (let step?, _, true):
      pieces += [Page.Piece(text: step), Page.Piece(text: "done", ink: .faint)]
    case (let step?, _, false):
      let gone = timetable.inStep(at: now) ?? .zero
      let whole = timetable.predicted(step)
      let text =
        whole > gone
        ? "(\(Self.clock(gone)), about \(Self.clock(whole - gone)) left)"
        : "(\(Self.clock(gone)), \(Self.clock(whole)) were planned)"
      pieces += [Page.Piece(text: step), Page.Piece(text: text, ink: .faint)]
    }
    return pieces
  }

  /// Nothing is passed before the run is over.
  private static func word(_ verdict: Verdict) -> Page.Piece {
    verdict == .passed
      ? Page.Piece(text: "good so far", ink: .green)
      : Page.Piece(text: verdict.word, ink: verdict.ink)
  }

  /// `3:07`, `1:02:03`.
  static func clock(_ duration: Duration) -> String {
    let seconds = Int64(min(max(duration.inSeconds, 0), 1e9).rounded())
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = "\(seconds / 60 % 60)"
    return seconds < 3600
      ? "\(minutes):\(two(seconds % 60))"
      : "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  /// One line that does not wrap: a block that wraps is not where it was drawn.
  private static func cut(_ pieces: [Page.Piece], to width: Int, inColour: Bool) -> String {
    var out = ""
    var column = 0
    for (index, piece) in pieces.enumerated() {
      let gap = index == 0 ? "" : " "
      var text = ""
      var used = Page.columns(gap)
      for character in Visible.line(piece.text) {
        let size = Page.columns(String(character))
        guard column + used + size <= width else { break }
        text.append(character)
        used += size
      }
      guard !text.isEmpty else { break }
      out +=
        gap
        + (inColour && piece.ink != .plain ? "\u{1B}[\(piece.ink.rawValue)m\(text)\u{1B}[0m" : text)
      column += used
      guard index < pieces.count - 1 else { break }
      let pad = max(0, piece.columns - Page.columns(text))
      guard column + pad < width else { break }
      out += String(repeating: " ", count: pad)
      column += pad
    }
    return out
  }
}
