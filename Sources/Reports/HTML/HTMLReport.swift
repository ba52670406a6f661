public import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// A run as one HTML file that needs nothing beside itself: no network, no script. It reads on a desk, on a
/// phone and on paper.
public enum HTMLReport {
  /// The first bytes of every report, by which one is known.
  public static let opening = "<!DOCTYPE html>\n<!-- meterbench report -->"

  /// The report of a run: the same run gives the same bytes.
  ///
  /// - Parameters:
  ///   - run: the judged run.
  ///   - evidence: the exchanges and edges behind it; without them the report has verdicts and values alone.
  public static func document(
    _ run: JudgedRun,
    _ evidence: RunEvidence = RunEvidence()
  ) -> String {
    var page = HTMLWriter(comment: "meterbench report")
    HTMLPage(run: run, evidence: evidence).write(to: &page)
    return page.finish()
  }
}

/// The whole page.
struct HTMLPage {
  let run: JudgedRun
  let evidence: RunEvidence

  /// From so many positions on, only what needs a look is shown in full at once.
  static let fullPositions = 8

  func write(to page: inout HTMLWriter) {
    page.element("html", ["lang": "en"]) { page in
      page.element("head") { page in
        page.element("meta", ["charset": "utf-8"])
        page.element(
          "meta",
          ["name": "viewport", "content": "width=device-width, initial-scale=1"]
        )
        page.element(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content":
              "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
          ]
        )
        page.element("meta", ["name": "color-scheme", "content": "light dark"])
        page.element("meta", ["name": "generator", "content": run.start?.tool])
        page.element("title", text: Shown.line("\(run.verdict.word): \(title)"))
        page.style(StyleSheet.text)
      }
      page.element("body") { page in
        VerdictIcon.definitions(on: &page)
        page.element("a", ["class": "skip", "href": "#positions"], text: "Skip to the positions")
        RunHead(run: run, evidence: evidence, title: title).write(to: &page)
        page.element("main") { page in
          PositionOverview(run: run).write(to: &page)
          RunMatters(run: run).write(to: &page)
          page.element("section", ["aria-labelledby": "details"]) { page in
            page.element("h2", ["id": "details"], text: "Results by position")
            for index in run.positions.indices {
              PositionSection(run: run, evidence: evidence, index: index).write(to: &page)
            }
          }
          BusSection(run: run).write(to: &page)
          FileSection(run: run).write(to: &page)
        }
        foot(on: &page)
      }
    }
  }

  private var title: String { run.start?.scenarioName ?? "The record does not say what was run" }

  /// Lines to sign on paper.
  private func signatures(on page: inout HTMLWriter) {
    page.element("div", ["class": "signatures"]) { page in
      for text in ["Tested by", "Date", "Approved by"] { page.element("div", text: text) }
    }
  }

  private func foot(on page: inout HTMLWriter) {
    page.element("footer") { page in
      signatures(on: &page)
      page.element(
        "p",
        text:
          "A value ± U is stated with its expanded uncertainty for a level of confidence of 95.45 %. Verdicts follow from the record by the decision rule that stands beside each of them; “looks like” is a guess from the numbers and bears on no verdict."
      )
      let run = run.start.map { "run \($0.run), " } ?? ""
      page.element("p", text: Shown.line("\(run)\(self.run.start?.tool ?? "meterbench")"))
    }
  }
}
