import Judging
import Markup
import Quantities
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
    guard let dimension = finding.dimension, let number = finding.measurement?.number,
      let margin = finding.margin, let text = finding.marginText
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
      Self.value(
        number,
        finding.uncertainty ?? finding.measurement?.expandedUncertainty,
        dimension
      ),
      finding.limitsText,
      "margin \(text)",
    ]
  }

  /// A value with its uncertainty at two significant digits, both to the same decimal (GUM
  /// 7.2.6). Only for values that passed: rounding could put another on the wrong side of a limit.
  static func value(_ number: Double, _ uncertainty: Double?, _ dimension: Dimension) -> String {
    // What is less than the last digit of any number shown is none.
    guard let uncertainty, uncertainty.isFinite, uncertainty > 1e-12 else {
      return Measurement.text(number, dimension)
    }
    let base = Quantity(base: number, dimension)
    let shown = (dimension == .ratio ? base.converted(to: .percent) : nil) ?? base.readable
    let spread = uncertainty / shown.unit.factor
    var decimals = 1
    var rest = spread
    while rest < 0.995, decimals < 9 {
      rest *= 10
      decimals += 1
    }
    if spread >= 9.95 { decimals = 0 }
    return "\(Decimal.fixed(shown.value, decimals: decimals)) ± "
      + "\(Decimal.fixed(spread, decimals: decimals)) \(shown.unit.symbol)"
  }
}
