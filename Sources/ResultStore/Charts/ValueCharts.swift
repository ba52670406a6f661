import Markup
import Quantities

/// The values of each measurement over time, a plot for each position; or for each meter in each position, where one
/// meter is measured again and again.
struct ValueCharts {
  /// More points than that in a plot hide each other.
  private static let columns = 250
  /// With more series than that, only those with something beyond a limit are shown at once.
  private static let openSeries = 16

  let sample: HistorySample
  /// What begins the plots' ids.
  let prefix: String
  /// Whether each meter has a plot of its own.
  var byMeter = false

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
      let beyond = numbers.count { isBeyond($0, series.key) }
      let isOpen = beyond > 0 || all.count <= Self.openSeries
      page.element("details", ["class": "card", "open": isOpen ? "" : nil]) { page in
        page.element("summary", text: "\(name): \(numbers.count) values, \(beyond) beyond a limit")
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

  private func isBeyond(_ value: Double, _ key: SeriesKey) -> Bool {
    key.lower.map { value < $0 } == true || key.upper.map { value > $0 } == true
  }

  private func charts(_ series: ValueSeries) -> [Chart] {
    var places: [String: [(day: Double, value: Double)]] = [:]
    for value in series.values {
      let meter = sample.meters[value.meter]
      guard let day = meter.day else { continue }
      let serial =
        byMeter ? ", \(meter.unit.map { "serial-number \($0.serial)" } ?? "no serial number")" : ""
      places["\(meter.bench) \(meter.position)\(serial)", default: []].append((day, value.value))
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
      func points(_ isShown: (Double) -> Bool) -> [Chart.Point] {
        values.filter { isShown($0.value) }
          .map { Chart.Point(time.place($0.day), $0.value * factor) }
      }
      let beyond = points { isBeyond($0, series.key) }
      let numbers = values.map(\.value)
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let trend = Trend(values).map {
        "; trend \(ValueText.text($0.slope, series.key.unit, digits: 3)) ± \(ValueText.text($0.uncertainty, series.key.unit, digits: 2)) a day"
      }
      // A picture that leaves points out says so.
      let thinned =
        numbers.count > 2 * Self.columns
        ? " The least and the greatest of each moment are drawn." : ""
      return Chart(
        title: place,
        description:
          "\(numbers.count) \(numbers.count == 1 ? "value" : "values"), mean \(ValueText.text(mean, series.key.unit)); \(beyond.count) beyond a limit\(trend ?? "").\(thinned)",
        x: time.axis,
        y: Chart.Axis("\(series.key.rule)\(unit)", range),
        marks: bounds.map { .level($0 * factor, "limit", .limit) } + [
          .level(mean * factor, "mean", .expected),
          .points(
            Thinning.columns(points { !isBeyond($0, series.key) }, Self.columns),
            .dot,
            .data
          ), .points(Thinning.columns(beyond, Self.columns), .cross, .alarm),
        ]
      )
    }
  }
}
