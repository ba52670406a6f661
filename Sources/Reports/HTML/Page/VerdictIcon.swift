import Markup
import Verdicts

/// A verdict as a form beside its word: round, square, triangle and diamond are told apart without
/// their colours.
enum VerdictIcon {
  private static let paths: [(id: String, path: String)] = [
    // A disc with a tick.
    (
      "passed",
      "M12 1a11 11 0 1 0 0 22a11 11 0 0 0 0-22zM10.4 17.2l-5-5 2-2 3 3 6.400-6.400 2 2z"
    ),
    // A square with a cross.
    (
      "failed",
      "M4 1h16a3 3 0 0 1 3 3v16a3 3 0 0 1-3 3h-16a3 3 0 0 1-3-3v-16a3 3 0 0 1 3-3zM6 8l4 4-4 4 2 2 4-4 4 4 2-2-4-4 4-4-2-2-4 4-4-4z"
    ),
    // A triangle with an exclamation mark.
    ("error", "M12 1l12 21h-24zM10.700 8v7h2.600v-7zM10.700 17v2.600h2.600v-2.600z"),
    // A diamond with a dash.
    ("inconclusive", "M12 .5l11.500 11.500-11.500 11.500-11.500-11.500zM6.500 10.500v3h11v-3z"),
    // A ring.
    ("skipped", "M12 1a11 11 0 1 0 0 22a11 11 0 0 0 0-22zM12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16z"),
  ]

  /// The forms, once in a document.
  static func definitions(on page: inout HTMLWriter) {
    page.element("svg", ["width": "0", "height": "0", "aria-hidden": "true", "class": "forms"]) {
      page in
      page.element("defs") { page in
        for (id, path) in paths {
          page.element("symbol", ["id": "i-\(id)", "viewBox": "0 0 24 24"]) { page in
            page.element("path", ["d": path, "fill-rule": "evenodd"])
          }
        }
      }
    }
  }

  static func write(_ verdict: Verdict, to page: inout HTMLWriter) {
    let id = verdict == .notApplicable ? "skipped" : verdict.rawValue
    page.element("svg", ["class": "icon", "aria-hidden": "true"]) { page in
      page.element("use", ["href": "#i-\(id)"])
    }
  }

  /// The form with the word.
  static func badge(_ verdict: Verdict, on page: inout HTMLWriter) {
    page.element("span", ["class": "badge \(verdict.rawValue)"]) { page in
      write(verdict, to: &page)
      page.text(verdict.word)
    }
  }
}
