import Judging
import Markup
import RunRecord
import Verdicts

/// A measured value against its limits, as one row of a table.
struct ValueRow {
  /// Name, value with uncertainty, limits, margin.
  var cells: [String]
  /// The margin as a share of the room between the limits, or of a single limit.
  private var closeness: Double

  /// The values nearest to their limits, in the order of the plan.
  static func nearest(_ number: Int, of position: JudgedPosition) -> [ValueRow] {
    let rows = position.steps.flatMap { step in
      step.findings.compactMap { ValueRow($0, of: step) }
    }
    let chosen = rows.indices.sorted { (rows[$0].closeness, $0) < (rows[$1].closeness, $1) }
      .prefix(number).sorted()
    return chosen.map { rows[$0] }
  }

  /// The columns that each cell needs.
  static func columns(_ rows: [ValueRow]) -> [Int] {
    (0..<4).map { index in
      rows.map { Page.columns($0.cells[index]) }.max() ?? 0
    }
  }

  private init?(_ finding: Finding, of step: JudgedStep) {
    guard let value = finding.valueText, let margin = finding.margin,
      let text = finding.marginText
    else { return nil }
    let room =
      if let lower = finding.lower, let upper = finding.upper {
        (upper - lower) / 2
      } else {
        abs(finding.lower ?? finding.upper ?? 0)
      }
    closeness = room > 0 ? margin / room : 0
    cells = [
      Visible.line("\(step.step.id) / \(finding.rule.id)"),
      value,
      finding.limitsText,
      "margin \(text)",
    ]
  }
}
