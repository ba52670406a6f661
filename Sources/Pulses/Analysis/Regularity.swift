public import Quantities

/// Looks for periods that are a multiple or a part of what the load makes usual: under a steady load the
/// sign of a lost pulse, or of one that came from elsewhere.
///
/// The usual period begins as the median of the first five and then follows the accepted periods
/// slowly. Periods that make a usual one together, one of them below three quarters of it, are the sign of pulses
/// too many. A period of half as much again or more is a suspicion; the nearest multiple tells how
/// many pulses may be missing.
struct Regularity: Hashable, Sendable {
  private static let learned = 5
  private static let kept = 16

  private var early: [Period] = []
  private var usual = 0.0
  private(set) var suspicions: [SuspectedLoss] = []
  private(set) var count = 0
  /// Where a period was split, as by pulses from elsewhere.
  private(set) var extras: [Instant] = []
  private(set) var extraCount = 0
  /// The period before; 0 where it cannot be a part of a usual one.
  private var before = 0.0
  /// The periods up to now that may be parts of a usual one, where one of them is short.
  private var parts: [Double] = []

  private struct Period: Hashable {
    var nanoseconds: Int64
    var start: Instant
  }

  @inline(__always)
  mutating func add(_ nanoseconds: Int64, from start: Instant) {
    let period = Double(nanoseconds)
    if usual > 0, period < usual * 1.5 {
      if min(period, before) < usual * 0.75 {
        judgeSplit(period, start)
      } else {
        before = period
      }
      usual += (period - usual) * 0.0625
      return
    }
    before = 0
    parts = []
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
    for period in early {
      judge(period)
      judgeSplit(Double(period.nanoseconds), period.start)
    }
    early = []
  }

  /// Looks for periods, one of them plainly too short, that make a usual one together.
  @inline(never)
  private mutating func judgeSplit(_ period: Double, _ start: Instant) {
    // What came before the first short one may be a part, too.
    if before >= usual * 0.75 { parts = [before] }
    before = period
    parts.append(period)
    var whole = parts.reduce(0, +)
    while whole > usual * 1.15, !parts.isEmpty { whole -= parts.removeFirst() }
    guard whole > usual * 0.85, parts.count > 1, parts.contains(where: { $0 < usual * 0.75 })
    else { return }
    extraCount += parts.count - 1
    if extras.count < Regularity.kept { extras.append(start) }
    // The next begins anew.
    parts = []
    before = 0
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
