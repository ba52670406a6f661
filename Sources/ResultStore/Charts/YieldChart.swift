import Markup

/// Yield by days, weeks or months.
enum YieldChart {
  /// Nil where nothing was decided.
  static func chart(_ meters: [TestedMeter]) -> Chart? {
    let dated = meters.compactMap { meter in meter.day.map { ($0, meter.outcome) } }
    guard let first = dated.map(\.0).min(), let last = dated.map(\.0).max() else { return nil }
    let span = last - first
    let (width, word) = span <= 60 ? (1.0, "day") : span <= 420 ? (7, "week") : (30, "30 days")
    var periods: [(start: Double, yield: Yield)] = []
    for (day, outcome) in dated.sorted(by: { $0.0 < $1.0 }) {
      let start = (day / width).rounded(.down) * width
      if periods.last?.start != start { periods.append((start, Yield())) }
      periods[periods.count - 1].yield.take(outcome)
    }
    let decided = periods.filter { $0.yield.decided > 0 }
    guard !decided.isEmpty else { return nil }
    let axis = TimeAxis(dated.map(\.0))
    let points = decided.compactMap { period in
      period.yield.share.map {
        Chart.Point(axis.place(max(first, period.start + width / 2)), $0 * 100)
      }
    }
    let spans = zip(points, decided).compactMap { point, period in
      period.yield.interval.map {
        (x: point.x, range: ($0.lowerBound * 100)...($0.upperBound * 100))
      }
    }
    let shares = points.map(\.y)
    let least = spans.map(\.range.lowerBound).min() ?? 0
    return Chart(
      title: "Yield by \(word)",
      description:
        "Passed of passed and failed, with intervals at 95.45 %: \(words(shares)).",
      x: axis.axis,
      y: Chart.Axis("yield in %", min(90, (least / 10).rounded(.down) * 10)...100),
      marks: [.spans(spans, .expected), .points(points, .dot, .data)]
    )
  }

  /// How many periods there are, and from where to where their yields, in per cent, go.
  private static func words(_ shares: [Double]) -> String {
    let ends = [shares.min() ?? 0, shares.max() ?? 0].map { ValueText.percent($0 / 100) }
    let range = ends[0] == ends[1] ? ends[0] : "from \(ends[0]) to \(ends[1])"
    return shares.count == 1 ? "1 period, \(range)" : "\(shares.count) periods, \(range)"
  }
}
