import Judging
import Markup
import RunRecord
import Verdicts

/// The rules of a step that are open because of what the card before says: one card for all of them.
struct UnmeasuredCard {
  let step: JudgedStep
  let findings: [Finding]
  let verdict: Verdict
  let id: String

  func write(to page: inout HTMLWriter) {
    page.element("article", ["class": "finding \(verdict.rawValue)", "id": id]) { page in
      page.element("h4") { page in
        VerdictIcon.badge(verdict, on: &page)
        page.element("span", text: Shown.line(step.step.id))
      }
      page.element("p", text: StepProblem.unmeasured(findings))
      page.element("ul") { page in
        for rule in findings.map(\.rule) {
          page.element("li") { page in
            page.element("code", text: Shown.line(rule.text))
            page.text(" ")
            page.element(
              "span",
              ["class": "soft"],
              text: Shown.line("\(rule.origin.file):\(rule.origin.line)")
            )
          }
        }
      }
    }
  }
}
