import Judging
import Markup
import Pulses
import Quantities
import RunRecord
import Verdicts

/// The pulses of a step: their period over time, and how wide they were.
enum PulsePlots {
  static func charts(_ evidence: RunEvidence.OfStep, _ step: JudgedStep) -> [Chart] {
    evidence.pulses.flatMap { trace in
      [periods(trace, step), widths(trace, step)].compactMap(\.self)
    }
  }

  // MARK: Periods

  private static func periods(_ trace: PulseTrace, _ step: JudgedStep) -> Chart? {
    guard trace.periods.count >= 2, let start = step.from?.seconds else { return nil }
    let statistics = trace.statistics
    let sorted = trace.periods.map(\.y).sorted()
    let median = sorted[sorted.count / 2]
    let expected = expectedPeriod(of: step)
    let limits = periodLimits(of: step)
    let unit = PlotUnit([median], .time)
    let levels = limits + [expected].compactMap(\.self)
    // Noise of a few thousandths must not look like trouble.
    let floor = [median * 0.995, median * 1.005]
    let range = Chart.Axis.around((sorted + levels + floor).map(unit.value))
    let marked = trace.bounces + trace.contradictions
    let end = max(trace.periods.last?.x ?? start, marked.max() ?? start) + 2 * median
    var marks: [Chart.Mark] = [
      .line(trace.periods.map { Chart.Point($0.x - start, unit.value($0.y)) }, .data)
    ]
    if let expected {
      marks.append(.level(unit.value(expected), "expected", .expected))
    }
    for limit in limits { marks.append(.level(unit.value(limit), "limit", .limit)) }
    let long = statistics.suspectedLosses.compactMap { loss in
      trace.periods.first { abs($0.x - $0.y - loss.after.seconds) < 1e-6 }
    }
    marks.append(
      .points(long.map { Chart.Point($0.x - start, unit.value($0.y)) }, .triangle, .alarm)
    )
    marks.append(
      .points(
        trace.contradictions.map { Chart.Point($0 - start, range.upperBound) },
        .triangle,
        .alarm
      )
    )
    marks.append(
      .points(trace.bounces.map { Chart.Point($0 - start, range.lowerBound) }, .cross, .alarm)
    )
    return Chart(
      title: "Pulse period over time, \(Shown.line(trace.line, limit: 80))",
      description: words(trace, statistics, unit, median: median, expected: expected, limits),
      x: Chart.Axis("Time since the step began (s)", 0...max(end - start, 1e-3)),
      y: Chart.Axis(unit.label("Period"), range),
      marks: marks
    )
  }

  private static func words(
    _ trace: PulseTrace,
    _ statistics: PulseStatistics,
    _ unit: PlotUnit,
    median: Double,
    expected: Double?,
    _ limits: [Double]
  ) -> String {
    let all = trace.periods.map(\.y)
    var words = [
      "\(trace.periodCount) periods, median \(unit.text(median)), from \(unit.text(all.min() ?? 0)) to \(unit.text(all.max() ?? 0))"
    ]
    if let expected { words.append("expected \(unit.text(expected)) (dashed)") }
    if !limits.isEmpty {
      words.append("limits \(limits.map { unit.text($0) }.joined(separator: " and ")) (dotted)")
    }
    if !trace.contradictions.isEmpty {
      words.append("\(count(trace.contradictions.count, "edge")) proven lost (triangles)")
    }
    words.append(
      statistics.suspectedLossCount == 0
        ? "no period looks like a lost pulse"
        : "\(count(statistics.suspectedLossCount, "period")) as long as if pulses were lost (triangles)"
    )
    words.append(
      trace.bounceCount == 0
        ? "no bounce" : "\(count(trace.bounceCount, "edge")) within 5 ms of another (crosses)"
    )
    return words.joined(separator: "; ") + "."
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// By the reference's energy and the meter constant.
  private static func expectedPeriod(of step: JudgedStep) -> Double? {
    let rate = step.measurements.last { $0.id.hasPrefix("expected-rate") }?.number
    return rate.flatMap { $0 > 0 && $0.isFinite ? 1 / $0 : nil }
  }

  private static func periodLimits(of step: JudgedStep) -> [Double] {
    let finding = step.findings.first { $0.rule.measurement == "rate" }
    return [finding?.upper, finding?.lower].compactMap { $0 }.filter { $0 > 0 }.map { 1 / $0 }
  }

  // MARK: Widths

  private static let bars = 32

  private static func widths(_ trace: PulseTrace, _ step: JudgedStep) -> Chart? {
    guard trace.widths.total >= 2 else { return nil }
    let bins = trace.widths.bins
    let least = Double(trace.widths.least) / 1e9
    let greatest = Double(trace.widths.greatest) / 1e9
    let judged = step.findings.filter { $0.rule.measurement.hasPrefix("width") }
    let lower = judged.compactMap(\.lower).max()
    let upper = judged.compactMap(\.upper).min()
    let unit = PlotUnit([greatest], .time)
    let ends = [least, greatest, lower, upper].compactMap(\.self).filter { $0 > 0 }
    let spread = [least * 0.98, greatest * 1.02]
    let range = Chart.Axis.around((ends + spread).map(unit.value), air: 0.1)
    let width = (range.upperBound - range.lowerBound) / Double(bars)
    guard width > 0 else { return nil }
    var counts = [Int](repeating: 0, count: bars)
    for bin in bins {
      let place = (unit.value(bin.middle) - range.lowerBound) / width
      counts[Int(min(max(place, 0), Double(bars - 1)))] += bin.count
    }
    var marks: [Chart.Mark] = [
      .bars(
        counts.enumerated().map { index, count in
          let from = range.lowerBound + Double(index) * width
          return (from...(from + width), Double(count))
        },
        .data
      )
    ]
    for (limit, name) in [(lower, "at least"), (upper, "at most")] {
      guard let limit, limit > 0 else { continue }
      marks.append(.place(unit.value(limit), "\(name) \(unit.text(limit))", .limit))
    }
    let limits = [
      lower.map { "at least \(unit.text($0))" }, upper.map { "at most \(unit.text($0))" },
    ]
    .compactMap(\.self).joined(separator: ", ")
    return Chart(
      title: "Pulse widths, \(Shown.line(trace.line, limit: 80))",
      description:
        "\(trace.widths.total) pulses from \(unit.text(least)) to \(unit.text(greatest))\(limits.isEmpty ? "; no limit is stated" : "; limits: \(limits)").",
      x: Chart.Axis(unit.label("Width"), range),
      y: Chart.Axis("Pulses", 0...(Double(counts.max() ?? 1) * 1.1)),
      marks: marks
    )
  }
}
