extension Chart {
  /// The picture's size in its own units; on a wide screen one unit is about a pixel.
  private static let size = (width: 520.0, height: 270.0)
  private static let inset = (left: 66.0, right: 14.0, top: 34.0, bottom: 48.0)
  /// Lines of text closer than this touch.
  private static let lineHeight = 15.0
  /// What a letter takes on a narrow screen, where letters are largest.
  private static let letterWidth = 7.4

  /// Writes the plot as a figure with a caption.
  ///
  /// - Parameter id: unique in the document.
  public func write(to page: inout HTMLWriter, id: String) {
    page.element("figure", ["class": "chart"]) { page in
      page.element(
        "svg",
        [
          "viewBox": "0 0 \(Int(Self.size.width)) \(Int(Self.size.height))", "role": "img",
          "aria-labelledby": "\(id)-t \(id)-d",
        ]
      ) { page in
        page.element("title", ["id": "\(id)-t"], text: title)
        page.element("desc", ["id": "\(id)-d"], text: description)
        drawAxes(on: &page)
        for mark in marks { draw(mark, on: &page) }
        drawLabels(on: &page)
      }
      page.element("figcaption") { page in
        page.element("strong", text: title)
        page.text(" \(description)")
      }
    }
  }

  // MARK: Places

  private func share(_ value: Double, _ axis: Axis) -> Double {
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    guard value.isFinite else { return 0 }
    let raw =
      axis.isLogarithmic && value > 0
      ? Self.log2(value / low) / Self.log2(high / low) : (value - low) / (high - low)
    return min(max(raw, 0), 1)
  }

