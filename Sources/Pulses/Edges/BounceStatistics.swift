public import Quantities

/// What was taken for bounce on a line.
public struct BounceStatistics: Hashable, Sendable, Codable {
  /// Edges beyond the first of their group.
  public var edges = 0
  /// Groups of more than one edge.
  public var groups = 0
  /// Groups that ended at the level they began from: spikes shorter than the bounce time.
  public var glitches = 0
  /// Nanoseconds from the first to the last edge of the longest group.
  public var longestNanoseconds: Int64 = 0
  /// The first edge of the longest group; nil where nothing bounced.
  public var longestAt: Instant?

  /// No bounce.
  public init() {}

  /// The time from the first to the last edge of the longest group.
  public var longest: Duration { .nanoseconds(longestNanoseconds) }

  mutating func add(lasting nanoseconds: Int64, at start: Int64, isFirst: Bool) {
    edges += 1
    if isFirst { groups += 1 }
    if nanoseconds > longestNanoseconds || longestAt == nil {
      longestNanoseconds = nanoseconds
      longestAt = Instant(nanoseconds: start)
    }
  }
}
