public import Judging
import Quantities
import RunRecord
import Verdicts

/// A run as a person reads it on a terminal.
public enum Summary {
  /// How the text is set.
  public enum Style: Hashable, Sendable {
    /// Nothing but text.
    case plain
    /// With colours (ECMA-48), which only repeat what the words say.
    case ansi
  }

  /// The summary of a run.
  ///
  /// A passed position shows the values nearest to their limits; any other shows everything that
  /// did not pass, with value, limits, reason and the place that demands it. The last line is the
  /// verdict.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - style: plain, or with colours.
  ///   - width: the columns of the terminal; less than 40 counts as 40.
  public static func text(_ run: JudgedRun, style: Style = .plain, width: Int = 80) -> String {
    var page = Page(width: width, inColour: style == .ansi)
    header(run, on: &page)
    // The same for all positions, so that they read as one table.
    let columns = Columns(
      name: run.positions.map { Page.columns($0.position.name) }.max() ?? 0,
      verdict: run.positions.map { Page.columns($0.verdict.word) }.max() ?? 0,
      values: ValueRow.columns(
        run.positions.filter { $0.verdict == .passed }
          .flatMap { ValueRow.nearest(shownValues, of: $0) }
      )
    )
    for position in run.positions {
      page.blank()
      show(position, of: run, columns: columns, on: &page)
    }
    if !run.remarks.isEmpty {
      page.blank()
      page.line([Page.Piece(text: "Run", ink: .strong), run.verdict.piece])
      for remark in run.remarks { show(remark, on: &page) }
    }
    buses(run.buses, on: &page)
    remarks("Warning", run.warnings, on: &page)
    remarks("Note", run.notes.map(\.line), on: &page)
    page.blank()
    totals(run, on: &page)
    return page.text
  }

  /// How wide what stands in columns is.
  private struct Columns {
    var name: Int
    var verdict: Int
    var values: [Int]
  }

  /// The values of a passed position that are worth a line each.
  private static let shownValues = 6

  // MARK: The run

  private static func header(_ run: JudgedRun, on page: inout Page) {
    let title = run.start?.scenarioName ?? "The record does not say what was run"
    page.line([Page.Piece(text: title, ink: .strong)])
    func row(_ label: String, _ text: String) {
      page.line(
        [Page.Piece(text: label, ink: .faint, columns: 8), Page.Piece(text: text)],
        indent: 2,
        hang: 11
      )
    }
    if let warning = run.rigWarning {
      page.line(
        [
          Page.Piece(text: "*** \(run.rig.uppercased()) ***", ink: .yellow),
          Page.Piece(text: warning),
        ],
        indent: 2,
        hang: 4
      )
    }
    if let start = run.start {
      row("bench", "\(start.benchName) (\(start.bench.path))")
      row("rig", start.rig)
      row("run", start.run)
    }
    let began = run.wallTime(run.from).map { "\($0.date) \($0.time) UTC, " } ?? ""
    row("time", "\(began)\(run.duration.words)")
  }

  private static func buses(_ buses: [RecordedBusStatistics], on page: inout Page) {
    guard !buses.isEmpty else { return }
    page.blank()
    for bus in buses {
      page.line(
        [Page.Piece(text: "Bus \(bus.bus):", ink: .strong), Page.Piece(text: bus.total.words)],
        hang: 2
      )
    }
  }

  private static func totals(_ run: JudgedRun, on page: inout Page) {
    let rig =
      run.rigWarning == nil ? [] : [Page.Piece(text: "[rig: \(run.rig)]", ink: .yellow)]
    page.line(
      [run.verdict.piece] + rig + [Page.Piece(text: run.counts.joined(separator: "; "))],
      hang: Page.columns(run.verdict.word) + 1
    )
  }

  private static func remarks(_ label: String, _ texts: [String], on page: inout Page) {
    guard !texts.isEmpty else { return }
    page.blank()
    for text in texts {
      page.line([Page.Piece(text: "\(label):", ink: .strong), Page.Piece(text: text)], hang: 2)
    }
  }

  // MARK: A position

  private static func show(
    _ position: JudgedPosition,
    of run: JudgedRun,
    columns: Columns,
    on page: inout Page
  ) {
    let takesPart = position.verdict != .notApplicable
    let identity = position.aboutMeter
    let about =
      takesPart
      ? (identity.isEmpty ? [position.position.profile] : identity)
      : position.remarks.map(\.reason.text)
    page.line(
      [
        Page.Piece(text: position.position.name, ink: .strong, columns: columns.name),
        position.verdict.piece(columns: columns.verdict),
        Page.Piece(text: about.joined(separator: ", ")),
      ],
      hang: 4
    )
    for step in position.steps where step.verdict > .skipped { showProblems(step, on: &page) }
    showSkipped(position.steps.filter { $0.verdict == .skipped }, on: &page)
    if takesPart { for remark in position.remarks { show(remark, on: &page) } }
    if position.verdict == .passed { showValues(position, columns.values, on: &page) }
    if takesPart, !run.remarks.isEmpty {
      page.line("and what is said of the run below", indent: 2)
    }
  }

