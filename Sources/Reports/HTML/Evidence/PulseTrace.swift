import Markup
import Pulses
import Quantities
import RunRecord

/// What the edges of one line show while a step ran, in constant memory: its periods over time,
/// the widths of its pulses, and where it bounced.
struct PulseTrace {
  let line: String
  /// Periods in seconds over the moments, in seconds on the run's clock, at which they ended.
  private(set) var periods: [Chart.Point] = []
  private(set) var periodCount = 0
  private(set) var widths = IntervalCounts()
  /// Moments at which the line bounced, all or every second, fourth and so on of them.
  private(set) var bounces: [Double] = []
  private(set) var bounceCount = 0
  private var bounceStride = 1
  /// Two edges in the same direction: an edge between them was lost.
  private(set) var contradictions: [Double] = []

  private var analysis: PulseAnalysis
  private var filter = EdgeFilter()
  private var lastEdge: Int64?
  private var isActive: Bool?
  private var leading: Int64?
  private var pulse: Int64?
  private let from: Instant

  private static let most = 4096
  private static let marked = 64

  init(line: String, from: Instant) {
    self.line = line
    self.from = from
    analysis = PulseAnalysis(PulseAnalysis.Options(notBefore: from))
  }

  mutating func add(_ edges: RecordedEdges) {
    edges.forEachChange { time, isActive in
      if self.isActive == isActive, contradictions.count < Self.marked {
        contradictions.append(time.seconds)
      }
      self.isActive = isActive
      let edge = Edge(time: time, isLeading: isActive)
      noteBounce(time.nanoseconds)
      analysis.add(edge)
      if let transition = filter.add(edge) { take(transition) }
    }
    // The analysis tells of them.
    _ = filter.takeLosses()
  }

  /// What is known of the pulses once the last edge has settled.
  var statistics: PulseStatistics {
    var copy = analysis
    copy.finish(at: Instant(nanoseconds: (lastEdge ?? 0) &+ 1_000_000_000))
    return copy.statistics
  }

  private mutating func noteBounce(_ time: Int64) {
    let bounce = EdgeFilter.standardBounce.nanoseconds
    if let last = lastEdge, time &- last < bounce, time >= from.nanoseconds {
      bounceCount += 1
      if bounceCount.isMultiple(of: bounceStride) { bounces.append(Double(time) / 1e9) }
      if bounces.count > 2 * Self.marked {
        bounces = bounces.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        bounceStride *= 2
      }
    }
    lastEdge = time
  }

  private mutating func take(_ transition: Transition) {
    let time = transition.time.nanoseconds
    guard transition.time >= from else { return }
    guard transition.isLeading else {
      if let pulse { widths.add(time &- pulse) }
      pulse = nil
      return
    }
    if let leading {
      periodCount += 1
      periods.append(Chart.Point(Double(time) / 1e9, Double(time &- leading) / 1e9))
      if periods.count > Self.most { periods = Thinning.columns(periods, Self.most / 8) }
    }
    leading = time
    pulse = time
  }
}
