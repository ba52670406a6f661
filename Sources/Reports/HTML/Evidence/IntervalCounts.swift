/// How often intervals had which length: exact counts in bins that grow as the range asks for it, so
/// that the memory is constant and the order of the intervals does not matter.
struct IntervalCounts {
  /// The bins' width is 2 to this power, in nanoseconds.
  private var exponent = 10
  private var counts: [Int64: Int] = [:]
  private(set) var total = 0
  private(set) var least = Int64.max
  private(set) var greatest = Int64.min

  private static let most = 1024

  mutating func add(_ nanoseconds: Int64) {
    guard nanoseconds >= 0 else { return }
    counts[nanoseconds >> Int64(exponent), default: 0] += 1
    total += 1
    least = min(least, nanoseconds)
    greatest = max(greatest, nanoseconds)
    while counts.count > Self.most {
      exponent += 1
      counts = counts.reduce(into: [:]) { $0[$1.key >> 1, default: 0] += $1.value }
    }
  }

  /// The counts by the middle of each bin, in seconds, shortest first.
  var bins: [(middle: Double, count: Int)] {
    let half = Int64(1) << Int64(exponent - 1)
    return counts.sorted { $0.key < $1.key }.map { bin, count in
      // A bin that reaches beyond what was seen must not show more than that.
      let middle = min(max((bin << Int64(exponent)) + half, least), greatest)
      return (Double(middle) / 1e9, count)
    }
  }
}
