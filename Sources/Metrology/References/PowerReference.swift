public import Pulses
public import Quantities
import Verdicts

/// A reading of a reference's power, with the moment it belongs to.
public struct PowerReading: Hashable, Sendable, Codable {
  /// The power in W.
  public var power: Double
  /// The middle of the interval in which it was measured.
  public var moment: Instant
  /// Half of that interval in nanoseconds: how far off the moment may be.
  public var halfWidthNanoseconds: Int64

  /// Half of the interval in which it was measured.
  public var halfWidth: Duration { .nanoseconds(halfWidthNanoseconds) }

  /// A reading of a reference's power.
  public init(power: Double, moment: Instant, halfWidth: Duration) {
    self.power = power
    self.moment = moment
    halfWidthNanoseconds = halfWidth.nanoseconds
  }
}

extension ReferenceEnergy {
  /// The energy during a gate from readings of a reference's power: the trapezoid rule between
  /// readings that bracket the gate.
  ///
  /// With the time w that each reading stands for and the standard deviation s of the readings, the
  /// fluctuation between them gives u = s·√(Σw²) with n − 1 degrees of freedom (JCGM 100:2008,
  /// clauses 4.2.2 and 5.1.2): s·T/√n where the spacing is even, more where readings are missing.
  /// A shift of all moments by their half-width changes the energy by no more than that half-width
  /// times the range of the power (clause 4.3.7). The bounds hold while the power between two
  /// readings stays between them.
  ///
  /// - Parameters:
  ///   - gate: The gate.
  ///   - readings: Readings in the order of their time, from before the opening to after the
  ///     closing; at least four.
  ///   - longestGap: The longest time between two readings that is still accepted.
  ///   - clockRate: The limit of the host clock's rate in parts per million.
  ///   - quality: The reference's accuracy.
  public static func fromPower(
    over gate: Gate,
    readings: [PowerReading],
    longestGap: Duration,
    clockRate: Double,
    quality: ReferenceQuality
  ) throws(MetrologyError) -> ReferenceEnergy {
    guard gate.closed > gate.opened else { throw .emptyGate }
    let used = try bracketing(readings, gate)
    guard used.count >= 4 else { throw .tooFewReadings(have: used.count, need: 4) }
    var sum = Trapezoids(count: used.count)
    for index in 1..<used.count {
      let (left, right) = (used[index - 1], used[index])
      let spacing = right.moment.duration(since: left.moment)
      guard spacing > .zero else { throw .outOfOrder(at: right.moment) }
      guard spacing <= longestGap else {
        throw .gap(
          from: left.moment,
          to: right.moment,
          allowedNanoseconds: longestGap.nanoseconds
        )
      }
      sum.add(
        index: index,
        left: left,
        right: right,
        from: max(left.moment, gate.opened),
        to: min(right.moment, gate.closed)
      )
    }
    let value = try positive(sum.energy / 3600, "the reference energy")
    let powers = used.map(\.power)
    let mean = powers.reduce(0, +) / Double(powers.count)
    let squares = powers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(powers.count - 1)).squareRoot()
    let weight = sum.weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let range = (powers.max() ?? mean) - (powers.min() ?? mean)
    let halfWidth = Double(used.map(\.halfWidthNanoseconds).max() ?? 0) / 1e9
    return try ReferenceEnergy(
      value: value,
      lower: sum.least / 3600,
      upper: sum.most / 3600,
      components: quality.components + [
        UncertaintyBudget.Component(
          name: "power between readings",
          evaluation: .a,
          distribution: .normal,
          standardUncertainty: deviation * weight / 3600 / value,
          degreesOfFreedom: Double(powers.count - 1)
        ),
        .rectangular("moment of reading", halfWidth: halfWidth * range / 3600 / value),
        .hostClockRate(partsPerMillion: clockRate),
      ]
    )
  }

  /// The readings from the last one at or before the opening to the first one at or after the
  /// closing.
  private static func bracketing(
    _ readings: [PowerReading],
    _ gate: Gate
  ) throws(MetrologyError) -> [PowerReading] {
    for reading in readings { _ = try finite(reading.power, "a power reading") }
    for (left, right) in zip(readings, readings.dropFirst()) where right.moment <= left.moment {
      throw .outOfOrder(at: right.moment)
    }
    guard let first = readings.lastIndex(where: { $0.moment <= gate.opened }) else {
      throw .notBracketed(.opening, at: gate.opened)
    }
    guard let last = readings.firstIndex(where: { $0.moment >= gate.closed }) else {
      throw .notBracketed(.closing, at: gate.closed)
    }
    return Array(readings[first...last])
  }
}

/// Sums of trapezoids in watt-seconds, and the time that each reading stands for.
private struct Trapezoids {
  var energy = 0.0
  var least = 0.0
  var most = 0.0
  var weights: [Double]

  init(count: Int) { weights = Array(repeating: 0, count: count) }

  mutating func add(
    index: Int,
    left: PowerReading,
    right: PowerReading,
    from start: Instant,
    to end: Instant
  ) {
    let spacing = right.moment.duration(since: left.moment).inSeconds
    let width = end.duration(since: start).inSeconds
    let middle = start.duration(since: left.moment).inSeconds + width / 2
    let share = width * middle / spacing
    weights[index] += share
    weights[index - 1] += width - share
    energy += (width - share) * left.power + share * right.power
    least += width * min(left.power, right.power)
    most += width * max(left.power, right.power)
  }
}
