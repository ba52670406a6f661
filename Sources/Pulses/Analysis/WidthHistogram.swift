/// How often pulses had which width: eight buckets to the octave from 65.5 µs (2¹⁶ ns) to 18 min
/// (2⁴⁰ ns), and one for what lies beyond either end. Its memory is constant.
public struct WidthHistogram: Hashable, Sendable, Codable {
  /// Pulses in each bucket, narrowest first; the first and last bucket are open.
  public private(set) var counts: [Int]

  private static let firstOctave = 16
  private static let octaves = 24
  private static let bucketCount = octaves * 8 + 2

  /// An empty histogram.
  public init() { counts = Array(repeating: 0, count: WidthHistogram.bucketCount) }

  /// The narrowest width of a bucket in nanoseconds; zero for the first.
  public static func lowerBound(ofBucket index: Int) -> Int64 {
    guard index > 0 else { return 0 }
    let (octave, eighth) = (min(index, bucketCount - 1) - 1).quotientAndRemainder(dividingBy: 8)
    return Int64(8 + eighth) << Int64(firstOctave + octave - 3)
  }

  /// The bucket that counts a width in nanoseconds.
  @inline(__always)
  public static func bucket(of nanoseconds: Int64) -> Int {
    guard nanoseconds >= 1 << Int64(firstOctave) else { return 0 }
    let octave = 63 &- nanoseconds.leadingZeroBitCount
    let eighth = Int(truncatingIfNeeded: nanoseconds >> Int64(octave &- 3)) & 7
    return min(bucketCount - 1, (octave &- firstOctave) &* 8 &+ eighth &+ 1)
  }

  @inline(__always)
  mutating func add(_ nanoseconds: Int64) {
    counts[WidthHistogram.bucket(of: nanoseconds)] &+= 1
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let pairs = try container.decode([[Int]].self)
    self.init()
    for pair in pairs {
      guard pair.count == 2, counts.indices.contains(pair[0]), pair[1] >= 0 else {
        throw DecodingError.dataCorruptedError(
          in: container,
          debugDescription: "expected pairs of a bucket's index and its count"
        )
      }
      counts[pair[0]] = pair[1]
    }
  }

  /// Writes the filled buckets only, as pairs of index and count.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(counts.indices.filter { counts[$0] > 0 }.map { [$0, counts[$0]] })
  }
}
