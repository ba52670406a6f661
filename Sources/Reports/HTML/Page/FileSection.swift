import Judging
import Markup
import RunRecord

/// The files that were run, as they were read.
struct FileSection {
  let run: JudgedRun

  func write(to page: inout HTMLWriter) {
    guard let start = run.start else { return }
    let files =
      [("Scenario", start.scenario)] + (start.included ?? []).map { ("Included", $0) }
      + [("Bench", start.bench)] + start.profiles.map { ("Profile", $0) }
    let shown = files.filter { !$0.1.text.isEmpty }
    guard !shown.isEmpty else { return }
    page.element("section", ["class": "screen", "aria-labelledby": "files"]) { page in
      page.element("h2", ["id": "files"], text: "Files")
      page.element("div", ["class": "card"]) { page in
        for (kind, file) in shown {
          page.element("details") { page in
            page.element("summary", text: Shown.line("\(kind): \(file.path)"))
            page.element("pre", ["tabindex": "0"], text: Shown.block(file.text))
          }
        }
      }
    }
  }
}
