public import Quantities

/// How steady a reference's power is, from samples of about a second each where nothing else is said, in constant
/// memory.
///
/// Old samples are merged in pairs: their mean and their extremes stay, and only the moment of an
/// extreme grows vague.
public struct Steadiness: Sendable {
  private struct Sample: Sendable {
    var from: Instant
    var to: Instant
    var low: Double
    var high: Double
    var sum: Double
    var count: Double

    init(_ value: Double, from: Instant, to: Instant) {
      (self.from, self.to) = (from, to)
      (low, high, sum, count) = (value, value, value, 1)
    }

    mutating func merge(_ next: Sample) {
      to = next.to
      low = min(low, next.low)
      high = max(high, next.high)
      sum += next.sum
      count += next.count
    }
  }

  private var samples: [Sample] = []
  private var windowStart: Instant?
  private var edges = 0
  private let limit: Int

  private let window: Double

  /// Nothing seen yet.
  ///
  /// - Parameters:
  ///   - limit: how many samples are kept.
  ///   - window: how long a sample of pulses is at least, in seconds; it holds ten of them.
  public init(limit: Int = 20_000, window: Double = 1) {
    self.limit = limit
    self.window = window
  }

  /// A leading edge of a reference's pulses.
  public mutating func add(_ edge: Instant) {
    guard let start = windowStart else {
      windowStart = edge
      return
    }
    edges += 1
    let length = edge.duration(since: start).inSeconds
    // Whole periods: edge-synchronous, so no edge is counted in part. A second is enough for any rate.
    guard length >= 1 || length >= window && edges >= 10 else { return }
    keep(Sample(Double(edges) / length, from: start, to: edge))
    windowStart = edge
    edges = 0
  }

  /// A reading of a reference's power.
  public mutating func add(power: Double, at moment: Instant) {
    keep(Sample(power, from: moment, to: moment))
  }

  /// The greatest deviation from the mean during a gate, relative to the mean; nil where fewer
  /// than two samples lie in it.
  public func spread(in gate: Gate) -> Double? {
    // What was merged across an end of the gate counts in full: a deviation is never overlooked.
    let inside = samples.filter {
      $0.to > gate.opened && ($0.to <= gate.closed || $0.count > 1 && $0.from < gate.closed)
    }
    let count = inside.reduce(0) { $0 + $1.count }
    guard count >= 2 else { return nil }
    let mean = inside.reduce(0) { $0 + $1.sum } / count
    guard mean > 0 else { return nil }
    return inside.map { max(abs($0.low - mean), abs($0.high - mean)) }.reduce(0, max) / mean
  }

  /// The least, the mean and the greatest of everything seen; nil where that is nothing.
  public var range: Bounds? {
    guard let least = samples.map(\.low).min(), let most = samples.map(\.high).max() else {
      return nil
    }
    let count = samples.reduce(0) { $0 + $1.count }
    return Bounds(least: least, nominal: samples.reduce(0) { $0 + $1.sum } / count, most: most)
  }

  private mutating func keep(_ sample: Sample) {
    samples.append(sample)
    guard samples.count > limit else { return }
    // The newer half stays as it is: gates that are judged end there.
    let old = samples.count / 2
    let pairs = stride(from: 0, to: old, by: 2).map { index -> Sample in
      var pair = samples[index]
      if index + 1 < old { pair.merge(samples[index + 1]) }
      return pair
    }
    samples.replaceSubrange(..<old, with: pairs)
  }
}
