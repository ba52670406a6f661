import Judging
import Markup
import RunRecord
import Verdicts

/// A position: what did not pass, one card each, then every value, then the plots.
struct PositionSection {
  let run: JudgedRun
  let evidence: RunEvidence
  let index: Int

  /// Cards of one position; more of them explain nothing more.
  private static let mostCards = 40

  private var position: JudgedPosition { run.positions[index] }

  func write(to page: inout HTMLWriter) {
    page.element(
      "section",
      ["class": "card position", "id": "p\(index)", "aria-labelledby": "p\(index)-name"]
    ) { page in
      page.element("h3", ["id": "p\(index)-name"]) { page in
        page.element("span", text: Shown.line(position.position.name))
        VerdictIcon.badge(position.verdict, on: &page)
      }
      page.element("p", ["class": "soft"]) { page in
        page.text(Shown.line("\(PositionOverview.meter(position)) · \(wiring)", limit: 600))
        if run.positions.count > HTMLPage.fullPositions {
          page.element("span", ["class": "screen"]) { page in
            page.text(" · ")
            page.element("a", ["href": "#positions"], text: "all positions")
          }
        }
      }
      guard position.verdict != .notApplicable else {
        for remark in position.remarks { page.element("p", text: Shown.line(remark.reason.text)) }
        return
      }
      cards(on: &page)
      results(on: &page)
      plots(on: &page)
    }
  }

  private var wiring: String {
    let place = position.position
    let variant = place.variant.map { " \($0)" } ?? ""
    return "\(place.profile)\(variant), unit \(place.address) on bus \(place.bus)"
  }

  // MARK: What did not pass

  private func cards(on page: inout HTMLWriter) {
    var number = 0
    for step in position.steps where step.verdict > .skipped {
      let ofStep = evidence.of(step.step.id, on: position.position.name)
      let hasFindings = step.problems.contains { if case .finding = $0 { true } else { false } }
      var isShown = false
      for problem in step.problems {
        number += 1
        guard number <= Self.mostCards else { continue }
        let id = "p\(index)-f\(number)"
        switch problem {
        case .finding(let finding):
          FindingCard(
            run: run,
            position: position,
            step: step,
            finding: finding,
            evidence: ofStep,
            id: id,
            isShown: isShown
          ).write(to: &page)
          isShown = true
        case .remark(let remark):
          RemarkCard(remark: remark, step: step, id: id).write(to: &page) { page in
            // The evidence stands once: at the rules that it speaks of, else at the first remark.
            guard !hasFindings, !isShown else { return }
            isShown = true
            EvidenceExcerpt(evidence: ofStep, step: step, finding: nil, id: "p\(index)-e\(number)")
              .write(to: &page)
          }
        case .unmeasured(let findings):
          UnmeasuredCard(step: step, findings: findings, verdict: problem.verdict, id: id)
            .write(to: &page)
        }
      }
    }
    for remark in position.remarks { RemarkCard(remark: remark).write(to: &page) }
    if number > Self.mostCards {
      page.element(
        "p",
        text: "\(number - Self.mostCards) more did not pass; the table below has all of them."
      )
    }
    if !run.remarks.isEmpty {
      page.element("p") { page in
        page.text("What is said of ")
        page.element("a", ["href": "#run"], text: "the run as a whole")
        page.text(" holds here, too.")
      }
    }
  }

  /// Steps whose plots stand at a card.
  private var shownAbove: [String] {
    position.steps.filter { !$0.problems.isEmpty }.map(\.step.id)
  }

  // MARK: Every value

  private func results(on page: inout HTMLWriter) {
    let isOpen = run.positions.count == 1
    page.element("details", ["class": "results", "open": isOpen ? "" : nil]) { page in
      page.element(
        "summary",
        text: "All results: \(position.counts.joined(separator: " · "))"
      )
      ResultTable(position: position, prefix: "p\(index)").write(to: &page)
    }
  }

  private func plots(on page: inout HTMLWriter) {
    let charts = PositionPlots(position: position, evidence: evidence).charts(without: shownAbove)
    guard !charts.isEmpty else { return }
    let isOpen = run.positions.count == 1
    page.element("details", ["open": isOpen ? "" : nil]) { page in
      page.element("summary", text: "Plots: \(charts.count)")
      page.element("div", ["class": "charts"]) { page in
        for (number, chart) in charts.enumerated() {
          chart.write(to: &page, id: "p\(index)-c\(number)")
        }
      }
    }
  }
}
