/// The distribution of response times in fixed buckets, eight to every doubling, so that a bucket
/// is at most an eighth wider than its lower bound.
public struct ResponseTimes: Hashable, Sendable {
  /// Times counted.
  public private(set) var count = 0
  /// The longest time counted.
  public private(set) var longest: Duration = .zero
  private var buckets: [Int] = []

  /// An empty distribution.
  public init() {}

  /// Counts a time; negative ones count as zero.
  public mutating func add(_ time: Duration) {
    if buckets.isEmpty { buckets = Array(repeating: 0, count: Self.bucketCount) }
    count += 1
    longest = max(longest, time)
    buckets[Self.bucket(ofMicroseconds: Self.microseconds(time))] += 1
  }

  /// The time that a share of all times does not pass, rounded up to the end of its bucket but
  /// never above ``longest``.
  ///
  /// - Parameter percent: 0 to 100.
  /// - Returns: nil when nothing was counted.
  public func percentile(_ percent: Double) -> Duration? {
    guard count > 0, percent.isFinite else { return nil }
    let share = min(max(percent, 0), 100) / 100
    let exact = share * Double(count)
    let whole = Int(exact)
    let rank = max(1, Double(whole) < exact ? whole + 1 : whole)
    var seen = 0
    for (index, number) in buckets.enumerated() {
      seen += number
      if seen >= rank { return min(Self.upperBound(ofBucket: index), longest) }
    }
    return longest
  }

  /// The buckets that hold anything, in rising order: upper bound and number of times.
  public var histogram: [(upTo: Duration, count: Int)] {
    buckets.enumerated().filter { $0.element > 0 }.map {
      (Self.upperBound(ofBucket: $0.offset), $0.element)
    }
  }

  /// Times from 2²⁷ µs (134 s) on share the last bucket.
  private static let longestMicroseconds = 1 << 27 - 1
  private static let bucketCount = bucket(ofMicroseconds: longestMicroseconds) + 1

  /// Below 8 µs every microsecond has a bucket; above, the three bits after the leading one choose.
  private static func bucket(ofMicroseconds value: Int) -> Int {
    guard value >= 8 else { return value }
    let exponent = Int.bitWidth - 1 - value.leadingZeroBitCount
    return (exponent - 2) * 8 + (value >> (exponent - 3)) & 7
  }

  private static func upperBound(ofBucket index: Int) -> Duration {
    guard index >= 8 else { return .microseconds(index + 1) }
    let exponent = index / 8 + 2
    return .microseconds((8 + index % 8 + 1) << (exponent - 3))
  }

  private static func microseconds(_ time: Duration) -> Int {
    let (seconds, attoseconds) = time.components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < 134 else { return longestMicroseconds }
    return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
  }
}
