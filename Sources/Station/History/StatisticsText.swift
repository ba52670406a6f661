import Quantities
public import ResultStore

/// Statistics for people.
public enum StatisticsText {
  /// All of it, in sections.
  public static func text(_ statistics: Statistics) -> String {
    let sections = [
      head(statistics), yields(statistics), pareto("failures", statistics.failures),
      pareto("not decided", statistics.obstacles), values(statistics), positions(statistics),
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private static func head(_ statistics: Statistics) -> [String] {
    let rig = statistics.rig == "host" ? "of a real rig" : "of a twin: simulated"
    let golden = statistics.judgesBench ? ", known-good meters" : ""
    return ["\(statistics.runs) \(statistics.runs == 1 ? "run" : "runs") \(rig)\(golden)"]
  }

  private static func yields(_ statistics: Statistics) -> [String] {
    // What a known-good meter fails is the bench's error: there is nothing to pass.
    guard !statistics.judgesBench else { return [] }
    var rows = [["", "first pass", "all tests", "not decided"]]
    for group in statistics.yields {
      rows.append([
        group.group.isEmpty ? "all" : group.group, share(group.firstPass), share(group.tests),
        beside(group.tests),
      ])
    }
    var lines =
      ["yield: passed of passed and failed, with its interval at 95.45 %"]
      + TextTable.lines(rows).map { "  \($0)" }
    if let all = statistics.yields.first {
      if all.decidedLater > 0 {
        lines.append(
          "  \(all.decidedLater) \(all.decidedLater == 1 ? "meter was" : "meters were") decided by a later test than the first, which decided nothing"
        )
      }
      if all.withoutSerial > 0 {
        lines.append(
          "  \(all.withoutSerial) tests of meters that told no serial number are in 'all tests' alone"
        )
      }
    }
    return lines
  }

  private static func share(_ yield: Yield) -> String {
    guard let share = yield.share, let interval = yield.interval else { return "–" }
    return
      "\(ValueText.percent(share)) (\(yield.passed) of \(yield.decided); \(ValueText.percent(interval.lowerBound)) … \(ValueText.percent(interval.upperBound)))"
  }

  private static func beside(_ yield: Yield) -> String {
    let parts = [
      (yield.inconclusive, "inconclusive"), (yield.errors, "error"), (yield.skipped, "skipped"),
    ]
    let words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return words.isEmpty ? "none" : words.joined(separator: ", ")
  }

  private static func pareto(_ title: String, _ rows: [ParetoRow]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let cells =
      [["tests", "share", "up to here", "meters", "what", "reason"]]
      + rows.map {
        [
          "\($0.tests)", ValueText.percent($0.share), ValueText.percent($0.cumulative),
          "\($0.meters)", $0.what, $0.reason,
        ]
      }
    return [title] + TextTable.lines(cells, right: [0, 1, 2, 3]).map { "  \($0)" }
  }

  private static func values(_ statistics: Statistics) -> [String] {
    guard !statistics.measurements.isEmpty else { return [] }
    var lines = ["values under the same limits"]
    var last: String?
    for one in statistics.measurements {
      let heading = [one.group, one.scenario].filter { !$0.isEmpty }.joined(separator: ": ")
      if heading != last { lines.append("  \(heading)") }
      last = heading
      lines += values(one).map { "    \($0)" }
    }
    let repeats = statistics.measurements.map(\.repeats).reduce(0, +)
    let unsound = statistics.measurements.map(\.unsound).reduce(0, +)
    if statistics.measurements.contains(where: { $0.n < Capability.leastCount }) {
      lines.append("  Cp and Cpk are stated from \(Capability.leastCount) values on")
    }
    if repeats > 0 {
      lines.append(
        "  \(repeats) values that are not the first of their meter are left out; --repeats takes them"
      )
    }
    if unsound > 0 {
      lines.append(
        "  \(unsound) values are left out because the bench, a condition or the run failed them"
      )
    }
    return lines
  }

  private static func values(_ one: MeasurementStatistics) -> [String] {
    let limits = ValueText.limits(one.lower, one.upper, one.unit, one.limits)
    var parts = ["n \(one.n)", "mean \(ValueText.text(one.mean, one.unit))"]
    if let deviation = one.deviation {
      parts.append("s \(ValueText.text(deviation, one.unit, digits: 3))")
    }
    parts.append(
      "\(ValueText.text(one.least, one.unit)) … \(ValueText.text(one.greatest, one.unit))"
    )
    var more: [String] = []
    if let capability = one.capability {
      func text(_ value: Double) -> String { Decimal.fixed(value, decimals: 2) }
      if let cp = capability.cp { more.append("Cp \(text(cp))") }
      more.append(
        "Cpk \(text(capability.cpk)) (\(text(capability.lower)) … \(text(capability.upper)))"
      )
    }
    if let trend = one.trend {
      let mark = trend.isSignificant ? "" : ", not significant"
      more.append(
        "trend \(ValueText.text(trend.slope, one.unit, digits: 3)) ± \(ValueText.text(trend.uncertainty, one.unit, digits: 2)) a day\(mark)"
      )
    }
    return [
      "\(one.step) / \(one.rule): \(limits) (\(one.decision))",
      "  " + parts.joined(separator: ", "), more.isEmpty ? "" : "  " + more.joined(separator: ", "),
    ].filter { !$0.isEmpty }
  }

  private static func positions(_ statistics: Statistics) -> [String] {
    guard !statistics.drifts.isEmpty else { return [] }
    let odd = statistics.drifts.filter(\.isSignificant)
    let count = statistics.drifts.count
    let lines = odd.map { drift in
      let distance = ValueText.text(abs(drift.shift), drift.unit, digits: 3)
      let limits = ValueText.limits(drift.lower, drift.upper, drift.unit, drift.limits)
      return
        "  \(drift.bench) \(drift.position): \(drift.step) / \(drift.rule) lies \(distance) \(drift.shift < 0 ? "below" : "above") \(drift.others > 1 ? "the others" : "the only other one, and either may be odd") (limits \(limits); \(drift.n) meters, p \(probability(drift.probability)))"
    }
    return
      ["positions against the others of the same runs: \(count) comparisons"]
      + (lines.isEmpty ? ["  none differs"] : lines)
  }

  /// `= 0.0012`, `= 3e-9`.
  private static func probability(_ value: Double) -> String {
    if value >= 0.001 { return "= \(Decimal.text(value, digits: 2))" }
    var exponent = 3
    while exponent < 15, value * Self.power(exponent) < 1 { exponent += 1 }
    return value < 1e-15 ? "< 1e-15" : "= \(Int(value * Self.power(exponent)))e-\(exponent)"
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { value, _ in value * 10 }
  }
}
