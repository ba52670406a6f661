import Verdicts

/// What the values of one measurement under the same limits are like.
public struct MeasurementStatistics: Hashable, Sendable, Encodable {
  public var group: String
  public var scenario: String
  public var step: String
  public var rule: String
  /// A base unit; nil where values are shares of their limit.
  public var unit: String?
  public var decision: String
  public var limits: String
  public var lower: Double?
  public var upper: Double?
  /// How many values count.
  public var n: Int
  /// Values that are not the first of their meter, and do not count.
  public var repeats: Int
  /// Numbers that say nothing of a meter.
  public var unsound: Int
  public var mean: Double
  /// The sample standard deviation; nil below two values.
  public var deviation: Double?
  public var least: Double
  public var greatest: Double
  /// Nil below `Capability.leastCount` values.
  public var capability: Capability?
  /// Nil where no time passed, where all values are equal, or below three values.
  public var trend: Trend?

  init?(_ series: ValueSeries, _ group: String, _ meters: [TestedMeter], takesRepeats: Bool) {
    let counted = takesRepeats ? series.values : series.firstValues
    let numbers = counted.map(\.value)
    guard let least = numbers.min(), let greatest = numbers.max() else { return nil }
    let key = series.key
    self.group = group
    (scenario, step, rule, unit) = (key.scenario, key.step, key.rule, key.unit)
    (decision, limits, lower, upper) = (key.decision, key.limits, key.lower, key.upper)
    n = numbers.count
    repeats = takesRepeats ? 0 : series.repeats.count
    unsound = series.unsound
    (self.least, self.greatest) = (least, greatest)
    let mean = numbers.reduce(0, +) / Double(n)
    self.mean = mean
    if n > 1 {
      let squares = numbers.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      let deviation = (squares / Double(n - 1)).squareRoot()
      // Below that it is the arithmetic's, and no spread.
      self.deviation = deviation > 1e-12 * max(abs(least), abs(greatest)) ? deviation : 0
    }
    capability = deviation.flatMap {
      Capability(n: n, mean: mean, deviation: $0, lower: key.lower, upper: key.upper)
    }
    guard let deviation, deviation > 0 else { return }
    trend = Trend(
      counted.compactMap { value in meters[value.meter].day.map { ($0, value.value) } }
    )
  }
}

/// How the spread of a measurement compares with its limits.
///
/// Cp = (upper − lower) / 6s and Cpk = min(upper − mean, mean − lower) / 3s, by NIST/SEMATECH e-Handbook of
/// Statistical Methods, 6.1.6. s is the deviation of all values, not of one within subgroups: what some call Pp and
/// Ppk. Both suppose values that are normally distributed and a process that holds still.
public struct Capability: Hashable, Sendable, Encodable {
  /// The fewest values for which the interval is good (the same section).
  public static let leastCount = 25

  /// Nil where there is one limit only.
  public var cp: Double?
  public var cpk: Double
  /// The interval of Bissell (Applied Statistics 39, 1990) for a level of confidence of 95.45 %:
  /// Cpk ± 2 √(1/9n + Cpk²/2(n−1)).
  public var lower: Double
  public var upper: Double

  init?(n: Int, mean: Double, deviation s: Double, lower: Double?, upper: Double?) {
    guard n >= Self.leastCount, s > 0,
      let room = [upper.map { $0 - mean }, lower.map { mean - $0 }].compactMap(\.self).min()
    else { return nil }
    if let lower, let upper { cp = (upper - lower) / (6 * s) }
    cpk = room / (3 * s)
    let half = 2 * (1 / (9 * Double(n)) + cpk * cpk / (2 * Double(n - 1))).squareRoot()
    (self.lower, self.upper) = (cpk - half, cpk + half)
  }
}

/// The straight line through values over time, by least squares.
public struct Trend: Hashable, Sendable, Encodable {
  /// In the unit of the values for each day.
  public var slope: Double
  /// The slope's expanded uncertainty for a level of confidence of 95.45 %: Student's t times its standard error.
  public var uncertainty: Double

  /// Whether the slope is more than its uncertainty.
  public var isSignificant: Bool { abs(slope) > uncertainty }

  init?(_ points: [(day: Double, value: Double)]) {
    let n = Double(points.count)
    guard points.count >= 3 else { return nil }
    let day = points.map(\.day).reduce(0, +) / n
    let value = points.map(\.value).reduce(0, +) / n
    let spread = points.map { ($0.day - day) * ($0.day - day) }.reduce(0, +)
    guard spread > 0 else { return nil }
    let slope = points.map { ($0.day - day) * ($0.value - value) }.reduce(0, +) / spread
    let rests = points.map { $0.value - value - slope * ($0.day - day) }
    let freedom = n - 2
    let error = (rests.map { $0 * $0 }.reduce(0, +) / freedom / spread).squareRoot()
    self.slope = slope
    uncertainty = StudentT.coverageFactor(degreesOfFreedom: freedom) * error
  }

  private enum Key: String, CodingKey { case slopePerDay, uncertainty, significant }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(slope, forKey: .slopePerDay)
    try container.encode(uncertainty, forKey: .uncertainty)
    try container.encode(isSignificant, forKey: .significant)
  }
}
