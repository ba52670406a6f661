public import Quantities

/// The extent of a series of intervals: exact integer arithmetic in constant memory.
public struct IntervalStatistics: Hashable, Sendable, Codable {
  /// How many intervals there were; at least one.
  public private(set) var count: Int
  /// Their sum in nanoseconds.
  public private(set) var totalNanoseconds: Int64
  /// The shortest in nanoseconds.
  public private(set) var minimumNanoseconds: Int64
  /// Where the (first) shortest one began.
  public private(set) var minimumAt: Instant
  /// The longest in nanoseconds.
  public private(set) var maximumNanoseconds: Int64
  /// Where the (first) longest one began.
  public private(set) var maximumAt: Instant

  /// A series of one interval that began at `start`.
  public init(nanoseconds: Int64, from start: Instant) {
    count = 1
    totalNanoseconds = nanoseconds
    minimumNanoseconds = nanoseconds
    minimumAt = start
    maximumNanoseconds = nanoseconds
    maximumAt = start
  }

  /// The shortest interval.
  public var minimum: Duration { .nanoseconds(minimumNanoseconds) }
  /// The longest interval.
  public var maximum: Duration { .nanoseconds(maximumNanoseconds) }
  /// The sum of the intervals.
  public var total: Duration { .nanoseconds(totalNanoseconds) }
  /// The arithmetic mean in seconds.
  public var meanSeconds: Double { Double(totalNanoseconds) / Double(count) / 1e9 }

  /// Adds the interval that began at `start`.
  @inline(__always)
  public mutating func add(nanoseconds: Int64, from start: Instant) {
    count &+= 1
    totalNanoseconds &+= nanoseconds
    if nanoseconds < minimumNanoseconds {
      minimumNanoseconds = nanoseconds
      minimumAt = start
    }
    if nanoseconds > maximumNanoseconds {
      maximumNanoseconds = nanoseconds
      maximumAt = start
    }
  }
}

extension Optional<IntervalStatistics> {
  @inline(__always)
  mutating func add(nanoseconds: Int64, from start: Instant) {
    if self == nil {
      self = IntervalStatistics(nanoseconds: nanoseconds, from: start)
    } else {
      self?.add(nanoseconds: nanoseconds, from: start)
    }
  }
}
