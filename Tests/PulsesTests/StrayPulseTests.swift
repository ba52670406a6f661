import Pulses
import Quantities
import Testing

/// Pulses that no meter gave, among those of a steady one.
@Suite("Pulses from elsewhere")
struct StrayPulseTests {
  private static let period = 300 * ms

  /// A train with short pulses added at these places, in periods from its first leading edge.
  private static func extras(_ places: [Double], in pulses: Int = 60, jitter: Double = 0.3e-3)
    -> Int
  {
    let train = Train(pulses: pulses, period: period, width: 30 * ms, jitter: jitter)
    let begin = train.leading[0]
    let strays = places.flatMap { place -> [Edge] in
      let time = begin + Int64(place * Double(period))
      return [
        Edge(time: Instant(nanoseconds: time), isLeading: true),
        Edge(time: Instant(nanoseconds: time + 20 * ms), isLeading: false),
      ]
    }
    return statistics((train.edges + strays).sorted { $0.time < $1.time }).suspectedExtraCount
  }

  @Test("One is found wherever it stands between two pulses, at the ends of the gate, too")
  func one() {
    for fraction in stride(from: 0.15, through: 0.85, by: 0.05) {
      for index in [0.0, 1, 2, 7, 14, 15, 30, 58] {
        #expect(Self.extras([index + fraction]) > 0, "\(index + fraction)")
      }
      // Before the first and after the last.
      #expect(Self.extras([fraction - 1]) > 0, "opens \(fraction)")
      #expect(Self.extras([59 + fraction]) > 0, "closes \(fraction)")
    }
  }

  @Test("Several are found, in one period, beside one another, and among the first")
  func several() {
    for places in [
      [8.33, 8.66], [8.44, 8.52, 8.73], [0.2, 1.78], [0.22, 2.78], [1.5, 2.5, 3.5],
      [30.25, 30.5, 30.75], [-0.5, 59.5],
    ] {
      #expect(Self.extras(places) > 0, "\(places)")
    }
  }

  @Test("An edge that comes early or late is no pulse more", arguments: [-0.4, -0.3, 0.3, 0.4])
  func displaced(by share: Double) {
    for index in [1, 5, 14, 15, 16, 40, 58] {
      var train = Train(pulses: 60, period: Self.period, width: 30 * ms, jitter: 0.3e-3)
      for edge in [2 * index, 2 * index + 1] {
        train.edges[edge].time =
          train.edges[edge].time + Duration.nanoseconds(Int64(share * Double(Self.period)))
      }
      #expect(statistics(train.edges).suspectedExtraCount == 0, "\(index)")
    }
  }

  @Test("A steady train has none, whatever its scatter", arguments: [0, 0.3e-3, 3e-3, 15e-3])
  func none(jitter: Double) {
    for seed in 1...40 {
      let train = Train(
        pulses: 200,
        period: Self.period,
        width: 30 * ms,
        jitter: jitter,
        seed: UInt64(seed)
      )
      #expect(statistics(train.edges).suspectedExtraCount == 0, "\(seed)")
    }
  }

  @Test("A load that drifts, or steps by a tenth, makes none")
  func load() {
    for step in [0.0, 0.9, 1.1] {
      var edges: [Edge] = []
      var time = 1_000.0 * Double(ms)
      for index in 0..<200 {
        edges.append(Edge(time: Instant(nanoseconds: Int64(time)), isLeading: true))
        edges.append(Edge(time: Instant(nanoseconds: Int64(time) + 30 * ms), isLeading: false))
        let drift = step == 0 ? 1 + 0.001 * Double(index) : index < 100 ? 1 : step
        time += Double(Self.period) * drift
      }
      #expect(statistics(edges).suspectedExtraCount == 0, "\(step)")
    }
  }
}
