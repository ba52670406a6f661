import Pulses
import Quantities

/// A small seeded generator (SplitMix64), so that every run draws the same numbers.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The sum of twelve uniform numbers less six: mean 0, variance 1.
  mutating func normal() -> Double {
    (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
  }
}

let ms: Int64 = 1_000_000

/// A pulse train of known truth.
struct Train {
  var edges: [Edge] = []
  var leading: [Int64] = []

  init(
    pulses: Int,
    period: Int64 = 300 * ms,
    width: Int64 = 60 * ms,
    start: Int64 = 1_000 * ms,
    jitter: Double = 0,
    numbered: Bool = false,
    seed: UInt64 = 1
  ) {
    var random = Seeded(state: seed)
    for index in 0..<pulses {
      let noise = jitter == 0 ? 0 : Int64((random.normal() * jitter * 1e9).rounded())
      let time = start + Int64(index) * period + noise
      leading.append(time)
      append(time, true, numbered)
      append(time + width, false, numbered)
    }
  }

  private mutating func append(_ time: Int64, _ isLeading: Bool, _ numbered: Bool) {
    edges.append(
      Edge(
        time: Instant(nanoseconds: time),
        isLeading: isLeading,
        sequence: numbered ? UInt32(edges.count + 1) : nil
      )
    )
  }

  /// The train with up to `most` further pairs of edges within 4.9 ms after each transition.
  func bouncing(most: Int, seed: UInt64) -> (edges: [Edge], added: Int) {
    var random = Seeded(state: seed)
    var result: [Edge] = []
    var added = 0
    for edge in edges {
      result.append(edge)
      let pairs = Int.random(in: 0...most, using: &random)
      let offsets = (0..<2 * pairs).map { _ in Int64.random(in: 1...4_900_000, using: &random) }
      for (index, offset) in offsets.sorted().enumerated() {
        result.append(
          Edge(
            time: edge.time + .nanoseconds(offset),
            isLeading: edge.isLeading == (index % 2 == 1)
          )
        )
      }
      added += 2 * pairs
    }
    return (result, added)
  }

  /// A moment long after the last edge.
  var end: Instant { (edges.last?.time ?? .zero) + .seconds(1) }
}

func at(_ milliseconds: Double) -> Instant {
  Instant(nanoseconds: Int64((milliseconds * 1e6).rounded()))
}

func edge(_ milliseconds: Double, _ isLeading: Bool, _ sequence: UInt32? = nil) -> Edge {
  Edge(time: at(milliseconds), isLeading: isLeading, sequence: sequence)
}

/// The statistics of all edges, finished with the level where it is given.
func statistics(
  _ edges: [Edge],
  _ options: PulseAnalysis.Options = .init(),
  level: Bool? = nil
) -> PulseStatistics {
  var analysis = PulseAnalysis(options)
  analysis.add(edges)
  analysis.finish(at: (edges.last?.time ?? .zero) + .seconds(1), level: level)
  return analysis.statistics
}
