import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// One rule that does not hold, on one screen: the value beside its limits, how far beyond, what it looks
/// like, and the frames or edges it came from.
struct FindingCard {
  let run: JudgedRun
  let position: JudgedPosition
  let step: JudgedStep
  let finding: Finding
  let evidence: RunEvidence.OfStep?
  let id: String
  /// Whether the step's plots stand at an earlier card.
  let isShown: Bool

  func write(to page: inout HTMLWriter) {
    page.element("article", ["class": "finding \(finding.verdict.rawValue)", "id": id]) { page in
      page.element("h4") { page in
        VerdictIcon.badge(finding.verdict, on: &page)
        page.element("span", text: Shown.line("\(step.step.id) / \(finding.rule.id)"))
      }
      page.element("p", text: Shown.line(finding.reason?.text ?? finding.rule.text))
      gauge?.write(to: &page)
      page.element("dl", ["class": "facts"]) { page in
        for fact in facts { RunHead.fact(fact.label, fact.text, on: &page) }
      }
      let causes = LikelyCauses.of(finding, step, on: position, in: run, evidence)
      if !causes.isEmpty {
        page.element("div", ["class": "cause"]) { page in
          page.element("strong", text: "A guess from the numbers")
          for cause in causes { page.element("p", text: Shown.line(cause)) }
        }
      }
      EvidenceExcerpt(
        evidence: evidence,
        step: step,
        finding: finding,
        id: "\(id)-e",
        isShown: isShown
      )
      .write(to: &page)
    }
  }

  private var facts: [(label: String, text: String)] {
    var facts = [("Value", finding.measurement?.text ?? "not measured")]
    facts.append((finding.dimension == nil ? "Expected" : "Limits", finding.limitsText))
    if let beyond { facts.append(beyond) }
    if let uncertainty = finding.uncertaintyText { facts.append(("Uncertainty U", uncertainty)) }
    if finding.dimension != nil { facts.append(("Decision rule", "\(finding.rule.decision)")) }
    facts.append(("Declared at", "\(finding.rule.origin.file):\(finding.rule.origin.line)"))
    return facts
  }

  /// How far the value is from the nearer limit, and how much that is of the room that the limits leave.
  private var beyond: (String, String)? {
    guard let margin = finding.margin, let dimension = finding.dimension else { return nil }
    let room =
      if let lower = finding.lower, let upper = finding.upper {
        (upper - lower) / 2
      } else {
        abs(finding.lower ?? finding.upper ?? 0)
      }
    let share = room > 0 ? " (\(Decimal.text(abs(margin) / room, digits: 3)) × the room)" : ""
    return (
      margin < 0 ? "Beyond the limit by" : "Within the limit by",
      Measurement.text(abs(margin), dimension, digits: 4) + share
    )
  }

  private var gauge: Gauge? {
    guard let value = finding.measurement?.number, let dimension = finding.dimension,
      finding.lower != nil || finding.upper != nil, value.isFinite
    else { return nil }
    func place(_ number: Double) -> Gauge.Place {
      Gauge.Place(number, Measurement.text(number, dimension, digits: 5))
    }
    let text = Measurement.text(value, dimension, digits: 5)
    return Gauge(
      description: "\(text) against \(finding.limitsText)",
      value: Gauge.Place(value, text),
      uncertainty: finding.uncertainty ?? finding.measurement?.expandedUncertainty ?? 0,
      lower: finding.lower.map(place),
      upper: finding.upper.map(place)
    )
  }
}
