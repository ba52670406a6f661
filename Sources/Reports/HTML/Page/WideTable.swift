import Markup

/// A table that scrolls sideways where it is wider than its place, and shows that it does; its caption stays.
enum WideTable {
  /// - Parameters:
  ///   - name: what a screen reader calls it.
  ///   - caption: what stands above it; nil where nothing has to.
  ///   - table: writes the table itself.
  static func write(
    _ name: String,
    caption: String? = nil,
    to page: inout HTMLWriter,
    _ table: (inout HTMLWriter) -> Void
  ) {
    if let caption { page.element("p", ["class": "caption"], text: caption) }
    page.element(
      "div",
      ["class": "wide", "tabindex": "0", "role": "region", "aria-label": name],
      table
    )
  }
}
