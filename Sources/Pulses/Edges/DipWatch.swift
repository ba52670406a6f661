public import Quantities

/// Looks for single long periods among even ones in a train of leading edges: the sign of lost pulses, or of a dip
/// of the power that lasts no longer. Its memory is constant but for what it finds.
///
/// A period counts where it is at least half as long again as the one before it, and the one that follows is
/// shorter by as much: a load that was switched changes every period after it, and is none.
public struct DipWatch: Sendable {
  private var last: Instant?
  /// The last period that was no suspect, in ns.
  private var usual: Int64?
  /// A long period that waits for what follows, with its end.
  private var suspect: (at: Instant, length: Int64)?
  /// Where the long periods ended; the newest.
  private var found: [Instant] = []
  /// How many were found in all.
  public private(set) var count = 0

  private static let ratio = 1.5
  private static let kept = 4096

  /// A watch that has seen nothing.
  public init() {}

  /// Takes the next leading edge.
  public mutating func add(_ edge: Instant) {
    defer { last = edge }
    guard let last else { return }
    let period = edge.duration(since: last).nanoseconds
    guard period > 0 else { return }
    if let waiting = suspect {
      suspect = nil
      if Double(waiting.length) >= Self.ratio * Double(period) {
        found.append(waiting.at)
        if found.count > Self.kept { found.removeFirst(found.count - Self.kept) }
        count += 1
        usual = period
        return
      }
      // It stays long: the power changed.
      usual = period
      return
    }
    if let usual, Double(period) >= Self.ratio * Double(usual) {
      suspect = (edge, period)
      return
    }
    usual = period
  }

  /// How many long periods ended in a span of time.
  public func dips(from start: Instant, to end: Instant) -> Int {
    found.count { $0 > start && $0 <= end }
  }
}
