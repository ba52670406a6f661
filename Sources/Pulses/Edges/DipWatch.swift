public import Quantities

/// Looks for a few long periods among even ones in a train of leading edges, freed of bounce: the sign of lost
/// pulses, or of a dip of the power that lasts no longer. Its memory is constant.
///
/// Periods count where they are at least half as long again as the one before them, and the one that follows is
/// shorter by as much: a load that was switched changes every period after it, and is none.
public struct DipWatch: Sendable {
  private var last: Instant?
  /// The last period that was no suspect, in ns.
  private var usual: Int64?
  /// Long periods that wait for what follows: where the first of them ended, the shortest, and how many.
  private var suspect: (at: Instant, length: Int64, periods: Int)?
  /// Where the long periods ended; the newest.
  private var found: [Instant] = []
  /// How many were found in all.
  public private(set) var count = 0

  private static let ratio = 1.5
  /// After so many the power has changed.
  private static let longest = 4
  private static let kept = 4096

  /// A watch that has seen nothing.
  public init() {}

  /// Takes the next leading edge.
  public mutating func add(_ edge: Instant) {
    defer { last = edge }
    guard let last else { return }
    let period = edge.duration(since: last).nanoseconds
    guard period > 0 else { return }
    guard let waiting = suspect else {
      if let usual, Double(period) >= Self.ratio * Double(usual) {
        suspect = (edge, period, 1)
      } else {
        usual = period
      }
      return
    }
    if Double(waiting.length) >= Self.ratio * Double(period) {
      found.append(waiting.at)
      if found.count > Self.kept { found.removeFirst(found.count - Self.kept) }
      count += 1
    } else if waiting.periods < Self.longest {
      suspect = (waiting.at, min(waiting.length, period), waiting.periods + 1)
      return
    }
    // It is short again, or stays long: the power changed.
    suspect = nil
    usual = period
  }

  /// How many long periods ended in a span of time.
  public func dips(from start: Instant, to end: Instant) -> Int {
    found.count { $0 > start && $0 <= end }
  }
}
