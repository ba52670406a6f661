import Glibc

/// How a position's values lie beside those of the others in the same runs. A bad socket shows here.
///
/// In each run the values of a measurement are ranked over its positions. If the sockets are alike, a meter's rank
/// does not depend on its socket: the sum of a position's ranks, less their expectation, over the square root of its
/// variance is a standard normal variable (the rank sum test with the runs as strata: van Elteren, Bulletin of the
/// International Statistical Institute 37, 1960). What all sockets of a run have in common, such as the source or the
/// batch, drops out, and so does the form of the distribution.
///
/// Each meter counts once, with its first value, so that no meter stands for its socket.
public struct PositionDrift: Hashable, Sendable, Encodable {
  /// The fewest meters that a position must have held.
  public static let leastCount = 8
  /// The probability that any position is called different where all are alike: the level of each comparison is this
  /// over their number (Bonferroni).
  public static let falseAlarms = 0.01

  public var bench: String
  public var position: String
  public var scenario: String
  public var step: String
  public var rule: String
  public var unit: String?
  public var limits: String
  public var lower: Double?
  public var upper: Double?
  /// Runs, and so meters, that were compared.
  public var n: Int
  /// How many other positions there were at most; with a single one, either may be the odd one.
  public var others: Int
  /// The median, over the runs, of the value less the median of the other positions.
  public var shift: Double
  /// How probable ranks as odd as these are where the sockets are alike.
  public var probability: Double
  /// Whether that is too improbable, for all comparisons together.
  public var isSignificant: Bool

  private struct Place: Hashable {
    var bench: String
    var position: String
  }

  /// The values of one run.
  private typealias Block = [(place: Place, value: Double)]

  private struct Sums {
    var rank = 0.0
    var variance = 0.0
    var shifts: [Double] = []
    var others = 0

    /// How probable ranks as odd as these are; nil where too little was compared.
    var probability: Double? {
      guard shifts.count >= leastCount, variance > 0 else { return nil }
      // Ranks are whole numbers: the continuity correction.
      return erfc(max(0, abs(rank) - 0.5) / (2 * variance).squareRoot())
    }
  }

  /// Every comparison that can be made, in the order of the series and then of the positions.
  ///
  /// One odd socket makes the others look odd, too. So the oddest is named first, and the others are compared again
  /// without it.
  static func all(_ series: [ValueSeries], _ meters: [TestedMeter]) -> [PositionDrift] {
    let blocks = series.map { Self.blocks(of: $0, meters) }
    let count = blocks.map { sums($0).count { $0.sums.probability != nil } }.reduce(0, +)
    return zip(series, blocks).flatMap { series, blocks in
      drifts(blocks, level: falseAlarms / Double(max(1, count))).map {
        PositionDrift(series.key, $0.place, $0.sums, isSignificant: $0.isSignificant)
      }
    }
  }

  private static func drifts(
    _ all: [Block],
    level: Double
  ) -> [(place: Place, sums: Sums, isSignificant: Bool)] {
    var odd: [(place: Place, sums: Sums, isSignificant: Bool)] = []
    var blocks = all
    while true {
      let now = sums(blocks)
      let oddest = now.filter { ($0.sums.probability ?? 1) < level }
        .min { ($0.sums.probability ?? 1) < ($1.sums.probability ?? 1) }
      guard let oddest else {
        return odd + now.filter { $0.sums.probability != nil }.map { ($0.place, $0.sums, false) }
      }
      odd.append((oddest.place, oddest.sums, true))
      blocks = blocks.map { block in block.filter { $0.place != oddest.place } }
    }
  }

  /// By position, in the order of bench and name.
  private static func sums(_ blocks: [Block]) -> [(place: Place, sums: Sums)] {
    var sums: [Place: Sums] = [:]
    for block in blocks where block.count > 1 {
      let values = block.map(\.value)
      let ranks = Self.ranks(values)
      let expected = Double(values.count + 1) / 2
      let variance =
        ranks.map { ($0 - expected) * ($0 - expected) }.reduce(0, +) / Double(values.count)
      for (index, entry) in block.enumerated() {
        var others = values
        others.remove(at: index)
        var sum = sums[entry.place] ?? Sums()
        sum.rank += ranks[index] - expected
        sum.variance += variance
        sum.shifts.append(entry.value - median(others))
        sum.others = max(sum.others, others.count)
        sums[entry.place] = sum
      }
    }
    return sums.sorted { ($0.key.bench, $0.key.position) < ($1.key.bench, $1.key.position) }
      .map { ($0.key, $0.value) }
  }

  /// The first values of meters with a serial number, run by run.
  private static func blocks(of series: ValueSeries, _ meters: [TestedMeter]) -> [Block] {
    var blocks: [Block] = []
    var run: String?
    for value in series.firstValues where meters[value.meter].unit != nil {
      let meter = meters[value.meter]
      if meter.run != run { blocks.append([]) }
      run = meter.run
      blocks[blocks.count - 1].append(
        (Place(bench: meter.bench, position: meter.position), value.value)
      )
    }
    return blocks
  }

  private init(_ key: SeriesKey, _ place: Place, _ sums: Sums, isSignificant: Bool) {
    (bench, position) = (place.bench, place.position)
    (scenario, step, rule, unit) = (key.scenario, key.step, key.rule, key.unit)
    (limits, lower, upper) = (key.limits, key.lower, key.upper)
    n = sums.shifts.count
    others = sums.others
    shift = Self.median(sums.shifts)
    probability = sums.probability ?? 1
    self.isSignificant = isSignificant
  }

  /// The place of each value, from 1; equal values share the mean of theirs.
  static func ranks(_ values: [Double]) -> [Double] {
    values.map { value in
      let below = values.count { $0 < value }
      let equal = values.count { $0 == value }
      return Double(below) + Double(equal + 1) / 2
    }
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    guard !sorted.isEmpty else { return .nan }
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
