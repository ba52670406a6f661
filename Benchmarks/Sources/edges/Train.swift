import Pulses
import Quantities

/// Endless numbered edges of 30 ms pulses about every 100 ms, with a microsecond of jitter, a batch
/// at a time.
struct Train {
  private(set) var edges: [Edge]

  private static let batch = 4096
  private static let period: Int64 = 100_000_000
  private static let width: Int64 = 30_000_000

  /// A train before its first batch.
  init() {
    edges = (0..<Self.batch).map { index in
      let pulse = Int64(index / 2)
      let start = (pulse - Int64(Self.batch / 2)) * Self.period + pulse * 7919 % 1000
      return Edge(
        time: Instant(nanoseconds: start + (index % 2 == 0 ? 0 : Self.width)),
        isLeading: index % 2 == 0,
        sequence: UInt32(truncatingIfNeeded: index - Self.batch)
      )
    }
  }

  /// Goes on to the next batch.
  mutating func advance() {
    let shift = Int64(Self.batch / 2) * Self.period
    for index in edges.indices {
      edges[index].time.nanoseconds += shift
      edges[index].sequence = edges[index].sequence.map { $0 &+ UInt32(Self.batch) }
    }
  }
}
