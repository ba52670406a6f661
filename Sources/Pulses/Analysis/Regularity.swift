public import Quantities

/// Looks for periods that are a multiple or a part of what the load makes usual: under a steady load the
/// sign of a lost pulse, or of one that came from elsewhere.
///
/// The usual period begins as the median of the first five and then follows the accepted periods
/// slowly. Two periods that make a usual one together, one of them below three quarters of it, are the sign of a
/// pulse too many. A period of half as much again or more is a suspicion; the nearest multiple tells how
/// many pulses may be missing.
struct Regularity: Hashable, Sendable {
  private static let learned = 5
  private static let kept = 16

  private var early: [Period] = []
  private var usual = 0.0
  private(set) var suspicions: [SuspectedLoss] = []
  private(set) var count = 0
  /// Where a period was split in two, as by a pulse from elsewhere.
  private(set) var extras: [Instant] = []
  private(set) var extraCount = 0
  /// The period before; 0 where it cannot be one half of a usual one.
  private var before = 0.0

  private struct Period: Hashable {
    var nanoseconds: Int64
    var start: Instant
  }

  @inline(__always)
  mutating func add(_ nanoseconds: Int64, from start: Instant) {
    let period = Double(nanoseconds)
    if usual > 0, period < usual * 1.5 {
      if min(period, before) < usual * 0.75 { judgeSplit(period, start) }
      before = period
      usual += (period - usual) * 0.0625
      return
    }
    before = 0
    addUnusual(Period(nanoseconds: nanoseconds, start: start))
  }

  /// This state with the verdict on the first periods, where fewer than five have come.
  var concluded: Regularity {
    var copy = self
    if usual == 0, early.count >= 2 { copy.learn() }
    return copy
  }

  @inline(never)
  private mutating func addUnusual(_ period: Period) {
    guard usual > 0 else {
      early.append(period)
      if early.count == Regularity.learned { learn() }
      return
    }
    judge(period)
  }

  private mutating func learn() {
    let sorted = early.map(\.nanoseconds).sorted()
    usual = max(1, Double(sorted[(sorted.count - 1) / 2]))
    for (index, period) in early.enumerated() {
      judge(period)
      before = index > 0 ? Double(early[index - 1].nanoseconds) : 0
      judgeSplit(Double(period.nanoseconds), period.start)
    }
    before = Double(early.last?.nanoseconds ?? 0)
    early = []
  }

  /// Two periods, one of them plainly too short, that make a usual one together.
  @inline(never)
  private mutating func judgeSplit(_ period: Double, _ start: Instant) {
    guard before > 0, min(period, before) < usual * 0.75,
      abs((period + before) / usual - 1) < 0.15
    else { return }
    extraCount += 1
    if extras.count < Regularity.kept { extras.append(start) }
  }

  private mutating func judge(_ period: Period) {
    let ratio = Double(period.nanoseconds) / usual
    guard ratio >= 1.5 else { return }
    count += 1
    guard suspicions.count < Regularity.kept else { return }
    let missing = Int(min(ratio.rounded(), 1e9)) - 1
    suspicions.append(SuspectedLoss(after: period.start, missing: max(1, missing)))
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
