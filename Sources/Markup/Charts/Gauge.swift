/// A value with its uncertainty beside its limits, on one line.
public struct Gauge {
  /// A place on the line, with the text that stands at it.
  public struct Place: Sendable {
    public var at: Double
    public var text: String

    /// A place on the line.
    public init(_ at: Double, _ text: String) {
      self.at = at
      self.text = text
    }
  }

  /// All of it in words.
  public var description: String
  public var value: Place
  /// The expanded uncertainty; 0 where there is none.
  public var uncertainty: Double
  /// A missing limit does not bind.
  public var lower: Place?
  public var upper: Place?

  /// A value beside its limits, in one unit.
  public init(
    description: String,
    value: Place,
    uncertainty: Double,
    lower: Place?,
    upper: Place?
  ) {
    self.description = description
    self.value = value
    self.uncertainty = uncertainty.isFinite ? abs(uncertainty) : 0
    self.lower = lower
    self.upper = upper
  }

  private static let width = 520.0
  private static let margin = 64.0
  private static let axis = 44.0

  /// Writes the line as a picture; nothing where a place is not finite.
  public func write(to page: inout HTMLWriter) {
    let places = [value.at - uncertainty, value.at + uncertainty, lower?.at, upper?.at]
      .compactMap(\.self)
    guard let least = places.min(), let most = places.max(), least.isFinite, most.isFinite,
      (most - least).isFinite
    else { return }
    let span = most > least ? most - least : max(abs(most), 1)
    func x(_ place: Double) -> Double {
      Self.margin + (place - least) / span * (Self.width - 2 * Self.margin)
    }
    page.element(
      "svg",
      [
        "class": "gauge", "viewBox": "0 0 \(Int(Self.width)) 84", "role": "img",
        "aria-label": description,
      ]
    ) { page in
      let from = lower.map { x($0.at) } ?? 0
      let to = upper.map { x($0.at) } ?? Self.width
      page.element(
        "rect",
        [
          "class": "area", "x": Self.text(from), "y": "30", "width": Self.text(max(3, to - from)),
          "height": "28",
        ]
      )
      line((0, Self.axis), (Self.width, Self.axis), "axis", &page)
      for limit in [lower, upper].compactMap(\.self) {
        line((x(limit.at), 26), (x(limit.at), 62), "limit", &page)
      }
      limitLabels(x, &page)
      let at = x(value.at)
      if uncertainty > 0 {
        let (low, high) = (x(value.at - uncertainty), x(value.at + uncertainty))
        line((low, Self.axis), (high, Self.axis), "spread", &page)
        for end in [low, high] { line((end, 38), (end, 50), "spread", &page) }
      }
      page.element(
        "path",
        [
          "class": "dot alarm",
          "d":
            "M\(Self.text(at)) 36L\(Self.text(at + 8)) 44L\(Self.text(at)) 52L\(Self.text(at - 8)) 44Z",
        ]
      )
      label(value.text, at, 20, "value", &page)
    }
  }

  /// Two limits that are close together stand apart in their texts.
  private func limitLabels(_ x: (Double) -> Double, _ page: inout HTMLWriter) {
    guard let lower, let upper else {
      for limit in [lower, upper].compactMap(\.self) {
        label(limit.text, x(limit.at), 78, nil, &page)
      }
      return
    }
    let (low, high) = (x(lower.at), x(upper.at))
    if high - low > 150 {
      label(lower.text, low, 78, nil, &page)
      label(upper.text, high, 78, nil, &page)
    } else {
      label("\(lower.text) … \(upper.text)", (low + high) / 2, 78, nil, &page)
    }
  }

  private func label(
    _ text: String,
    _ x: Double,
    _ y: Double,
    _ style: String?,
    _ page: inout HTMLWriter
  ) {
    let anchor = x < 100 ? "start" : x > Self.width - 100 ? "end" : "middle"
    let at = anchor == "start" ? max(2, x - 50) : anchor == "end" ? min(Self.width - 2, x + 50) : x
    page.element(
      "text",
      ["class": style, "x": Self.text(at), "y": Self.text(y), "text-anchor": anchor],
      text: text
    )
  }

  private func line(
    _ from: (Double, Double),
    _ to: (Double, Double),
    _ style: String,
    _ page: inout HTMLWriter
  ) {
    page.element(
      "line",
      [
        "class": style, "x1": Self.text(from.0), "y1": Self.text(from.1), "x2": Self.text(to.0),
        "y2": Self.text(to.1),
      ]
    )
  }

  private static func text(_ value: Double) -> String { Ticks.text(max(0, value), 1) }
}
