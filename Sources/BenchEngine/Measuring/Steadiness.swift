import Pulses
import Quantities

/// How steady a reference's power is, from samples of about a second each.
struct Steadiness {
  private struct Sample {
    var at: Instant
    var value: Double
  }

  private var samples: [Sample] = []
  private var windowStart: Instant?
  private var edges = 0

  /// A leading edge of a reference's pulses.
  mutating func add(_ edge: Instant) {
    guard let start = windowStart else {
      windowStart = edge
      return
    }
    edges += 1
    let length = edge.duration(since: start).inSeconds
    // Whole periods of at least a second: edge-synchronous, so no edge is counted in part.
    guard length >= 1 else { return }
    samples.append(Sample(at: edge, value: Double(edges) / length))
    samples.thin(to: 100_000)
    windowStart = edge
    edges = 0
  }

  /// A reading of a reference's power.
  mutating func add(power: Double, at moment: Instant) {
    samples.append(Sample(at: moment, value: power))
    samples.thin(to: 100_000)
  }

  /// The greatest deviation from the mean during a gate, relative to the mean; nil where fewer
  /// than two samples lie in it.
  func spread(in gate: Gate) -> Double? {
    let inside = samples.filter { $0.at > gate.opened && $0.at <= gate.closed }.map(\.value)
    guard inside.count >= 2 else { return nil }
    let mean = inside.reduce(0, +) / Double(inside.count)
    guard mean > 0 else { return nil }
    return inside.map { abs($0 - mean) }.reduce(0, max) / mean
  }
}
