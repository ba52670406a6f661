import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// The top of a report: the verdict in large words, whether the rig was real, and what was run.
struct RunHead {
  let run: JudgedRun
  let evidence: RunEvidence
  let title: String

  func write(to page: inout HTMLWriter) {
    page.element("header") { page in
      page.element("div", ["class": "brand"]) { page in
        page.element("span") { page in
          page.element("b", text: "meterbench")
          page.text(" test report")
        }
        page.element("span", text: Shown.line(run.start?.run ?? ""))
      }
      page.element("div", ["class": "hero \(run.verdict.rawValue)"]) { page in
        VerdictIcon.write(run.verdict, to: &page)
        page.element("div") { page in
          page.element("h1", text: Shown.line(title))
          page.element("div", ["class": "word"]) { page in
            page.text(run.verdict.word)
            if run.rigWarning != nil { page.element("span", ["class": "tag"], text: rigWord) }
          }
          page.element("p", text: run.counts.joined(separator: " · "))
        }
      }
      if let warning = run.rigWarning {
        page.element("div", ["class": "twin", "role": "note"]) { page in
          page.element("strong", text: rigWord)
          page.text(Shown.line(warning))
        }
      }
      page.element("div", ["class": "card"]) { page in
        page.element("dl", ["class": "facts"]) { page in
          for fact in facts { Self.fact(fact.label, fact.text, on: &page) }
        }
      }
    }
  }

  private var rigWord: String {
    run.rig == "unknown"
      ? "RIG UNKNOWN" : "SIMULATED: \(Shown.line(run.rig, limit: 40).uppercased())"
  }

  static func fact(_ label: String, _ text: String, on page: inout HTMLWriter) {
    page.element("div") { page in
      page.element("dt", text: label)
      page.element("dd", text: Shown.line(text))
    }
  }

  private var facts: [(label: String, text: String)] {
    var facts: [(String, String)] = [("Rig", run.rig == "twin" ? "twin (simulated)" : run.rig)]
    if let start = run.start {
      facts.append(("Bench", "\(start.benchName) (\(start.bench.path))"))
      facts.append(("Scenario file", start.scenario.path))
      for parameter in start.parameters {
        facts.append(("Parameter \(parameter.name)", parameter.value))
      }
    }
    if let began = run.wallTime(run.from) {
      let doubt =
        run.start?.wallClockIsSynchronised == false ? " (by a clock that is not synchronised)" : ""
      facts.append(("Started", "\(began.date) \(began.time) UTC\(doubt)"))
    }
    facts.append(("Took", run.duration.words))
    facts.append(("Ended", ended))
    if let plan = evidence.plan {
      if let reference = plan.reference { facts.append(("Reference", Self.text(reference))) }
      if let timeBase = plan.timeBase { facts.append(("Time base", Self.text(timeBase))) }
      if plan.judgesBench == true { facts.append(("Subject", "the bench, by known-good meters")) }
    }
    if let start = run.start {
      facts.append(("Host", start.host))
      facts.append(("Tool", start.tool))
    }
    return facts
  }

  private var ended: String {
    guard let end = run.end else { return "the record has no end" }
    let safe = end.outputsSafe ? "outputs safe" : "outputs NOT known to be safe"
    return "\(end.how.rawValue)\(end.text.map { " (\($0))" } ?? ""), \(safe)"
  }

  private static func text(_ reference: RecordedPlan.Reference) -> String {
    let certificate = reference.certificate.map { "certificate \($0)" } ?? "no certificate stated"
    let until =
      reference.calibratedUntil.map { "calibrated until \($0)" } ?? "no calibration stated"
    return "\(certificate), \(until)"
  }
}
