import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// What a finding rests on: the requirement, where it is declared, and the uncertainty budget.
struct BudgetView {
  let finding: Finding

  func write(to page: inout HTMLWriter) {
    page.element("div", ["class": "budget"]) { page in
      page.element("p") { page in
        page.element("strong", text: Shown.line(finding.rule.id))
        page.text(": ")
        page.element("code", text: Shown.line(finding.rule.text))
        page.text(" declared at \(Shown.line(finding.rule.origin.text))")
      }
      if let reason = finding.reason { page.element("p", text: Shown.line(reason.text)) }
      if let remark = finding.measurement?.remark {
        page.element("p", text: Shown.line("Evidence: \(remark)"))
      }
      if let budget = finding.budget, !budget.ranked.isEmpty, let dimension = finding.dimension {
        WideTable.write("Budget", caption: Self.caption(budget, dimension), to: &page) { page in
          table(budget, dimension, on: &page)
        }
      }
    }
  }

  private func table(
    _ budget: UncertaintyBudget,
    _ dimension: Dimension,
    on page: inout HTMLWriter
  ) {
    page.element("table") { page in
      page.element("thead") { page in
        page.element("tr") { page in
          for name in ["Source", "Type", "Distribution", "u(x)", "c", "|c|·u(x)", "ν", "Share"] {
            page.element("th", ["scope": "col"], text: name)
          }
        }
      }
      page.element("tbody") { page in
        for cells in BudgetRows.cells(budget, dimension) {
          page.element("tr") { page in
            page.element("th", ["scope": "row"], text: Shown.line(cells[0]))
            for cell in cells.dropFirst() { page.element("td", ["class": "number"], text: cell) }
          }
        }
      }
    }
  }

  private static func caption(_ budget: UncertaintyBudget, _ dimension: Dimension) -> String {
    "Uncertainty budget: u = \(Measurement.text(budget.combined, dimension, digits: 3)), \(BudgetRows.text(degreesOfFreedom: budget.effectiveDegreesOfFreedom)) degrees of freedom, k = \(Decimal.text(budget.coverageFactor, digits: 3)), U = \(Measurement.text(budget.expanded, dimension, digits: 3))"
  }
}
