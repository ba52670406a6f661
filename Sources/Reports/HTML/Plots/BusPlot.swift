import Markup
import Quantities
import RunRecord
import Verdicts

/// How long the meters of a bus took to answer.
enum BusPlot {
  static func chart(_ bus: String, _ times: RecordedBusStatistics.Distribution) -> Chart {
    let seconds = times.buckets.map { (upTo: Double($0.upTo) / 1e9, count: $0.count) }
    let longest = max(Double(times.longest) / 1e9, seconds.last?.upTo ?? 0, 0)
    let unit = PlotUnit([longest], .time)
    let count = seconds.reduce(0) { $0 &+ $1.count }
    func text(_ nanoseconds: Int64) -> String { unit.text(Double(nanoseconds) / 1e9, digits: 3) }
    let most = max(1, Double(seconds.map(\.count).max() ?? 1))
    return Chart(
      title: "Response times, bus \(Shown.line(bus, limit: 80))",
      description:
        "\(count) replies from the end of the request to the first byte: median \(text(times.median)), 99 % within \(text(times.percentile99)), longest \(text(times.longest)).",
      x: Chart.Axis(unit.label("Response time"), 0...(unit.value(longest) * 1.1)),
      y: Chart.Axis("Replies", 0...(most * 1.15)),
      marks: [
        .bars(
          seconds.map { bucket in
            let from = unit.value(bucket.upTo - width(ofBucketUpTo: bucket.upTo))
            return (from...max(from, unit.value(bucket.upTo)), Double(bucket.count))
          },
          .data
        ),
        .place(unit.value(Double(times.median) / 1e9), "median \(text(times.median))", .expected),
      ]
    )
  }

  /// Eight buckets to every doubling, and one for each microsecond below eight.
  private static func width(ofBucketUpTo seconds: Double) -> Double {
    var width = 1e-6
    while seconds > 16.001 * width { width *= 2 }
    return width
  }
}
