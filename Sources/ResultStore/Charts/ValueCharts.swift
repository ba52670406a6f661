import Markup
import Quantities

/// The values of each measurement over time, a plot for each position.
struct ValueCharts {
  /// More points than that in a plot hide each other.
  private static let columns = 250

  let sample: HistorySample
  /// What begins the plots' ids.
  let prefix: String

  func write(to page: inout HTMLWriter, title: String) {
    let all = ValueSeries.all(sample)
    guard !all.isEmpty else { return }
    var same: [String] = []
    page.element("h2", text: title)
    for (index, series) in all.enumerated() {
      let numbers = series.values.map(\.value)
      guard let least = numbers.min(), let greatest = numbers.max() else { continue }
      let name = "\(series.key.step) / \(series.key.rule)"
      guard greatest - least > 1e-12 * max(abs(least), abs(greatest)) else {
        same.append("\(name): \(ValueText.text(least, series.key.unit))")
        continue
      }
      page.element("section", ["class": "card"]) { page in
        page.element("h3", text: name)
        page.element(
          "p",
          ["class": "soft"],
          text: "\(series.key.scenario); \(limits(series.key)); decided by: \(series.key.decision)"
        )
        page.element("div", ["class": "charts"]) { page in
          for (place, chart) in charts(series).enumerated() {
            chart.write(to: &page, id: "\(prefix)\(index)-\(place)")
          }
        }
      }
    }
    if !same.isEmpty {
      page.element("section", ["class": "card"]) { page in
        page.element("h3", text: "Always the same")
        page.element("ul", ["class": "plain"]) { page in
          for text in same { page.element("li", text: text) }
        }
      }
    }
  }

  private func limits(_ key: SeriesKey) -> String {
    ValueText.limits(key.lower, key.upper, key.unit, key.limits)
  }

  private func charts(_ series: ValueSeries) -> [Chart] {
    var places: [String: [(day: Double, value: Double)]] = [:]
    for value in series.values {
      let meter = sample.meters[value.meter]
      guard let day = meter.day else { continue }
      places["\(meter.bench) \(meter.position)", default: []].append((day, value.value))
    }
    let factor: Double
    let unit: String
    if let symbol = series.key.unit {
      let largest = series.values.map { abs($0.value) }.max() ?? 0
      let dimension = ValueText.dimension(symbol)
      let shown =
        dimension == .ratio ? Unit.percent : Quantity(base: largest, dimension).readable.unit
      (factor, unit) = (1 / shown.factor, shown == .one ? "" : " in \(shown)")
    } else {
      (factor, unit) = (100, " in % of the limit")
    }
    let time = TimeAxis(places.values.flatMap { $0.map(\.day) })
    let bounds = [series.key.lower, series.key.upper].compactMap(\.self)
    let range = Chart.Axis.around((series.values.map(\.value) + bounds).map { $0 * factor })
    return places.sorted { $0.key < $1.key }.map { place, values in
      let points = values.map { Chart.Point(time.place($0.day), $0.value * factor) }
      let isBeyond = { (point: Chart.Point) in
        series.key.lower.map { point.y < $0 * factor } == true
          || series.key.upper.map { point.y > $0 * factor } == true
      }
      let numbers = values.map(\.value)
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let beyond = points.filter(isBeyond)
      return Chart(
        title: place,
        description:
          "\(numbers.count) values, mean \(ValueText.text(mean, series.key.unit)); \(beyond.count) beyond a limit.",
        x: time.axis,
        y: Chart.Axis("\(series.key.rule)\(unit)", range),
        marks: bounds.map { .level($0 * factor, "limit", .limit) } + [
          .level(mean * factor, "mean", .expected),
          .points(
            Thinning.columns(points.filter { !isBeyond($0) }, Self.columns),
            .dot,
            .data
          ), .points(Thinning.columns(beyond, Self.columns), .cross, .alarm),
        ]
      )
    }
  }
}