  /// The binary logarithm, by halving and squaring: enough for a place in a picture, and the same
  /// on every machine.
  private static func log2(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 0 }
    var result = Double(value.exponent)
    var rest = value.significand
    var bit = 0.5
    for _ in 0..<24 {
      rest *= rest
      if rest >= 2 {
        rest /= 2
        result += bit
      }
      bit /= 2
    }
    return result
  }

  private func left(_ x: Double) -> Double {
    Self.inset.left + share(x, self.x) * (right - Self.inset.left)
  }

  private func top(_ y: Double) -> Double {
    Self.size.height - Self.inset.bottom
      - share(y, self.y) * (Self.size.height - Self.inset.top - Self.inset.bottom)
  }

  /// Names of levels stand beside the plot, where they hide nothing of it.
  private var right: Double {
    let names = marks.map { if case .level(_, let name, _) = $0 { name.count } else { 0 } }
    let room = Double(names.max() ?? 0) * Self.letterWidth + 10
    return Self.size.width - max(Self.inset.right, room)
  }

  private static var bottom: Double { size.height - inset.bottom }

  private static func text(_ value: Double) -> String {
    let text = Ticks.text(value, 1).replacingMinus
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private func place(_ point: Point) -> String {
    "\(Self.text(left(point.x))),\(Self.text(top(point.y)))"
  }

  // MARK: Drawing

  private func drawAxes(on page: inout HTMLWriter) {
    for tick in Ticks(y.range, wanted: 5, isLogarithmic: y.isLogarithmic).values {
      let at = top(tick.value)
      line((Self.inset.left, at), (right, at), "grid", on: &page)
      label(tick.label, (Self.inset.left - 6, at + 4), "end", on: &page)
    }
    for tick in Ticks(x.range, wanted: 6, isLogarithmic: x.isLogarithmic).values {
      let at = left(tick.value)
      line((at, Self.bottom), (at, Self.bottom + 4), "axis", on: &page)
      label(tick.label, (at, Self.bottom + 17), "middle", on: &page)
    }
    line((Self.inset.left, Self.bottom), (right, Self.bottom), "axis", on: &page)
    label(
      x.label,
      ((Self.inset.left + right) / 2, Self.size.height - 8),
      "middle",
      "name",
      on: &page
    )
    label(y.label, (4, 13), "start", "name", on: &page)
  }

  private func draw(_ mark: Mark, on page: inout HTMLWriter) {
    switch mark {
    case .line(let points, let tone):
      let thinned = Thinning.columns(points, Int(right - Self.inset.left))
      page.element(
        "polyline",
        [
          "class": "line \(tone.rawValue)",
          "points": thinned.map(place).joined(separator: " "),
        ]
      )
    case .bars(let bars, let tone):
      for bar in bars where bar.height > 0 {
        let (from, to) = (left(bar.range.lowerBound), left(bar.range.upperBound))
        page.element(
          "rect",
          [
            "class": "bar \(tone.rawValue)", "x": Self.text(from), "y": Self.text(top(bar.height)),
            "width": Self.text(max(1, to - from - 1)),
            "height": Self.text(max(1, Self.bottom - top(bar.height))),
          ]
        )
      }
    case .points(let points, let symbol, let tone):
      for point in points { draw(symbol, at: point, tone, on: &page) }
    case .spans(let spans, let tone):
      for span in spans {
        let at = left(span.x)
        let (low, high) = (top(span.range.lowerBound), top(span.range.upperBound))
        line((at, low), (at, high), tone.rawValue, on: &page)
        line((at - 5, low), (at + 5, low), tone.rawValue, on: &page)
        line((at - 5, high), (at + 5, high), tone.rawValue, on: &page)
      }
    case .area(let spans):
      let upper = spans.map { place(Point($0.x, $0.range.upperBound)) }
      let lower = spans.reversed().map { place(Point($0.x, $0.range.lowerBound)) }
      page.element(
        "polygon",
        ["class": "area", "points": (upper + lower).joined(separator: " ")]
      )
    case .level(let value, _, let tone):
      let at = top(value)
      line((Self.inset.left, at), (right, at), "rule \(tone.rawValue)", on: &page)
    case .place(let value, _, let tone):
      let at = left(value)
      line((at, Self.inset.top), (at, Self.bottom), "rule \(tone.rawValue)", on: &page)
    }
  }

  private func draw(_ symbol: Symbol, at point: Point, _ tone: Tone, on page: inout HTMLWriter) {
    let (x, y) = (left(point.x), top(point.y))
    func corner(_ right: Double, _ down: Double) -> String {
      "\(Self.text(x + right)) \(Self.text(y + down))"
    }
    switch symbol {
    case .dot:
      page.element(
        "circle",
        ["class": "dot \(tone.rawValue)", "cx": Self.text(x), "cy": Self.text(y), "r": "4"]
      )
    case .triangle:
      page.element(
        "path",
        [
          "class": "dot \(tone.rawValue)",
          "d": "M\(corner(0, -6))L\(corner(6, 5))L\(corner(-6, 5))Z",
        ]
      )
    case .cross:
      page.element(
        "path",
        [
          "class": "line \(tone.rawValue)",
          "d": "M\(corner(-4, -4))L\(corner(4, 4))M\(corner(-4, 4))L\(corner(4, -4))",
        ]
      )
    }
  }

  /// The names of levels and places, pushed apart where they would touch.
  private func drawLabels(on page: inout HTMLWriter) {
    var levels: [(at: Double, text: String)] = []
    var places: [(at: Double, text: String)] = []
    for mark in marks {
      switch mark {
      case .level(let value, let text, _): levels.append((top(value) + 4, text))
      case .place(let value, let text, _): places.append((left(value), text))
      default: break
      }
    }
    let spread = Self.spread(levels.sorted { ($0.at, $0.text) < ($1.at, $1.text) })
    for level in spread {
      label(level.text, (right + 6, level.at), "start", "note", on: &page)
    }
    var taken: [Double] = []
    for place in places.sorted(by: { ($0.at, $0.text) < ($1.at, $1.text) }) {
      var at = Self.inset.top + 10
      while taken.contains(where: { abs($0 - at) < Self.lineHeight }), at < Self.bottom { at += 5 }
      taken.append(at)
      let isLeft = place.at < (Self.inset.left + right) / 2
      label(
        place.text,
        (place.at + (isLeft ? 5 : -5), at),
        isLeft ? "start" : "end",
        "note",
        on: &page
      )
    }
  }

  /// Texts in a column, at their heights where there is room, else one line from another.
  private static func spread(_ texts: [(at: Double, text: String)]) -> [(at: Double, text: String)]
  {
    var texts = texts
    var above = inset.top + 10 - lineHeight
    for index in texts.indices {
      texts[index].at = max(texts[index].at, above + lineHeight)
      above = texts[index].at
    }
    var below = bottom - 4 + lineHeight
    for index in texts.indices.reversed() {
      texts[index].at = min(texts[index].at, below - lineHeight)
      below = texts[index].at
    }
    return texts
  }

  private func line(
    _ from: (x: Double, y: Double),
    _ to: (x: Double, y: Double),
    _ style: String,
    on page: inout HTMLWriter
  ) {
    page.element(
      "line",
      [
        "class": style, "x1": Self.text(from.x), "y1": Self.text(from.y), "x2": Self.text(to.x),
        "y2": Self.text(to.y),
      ]
    )
  }

  private func label(
    _ text: String,
    _ at: (x: Double, y: Double),
    _ anchor: String,
    _ style: String? = nil,
    on page: inout HTMLWriter
  ) {
    page.element(
      "text",
      ["class": style, "x": Self.text(at.x), "y": Self.text(at.y), "text-anchor": anchor],
      text: text
    )
  }
}

extension String {
  /// Coordinates have the minus of ASCII.
  fileprivate var replacingMinus: String { hasPrefix("−") ? "-" + dropFirst() : self }
}
