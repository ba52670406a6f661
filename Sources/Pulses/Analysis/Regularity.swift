public import Quantities

/// Looks for periods that are a multiple of what the load makes usual, or much less: under a steady load the sign of
/// a lost pulse, or of one that came from elsewhere.
///
/// The usual period begins as the median of the first fifteen and then follows the accepted periods slowly. One of
/// half as much again or more is a suspicion; the nearest multiple tells how many pulses may be missing. One that is
/// shorter than three quarters, and shorter than the scatter explains, is the sign of a pulse too many, unless its
/// neighbour is longer by as much: then an edge came early or late, and the count is right. The first and the last
/// period have no neighbour on one side, and a pulse from elsewhere may open or close the gate: they are held to a
/// narrower limit.
struct Regularity: Hashable, Sendable {
  private static let learned = 15
  private static let kept = 16
  /// So many mean deviations from the usual period are no scatter.
  private static let scatters = 8.0
  /// The least deviation of an outer period that counts.
  private static let outer = 0.05

  private var early: [Period] = []
  private var usual = 0.0
  /// The mean deviation of the accepted periods from the usual one, relative to it.
  private var scatter = 0.0
  private(set) var suspicions: [SuspectedLoss] = []
  private(set) var count = 0
  /// Where periods are too short, as by pulses from elsewhere.
  private(set) var extras: [Instant] = []
  private(set) var extraCount = 0
  private var first: Period?
  private var second: Period?
  private var before: Period?
  private var last: Period?
  private var short: ShortPeriods?

  private struct Period: Hashable {
    var nanoseconds: Int64
    var start: Instant

    var length: Double { Double(nanoseconds) }
  }

  /// Short periods in a row up to now.
  private struct ShortPeriods: Hashable {
    var count: Int
    var first: Period
    /// The length of the period before them; 0 where there is none.
    var before: Double
  }

  @inline(__always)
  mutating func add(_ nanoseconds: Int64, from start: Instant) {
    let period = Period(nanoseconds: nanoseconds, start: start)
    if usual > 0 {
      judge(period)
    } else {
      early.append(period)
      if early.count == Regularity.learned { learn() }
    }
  }

  /// This state with the verdict on the first periods, where fewer than fifteen have come, and on the last.
  var concluded: Regularity {
    var copy = self
    if usual == 0, early.count >= 2 { copy.learn() }
    copy.conclude()
    return copy
  }

  private mutating func learn() {
    let sorted = early.map(\.length).sorted()
    usual = max(1, sorted[(sorted.count - 1) / 2])
    let deviations = sorted.map { abs($0 / usual - 1) }.sorted()
    // Twice the median of the deviations, which strays do not move: above the mean of those that are none.
    scatter = 2 * deviations[(deviations.count - 1) / 2]
    for period in early { judge(period) }
    early = []
    judgeOuter(first, beside: second)
  }

  @inline(__always)
  private mutating func judge(_ period: Period) {
    let ratio = period.length / usual
    if first == nil {
      first = period
    } else if second == nil {
      second = period
    }
    if ratio >= 1.5 {
      judgeLong(period, ratio)
    } else if ratio < least {
      judgeShort(period)
    } else {
      if short != nil { endShort(with: period) }
      scatter += (abs(ratio - 1) - scatter) * 0.0625
    }
    if ratio < 1.5 { usual += (period.length - usual) * 0.0625 }
    before = last
    last = period
  }

  /// What is shorter, relative to the usual period, is no scatter.
  private var least: Double { min(0.75, 1 - Regularity.scatters * scatter) }

  @inline(never)
  private mutating func judgeLong(_ period: Period, _ ratio: Double) {
    if short != nil { endShort(with: period) }
    count += 1
    guard suspicions.count < Regularity.kept else { return }
    let missing = Int(min(ratio.rounded(), 1e9)) - 1
    suspicions.append(SuspectedLoss(after: period.start, missing: max(1, missing)))
  }

  @inline(never)
  private mutating func judgeShort(_ period: Period) {
    short = ShortPeriods(
      count: (short?.count ?? 0) + 1,
      first: short?.first ?? period,
      before: short?.before ?? last?.length ?? 0
    )
  }

  /// Counts short periods in a row, unless there is one and a neighbour makes up for it.
  @inline(never)
  private mutating func endShort(with next: Period?) {
    guard let open = short else { return }
    short = nil
    let neighbours = [open.before, next?.length ?? 0]
    guard open.count > 1 || !neighbours.contains(where: { makesUp($0, for: open.first) }) else {
      return
    }
    note(open.first.start, max(1, open.count - 1))
  }

  private mutating func conclude() {
    endShort(with: nil)
    if usual > 0 { judgeOuter(last, beside: before) }
  }

  /// Counts the first or the last period where it is too short for one, though not for the others.
  private mutating func judgeOuter(_ period: Period?, beside neighbour: Period?) {
    guard let period, let neighbour else { return }
    let lack = 1 - period.length / usual
    guard lack > max(Regularity.outer, Regularity.scatters * scatter), 1 - lack >= least,
      !makesUp(neighbour.length, for: period)
    else { return }
    note(period.start, 1)
  }

  /// Whether a period is longer than usual by about as much as another is shorter.
  private func makesUp(_ neighbour: Double, for period: Period) -> Bool {
    abs(neighbour + period.length - 2 * usual) < 0.3 * (usual - period.length)
  }

  private mutating func note(_ moment: Instant, _ pulses: Int) {
    extraCount += pulses
    if extras.count < Regularity.kept { extras.append(moment) }
  }
}

/// A period that is about a multiple of the usual one: a pulse may have been lost.
public struct SuspectedLoss: Hashable, Sendable, Codable {
  /// The leading edge with which the long period began.
  public var after: Instant
  /// How many pulses would make it usual.
  public var missing: Int

  /// A suspicion that `missing` pulses were lost after the leading edge at `after`.
  public init(after: Instant, missing: Int) {
    self.after = after
    self.missing = missing
  }
}
