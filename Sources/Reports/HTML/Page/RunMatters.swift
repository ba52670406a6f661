import Judging
import Markup
import RunRecord
import Verdicts

/// What concerns the run as a whole: faults of the rig, warnings of the plan, notes.
struct RunMatters {
  let run: JudgedRun

  func write(to page: inout HTMLWriter) {
    if !run.remarks.isEmpty {
      section("run", "The run as a whole", on: &page) { page in
        for remark in run.remarks { RemarkCard(remark: remark).write(to: &page) }
      }
    }
    let notes = grouped
    guard !run.warnings.isEmpty || !notes.isEmpty else { return }
    section("warnings", "Warnings and notes", on: &page) { page in
      page.element("div", ["class": "card"]) { page in
        page.element("ul", ["class": "plain"]) { page in
          for warning in run.warnings { item("Warning", warning, on: &page) }
          for note in notes { item("Note", note, on: &page) }
        }
      }
    }
  }

  private func section(
    _ id: String,
    _ title: String,
    on page: inout HTMLWriter,
    _ content: (inout HTMLWriter) -> Void
  ) {
    page.element("section", ["aria-labelledby": id]) { page in
      page.element("h2", ["id": id], text: title)
      content(&page)
    }
  }

  private func item(_ label: String, _ text: String, on page: inout HTMLWriter) {
    page.element("li") { page in
      page.element("strong", text: "\(label): ")
      page.text(Shown.line(text))
    }
  }

  /// What was noted at several positions stands once, with their names.
  private var grouped: [String] {
    var order: [(text: String, positions: [String])] = []
    for note in run.notes {
      let text = [note.step, note.text].compactMap(\.self).joined(separator: ": ")
      let index = order.firstIndex { $0.text == text } ?? order.count
      if index == order.count { order.append((text, [])) }
      if let position = note.position { order[index].positions.append(position) }
    }
    return order.map {
      $0.positions.isEmpty ? $0.text : "\($0.positions.joined(separator: ", ")): \($0.text)"
    }
  }
}

/// A remark beside the rules.
struct RemarkCard {
  let remark: Remark
  var step: JudgedStep?
  var id: String?

  func write(to page: inout HTMLWriter, _ more: (inout HTMLWriter) -> Void = { _ in }) {
    page.element("article", ["class": "finding \(remark.verdict.rawValue)", "id": id]) { page in
      page.element("h4") { page in
        VerdictIcon.badge(remark.verdict, on: &page)
        page.element("span", text: Shown.line(step?.step.id ?? remark.part ?? "the run"))
      }
      page.element("p", text: Shown.line(remark.reason.text))
      page.element("p", ["class": "soft"]) { page in
        var words = [remark.reason.kind.rawValue]
        if let part = remark.part { words.append("part of the bench: \(part)") }
        if let origin = step?.step.origin { words.append("\(origin.file):\(origin.line)") }
        page.text(Shown.line(words.joined(separator: " · ")))
      }
      more(&page)
    }
  }
}
