import Markup
import Verdicts

/// The findings of many runs as CSV: a row for each rule and each remark of the positions that are meant, and one for
/// a position without any.
public enum HistoryTable {
  /// The columns, in their order; a new one is added at the end, and none changes its meaning.
  ///
  /// `value`, `lower`, `upper`, `margin` and `uncertainty` are in `unit`, a base unit; `sound` is `yes` where the
  /// value counts in statistics.
  public static let columns = [
    "run", "wall-time", "rig", "subject", "scenario", "bench", "run-verdict", "position",
    "serial-number", "firmware", "profile", "position-verdict", "step", "verb", "kind", "rule",
    "verdict", "reason", "part", "value", "unit", "text", "lower", "upper", "margin", "uncertainty",
    "decision", "limits", "sound", "reason-text", "record",
  ]

  /// The first line of the file.
  public static var header: String { CSVLine.text(columns.map { .text($0) }) }

  /// The rows of a run.
  public static func rows(_ run: RunEntry) -> String {
    var text = ""
    for remark in run.remarks { text += row(run, nil, remark) }
    for position in run.positions {
      for finding in position.findings { text += row(run, position, finding) }
      if position.findings.isEmpty { text += row(run, position, nil) }
    }
    return text
  }

  private static func row(
    _ run: RunEntry,
    _ position: PositionEntry?,
    _ finding: FindingEntry?
  ) -> String {
    let kind = finding.map { $0.rule.isEmpty ? "remark" : "rule" } ?? "position"
    return CSVLine.text([
      .text(run.run), .text(run.wallTime), .text(run.rig),
      .text(run.judgesBench ? "bench" : "meter"), .text(run.scenario), .text(run.bench),
      .text(run.verdict.rawValue), .text(orNull: position?.name), .text(orNull: position?.serial),
      .text(orNull: position?.firmware), .text(orNull: position?.profile),
      .text(orNull: position?.verdict.rawValue), .text(orNull: finding?.step),
      .text(orNull: finding?.verb), .text(kind), .text(orNull: finding?.rule),
      .text(orNull: (finding?.verdict ?? position?.verdict)?.rawValue),
      .text(orNull: finding?.reason), .text(orNull: finding?.part),
      .number(orNull: finding?.value), .text(orNull: finding?.unit), .text(orNull: finding?.text),
      .number(orNull: finding?.lower), .number(orNull: finding?.upper),
      .number(orNull: finding?.margin), .number(orNull: finding?.uncertainty),
      .text(orNull: finding?.decision), .text(orNull: finding?.limits),
      finding.map { .bool($0.isSound) } ?? .empty, .text(orNull: finding?.reasonText),
      .text(run.record),
    ])
  }
}

extension History {
  /// Hands over the runs of a selection, the oldest first, with the positions that are meant. The findings of one run
  /// at a time are in memory, whatever the history's length.
  public func forEach(
    _ selection: Selection,
    _ body: (RunEntry) throws -> Void
  ) throws {
    for run in try runs(selection).reversed() {
      var entry = try entry(of: run.run)
      entry.positions.removeAll { !selection.means($0) }
      try body(entry)
    }
  }
}
