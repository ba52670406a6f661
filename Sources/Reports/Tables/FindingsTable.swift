public import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// What a run found, as CSV: a row for each rule on each position, and one for each remark, because a
/// table of rules alone would look better than the run where a bench failed. Whatever the run was, there
/// is a row, and every row says what the run, the position and the step came to.
public enum FindingsTable {
  /// The columns, in their order; a new one is added at the end, and none changes its meaning.
  ///
  /// `value`, `lower`, `upper`, `margin` and `uncertainty` are in `unit`, a base unit; `serial-number` is what the
  /// meter told, else what was expected of it.
  public static let columns = [
    "run", "rig", "scenario", "bench", "run-verdict", "position", "position-verdict", "profile",
    "step",
    "verb", "step-verdict", "kind", "rule", "verdict", "reason", "part", "value", "unit", "text",
    "lower", "upper", "margin", "marginal", "uncertainty", "coverage-factor", "decision",
    "rule-text", "reason-text", "file", "line", "column",
    "serial-number", "firmware",
  ]

  /// The table of a run: the same run gives the same bytes.
  public static func document(_ run: JudgedRun) -> String {
    var text = CSVLine.text(columns.map { .text($0) })
    for remark in run.remarks { text += row(run, remark: remark) }
    for position in run.positions {
      var rows = ""
      for remark in position.remarks { rows += row(run, position, remark: remark) }
      for step in position.steps {
        for finding in step.findings { rows += row(run, position, step, finding) }
        for remark in step.remarks { rows += row(run, position, step, remark: remark) }
        if let reason = step.notApplicable, step.findings.isEmpty, step.remarks.isEmpty {
          rows += CSVLine.text(
            head(run, position, step) + result("step", "", .notApplicable, nil, reason)
              + tail(position, step.step.origin)
          )
        }
      }
      if rows.isEmpty {
        rows = CSVLine.text(
          head(run, position, nil)
            + result("position", "", position.verdict, nil, position.position.notApplicable)
            + tail(position, nil)
        )
      }
      text += rows
    }
    if run.remarks.isEmpty, run.positions.isEmpty {
      text += CSVLine.text(
        head(run, nil, nil) + result("run", "", run.verdict, nil, nil) + tail(nil, nil)
      )
    }
    return text
  }

  private static func row(
    _ run: JudgedRun,
    _ position: JudgedPosition,
    _ step: JudgedStep,
    _ finding: Finding
  ) -> String {
    let measurement = finding.measurement
    return CSVLine.text(
      head(run, position, step) + [
        .text("rule"), .text(finding.rule.id), .text(finding.verdict.rawValue),
        .text(orNull: finding.reason?.kind.rawValue), .empty, .number(orNull: measurement?.number),
        .text(orNull: finding.dimension?.baseUnit.symbol), .text(orNull: measurement?.ownText),
        .number(orNull: finding.lower), .number(orNull: finding.upper),
        .number(orNull: finding.margin), .bool(finding.isMarginal),
        .number(orNull: finding.uncertainty ?? measurement?.expandedUncertainty),
        .number(orNull: finding.budget?.coverageFactor ?? measurement?.coverageFactor),
        .text(finding.rule.decision.description), .text(finding.rule.text),
        .text(orNull: finding.reason?.text),
      ] + tail(position, finding.rule.origin)
    )
  }

  private static func row(
    _ run: JudgedRun,
    _ position: JudgedPosition? = nil,
    _ step: JudgedStep? = nil,
    remark: Remark
  ) -> String {
    CSVLine.text(
      head(run, position, step)
        + result(
          "remark",
          remark.reason.kind.rawValue,
          remark.verdict,
          remark.part,
          remark.reason.text
        )
        + tail(position, step?.step.origin)
    )
  }

  /// Whose row it is.
  private static func head(
    _ run: JudgedRun,
    _ position: JudgedPosition?,
    _ step: JudgedStep?
  ) -> [CSVLine.Cell] {
    [
      .text(orNull: run.start?.run), .text(run.rig), .text(orNull: run.start?.scenarioName),
      .text(orNull: run.start?.benchName), .text(run.verdict.rawValue),
      .text(orNull: position?.position.name), .text(orNull: position?.verdict.rawValue),
      .text(orNull: position?.position.profile), .text(orNull: step?.step.id),
      .text(orNull: step?.step.verb), .text(orNull: step?.verdict.rawValue),
    ]
  }

  /// A verdict without a number, from `kind` to `reason-text`.
  private static func result(
    _ kind: String,
    _ reason: String,
    _ verdict: Verdict,
    _ part: String?,
    _ text: String?
  ) -> [CSVLine.Cell] {
    [.text(kind), .empty, .text(verdict.rawValue), .text(reason), .text(orNull: part)]
      + Array(repeating: .empty, count: 11) + [.text(orNull: text)]
  }

  /// Where it is declared, and the meter.
  private static func tail(_ position: JudgedPosition?, _ origin: Rule.Origin?) -> [CSVLine.Cell] {
    let place: [CSVLine.Cell] =
      origin.map { [.text($0.file), .integer($0.line), .integer($0.column)] }
      ?? [.empty, .empty, .empty]
    return place + MeterCells.of(position)
  }
}

extension Measurement {
  /// The text of a value that is one; nil for a number.
  var ownText: String? {
    if case .text(let text) = value { text } else { nil }
  }
}
