import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// Every step of a position with every rule: what was found, against what, how it was decided, and where
/// that is declared.
struct ResultTable {
  let position: JudgedPosition
  let prefix: String

  private static let columns = [
    "Rule", "Value", "Limits", "Margin", "U", "Decision", "Verdict",
  ]

  func write(to page: inout HTMLWriter) {
    page.element("table", ["class": "cards"]) { page in
      page.element(
        "caption",
        text: Shown.line("Steps and rules of \(position.position.name)")
      )
      page.element("thead") { page in
        page.element("tr") { page in
          for name in Self.columns { page.element("th", ["scope": "col"], text: name) }
        }
      }
      for step in position.steps {
        page.element("tbody") { page in
          head(step, on: &page)
          for finding in step.findings { row(finding, on: &page) }
          if !step.findings.isEmpty { basis(of: step, on: &page) }
        }
      }
    }
  }

  private func head(_ step: JudgedStep, on page: inout HTMLWriter) {
    page.element("tr", ["class": "step"]) { page in
      page.element("th", ["scope": "rowgroup", "colspan": "\(Self.columns.count)"]) { page in
        VerdictIcon.badge(step.verdict, on: &page)
        page.text(Shown.line(step.step.id))
        var facts = ["\(step.step.origin.file):\(step.step.origin.line)"]
        if let from = step.from, let to = step.to {
          facts.append(to.duration(since: from).words)
        }
        if step.step.isFinally { facts.append("finally") }
        if let reason = step.notApplicable { facts.append(reason) }
        if step.verdict == .skipped, let reason = step.remarks.first?.reason.text {
          facts.append(reason)
        }
        page.element(
          "small",
          ["class": "soft"],
          text: Shown.line("  " + facts.joined(separator: " · "))
        )
      }
    }
  }

  private func row(_ finding: Finding, on page: inout HTMLWriter) {
    page.element("tr") { page in
      page.element("th", ["scope": "row"]) { page in
        page.text(Shown.line(finding.rule.id))
      }
      cell("Value", finding.valueText ?? "not measured", on: &page)
      cell("Limits", finding.limitsText, on: &page)
      cell("Margin", finding.marginText ?? "", on: &page)
      cell("U", finding.uncertaintyText ?? "", on: &page)
      cell("Decision", finding.dimension == nil ? "" : "\(finding.rule.decision)", on: &page)
      page.element("td", ["data-label": "Verdict"]) { page in
        page.element("span") { page in VerdictIcon.badge(finding.verdict, on: &page) }
      }
    }
  }

  /// What the rules of a step rest on, one for each.
  private func basis(of step: JudgedStep, on page: inout HTMLWriter) {
    let budgets = step.findings.count { $0.budget?.ranked.isEmpty == false }
    let name = budgets == 0 ? "Rules as declared" : "Rules as declared, and uncertainty budgets"
    page.element("tr", ["class": "more"]) { page in
      page.element("td", ["colspan": "\(Self.columns.count)"]) { page in
        page.element("details") { page in
          page.element("summary", text: name)
          for finding in step.findings { BudgetView(finding: finding).write(to: &page) }
        }
      }
    }
  }

  private func cell(_ label: String, _ text: String, on page: inout HTMLWriter) {
    page.element("td", ["data-label": label, "class": label == "Decision" ? "decision" : "number"])
    { page in
      if !text.isEmpty { page.element("span", text: Shown.line(text, limit: 300)) }
    }
  }
}