  private static func showProblems(_ step: JudgedStep, on page: inout Page) {
    for problem in step.problems {
      switch problem {
      case .finding(let finding): show(finding, of: step, on: &page)
      case .remark(let remark):
        show(remark, in: step.step.id, at: step.step.origin, on: &page)
      case .unmeasured(let findings):
        head(problem.verdict, step.step.id, Reason.Kind.missing.rawValue, on: &page)
        page.line(StepProblem.unmeasured(findings), indent: 6)
        for finding in findings { show(finding.rule, on: &page) }
      }
    }
  }

  /// Steps in a row that did not run for the same reason, as one line.
  private static func showSkipped(_ steps: [JudgedStep], on page: inout Page) {
    var rest = steps[...]
    while let first = rest.first {
      let reason = first.remarks.first?.reason.text ?? "the step did not run"
      let same = rest.prefix { $0.remarks.first?.reason == first.remarks.first?.reason }
      rest = rest.dropFirst(same.count)
      page.line(
        [
          Verdict.skipped.piece,
          Page.Piece(text: same.map(\.step.id).joined(separator: ", ") + ":", ink: .strong),
          Page.Piece(text: reason),
        ],
        indent: 2,
        hang: 6
      )
    }
  }

  private static func show(_ finding: Finding, of step: JudgedStep, on page: inout Page) {
    let kind = finding.reason?.kind.rawValue ?? "record"
    head(finding.verdict, "\(step.step.id) / \(finding.rule.id)", kind, on: &page)
    if let reason = finding.reason { page.line(reason.text, indent: 6) }
    if let margin = finding.marginText {
      page.line("margin \(margin); decision: \(finding.rule.decision)", indent: 6)
    }
    show(finding.rule, on: &page)
  }

  /// What it is about, and the word for it.
  private static func head(
    _ verdict: Verdict,
    _ subject: String,
    _ kind: String,
    on page: inout Page
  ) {
    page.line(
      [
        verdict.piece, Page.Piece(text: subject, ink: .strong),
        Page.Piece(text: "(\(kind))", ink: .faint),
      ],
      indent: 2,
      hang: 6
    )
  }

  private static func show(_ rule: Rule, on page: inout Page) {
    page.line(
      [
        Page.Piece(text: "\(rule.origin.file):\(rule.origin.line)", ink: .faint),
        Page.Piece(text: rule.text),
      ],
      indent: 6,
      hang: 8
    )
  }

  private static func show(
    _ remark: Remark,
    in step: String? = nil,
    at origin: Rule.Origin? = nil,
    on page: inout Page
  ) {
    let part = remark.part.map { ", \($0)" } ?? ""
    head(remark.verdict, step ?? "", "\(remark.reason.kind.rawValue)\(part)", on: &page)
    page.line(remark.reason.text, indent: 6)
    if let origin {
      page.line([Page.Piece(text: "\(origin.file):\(origin.line)", ink: .faint)], indent: 6)
    }
  }

  private static func showValues(
    _ position: JudgedPosition,
    _ columns: [Int],
    on page: inout Page
  ) {
    let rows = ValueRow.nearest(shownValues, of: position)
    let fits = page.fits(columns.reduce(0) { $0 + $1 + 2 }, indent: 2)
    for row in rows {
      if fits {
        let pieces = zip(row.cells, columns).map { Page.Piece(text: $0, columns: $1 + 1) }
        page.line(pieces, indent: 2)
      } else {
        page.line(row.cells[0], indent: 2)
        page.line(row.cells.dropFirst().joined(separator: ", "), indent: 6)
      }
    }
    let passed = position.steps.flatMap(\.findings).count { $0.verdict == .passed }
    let others = passed - rows.count
    if others > 0 {
      page.line("and \(others) more \(others == 1 ? "rule" : "rules") that passed", indent: 2)
    }
  }
}

extension Verdict {
  fileprivate var piece: Page.Piece { piece(columns: 0) }

  fileprivate func piece(columns: Int) -> Page.Piece {
    Page.Piece(text: word, ink: ink, columns: columns)
  }

  var ink: Page.Ink {
    switch self {
    case .passed: .green
    case .failed: .red
    case .inconclusive: .yellow
    case .error: .magenta
    case .skipped, .notApplicable: .faint
    }
  }
}
