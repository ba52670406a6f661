import Verdicts

/// What values must have in common to be put together: the same thing, measured under the same limits and decided by
/// the same rule.
struct SeriesKey: Hashable, Sendable {
  var scenario: String
  var step: String
  var rule: String
  /// Of the values; nil where they are shares of their limit.
  var unit: String?
  var decision: String
  /// The limits as the scenario states them.
  var limits: String
  var lower: Double?
  var upper: Double?
}

/// A value with the test that it is of.
struct SeriesValue: Sendable {
  var meter: Int
  var value: Double
  /// The expanded uncertainty; nil where none is known.
  var uncertainty: Double?
}

/// The sound values of one measurement, in the order of time.
struct ValueSeries: Sendable {
  let key: SeriesKey
  private(set) var values: [SeriesValue] = []
  /// Numbers that say nothing of a meter: the bench failed, a condition was violated, edges were lost.
  private(set) var unsound = 0
  /// Places of `values` that are not the first of their meter.
  private(set) var repeats: Set<Int> = []
  private var seen: Set<TestedMeter.Unit> = []

  private init(_ key: SeriesKey) { self.key = key }

  /// Without what is not the first value of its meter.
  var firstValues: [SeriesValue] {
    values.indices.filter { !repeats.contains($0) }.map { values[$0] }
  }

  /// The series of a sample, in the order of their first value.
  static func all(_ sample: HistorySample) -> [ValueSeries] {
    var places: [SeriesKey: Int] = [:]
    var series: [ValueSeries] = []
    for (index, meter) in sample.meters.enumerated() {
      for finding in meter.findings {
        guard let (key, value) = SeriesKey.of(finding, in: meter.scenario) else { continue }
        let place = places[key] ?? series.count
        if place == series.count {
          places[key] = place
          series.append(ValueSeries(key))
        }
        guard let value else {
          series[place].unsound += 1
          continue
        }
        series[place].take(
          SeriesValue(meter: index, value: value.0, uncertainty: value.1),
          of: meter
        )
      }
    }
    return series
  }

  private mutating func take(_ value: SeriesValue, of meter: TestedMeter) {
    if let unit = meter.unit, !seen.insert(unit).inserted { repeats.insert(values.count) }
    values.append(value)
  }
}

extension SeriesKey {
  /// Where a number belongs, and what counts there; nil where it is no number under limits. A number around a measured
  /// nominal value counts as its share of the limit: the distance from the nominal value over the greatest allowed.
  fileprivate static func of(
    _ finding: FindingEntry,
    in scenario: String
  ) -> (SeriesKey, (Double, Double?)?)? {
    guard !finding.rule.isEmpty, let value = finding.value, let limits = finding.limits,
      finding.form == "within" || finding.form == "around"
    else { return nil }
    var key = SeriesKey(
      scenario: scenario,
      step: finding.step,
      rule: finding.rule,
      unit: finding.unit,
      decision: finding.decision ?? "",
      limits: limits,
      lower: finding.lower,
      upper: finding.upper
    )
    guard finding.form == "around" else {
      return (key, finding.isSound ? (value, finding.uncertainty) : nil)
    }
    (key.unit, key.lower, key.upper) = (nil, -1, 1)
    guard finding.isSound, let lower = finding.lower, let upper = finding.upper, lower < upper
    else {
      return (key, nil)
    }
    let room = (upper - lower) / 2
    return (key, ((value - (lower + upper) / 2) / room, finding.uncertainty.map { $0 / room }))
  }
}
