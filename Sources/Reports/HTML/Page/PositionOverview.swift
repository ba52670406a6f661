import Judging
import Markup
import RunRecord
import Verdicts

/// All positions at a glance: a chip for each where there are many, and a table.
struct PositionOverview {
  let run: JudgedRun

  func write(to page: inout HTMLWriter) {
    page.element("section", ["aria-labelledby": "positions"]) { page in
      page.element("h2", ["id": "positions"], text: "Positions")
      guard !run.positions.isEmpty else {
        page.element("p", text: "The record names no position.")
        return
      }
      if run.positions.count > HTMLPage.fullPositions {
        page.element("nav", ["class": "jump", "aria-label": "Positions"]) { page in
          for (index, position) in run.positions.enumerated() {
            page.element("a", ["href": "#p\(index)"]) { page in
              page.element("span", ["class": "badge \(position.verdict.rawValue)"]) { page in
                VerdictIcon.write(position.verdict, to: &page)
              }
              page.text(Shown.line("\(position.position.name) ", limit: 40))
              page.element("span", ["class": "soft"], text: position.verdict.word)
            }
          }
        }
      }
      page.element("div", ["class": "card"]) { page in
        page.element("table", ["class": "cards"]) { page in
          page.element("thead") { page in
            page.element("tr") { page in
              for name in ["Position", "Verdict", "Meter", "What decided"] {
                page.element("th", ["scope": "col"], text: name)
              }
            }
          }
          page.element("tbody") { page in
            for index in run.positions.indices { row(index, on: &page) }
          }
        }
      }
    }
  }

  private func row(_ index: Int, on page: inout HTMLWriter) {
    let position = run.positions[index]
    page.element("tr") { page in
      page.element("th", ["scope": "row"]) { page in
        page.element("a", ["href": "#p\(index)"], text: Shown.line(position.position.name))
      }
      page.element("td", ["data-label": "Verdict"]) { page in
        page.element("span") { page in VerdictIcon.badge(position.verdict, on: &page) }
      }
      page.element("td", ["data-label": "Meter"]) { page in
        page.element("span", text: Shown.line(Self.meter(position), limit: 300))
      }
      page.element("td", ["data-label": "Decided by"]) { page in
        page.element("span", text: Shown.line(reason(position), limit: 400))
      }
    }
  }

  /// What the meter said of itself, or what should stand there.
  static func meter(_ position: JudgedPosition) -> String {
    let identity = position.aboutMeter
    return identity.isEmpty
      ? "\(position.position.profile), not identified" : identity.joined(separator: ", ")
  }

  /// The first reason of the position's verdict; for a passed one the value that is nearest to a limit.
  private func reason(_ position: JudgedPosition) -> String {
    let findings = position.steps.flatMap(\.findings)
    if position.verdict == .passed {
      let passed = findings.count { $0.verdict == .passed }
      let nearest = ValueRow.nearest(1, of: position).first.map {
        "; nearest to a limit: \($0.cells[0]) \($0.cells[1]), \($0.cells[3])"
      }
      return "\(passed) of \(findings.count) rules passed\(nearest ?? "")"
    }
    return run.firstReason(for: position) ?? position.remarks.first?.reason.text
      ?? "not every rule was proven"
  }
}
