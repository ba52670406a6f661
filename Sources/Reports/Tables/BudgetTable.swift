public import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// The uncertainty budgets of a run as tables of text, one for each judged number (JCGM 100:2008 clause 7.2.7:
/// what stands behind a result is stated in full).
public enum BudgetTable {
  /// The tables of every judged number that has a budget.
  ///
  /// - Parameter matching: only rules whose position, step and name hold this text; all where it is nil.
  public static func text(_ run: JudgedRun, matching: String? = nil) -> String {
    var tables: [String] = []
    for position in run.positions {
      for step in position.steps {
        for finding in step.findings {
          let place = Visible.line(position.position.name)
          let title = "\(place)  \(Visible.line("\(step.step.id) / \(finding.rule.id)"))"
          guard matching.map({ title.contains($0) }) ?? true,
            let table = table(finding, title: title)
          else { continue }
          tables.append(table)
        }
      }
    }
    return tables.joined(separator: "\n\n")
  }

  private static func table(_ finding: Finding, title: String) -> String? {
    guard let budget = finding.budget, let dimension = finding.dimension,
      let measurement = finding.measurement, let number = measurement.number
    else { return nil }
    let value = Measurement.text(number, dimension)
    let expanded = Measurement.text(budget.expanded, dimension, digits: 3)
    let freedom = BudgetRows.text(degreesOfFreedom: budget.effectiveDegreesOfFreedom)
    var lines = [
      title,
      "  \(value) ± \(expanded) (k = \(Decimal.text(budget.coverageFactor, digits: 3)), \(freedom) degrees of freedom); \(Visible.line(finding.limitsText)): \(finding.verdict.rawValue)\(finding.isMarginal ? " (marginal)" : ""), \(finding.rule.decision)",
    ]
    var rows = [
      ["source of uncertainty", "type", "distribution", "u(x)", "c", "|c|·u(x)", "ν", "share"]
    ]
    rows += BudgetRows.cells(budget, dimension).map { [Visible.line($0[0])] + $0.dropFirst() }
    rows.append([
      "combined", "", "", "", "", Measurement.text(budget.combined, dimension, digits: 3), freedom,
      "",
    ])
    let widths = rows[0].indices.map { column in rows.map { Page.columns($0[column]) }.max() ?? 0 }
    lines += rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - Page.columns(cell))
      }
      return "    " + cells.joined(separator: "  ").trimmedEnd
    }
    return lines.joined(separator: "\n")
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
