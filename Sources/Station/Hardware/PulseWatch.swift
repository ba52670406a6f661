import HostRig
import Pulses
import Quantities
import Rig

/// Measures the pulses of one line live, without a run.
public enum PulseWatch {
  /// What to measure.
  public struct Options: Sendable {
    /// The line's name or offset.
    public var line: String
    /// The chip's label, name or device file; nil for whichever chip has the line.
    public var chip: String?
    public var isActiveLow = false
    /// `as-is`, `pull-up`, `pull-down` or `disabled`.
    public var bias = "as-is"
    /// When to stop, in seconds; nil for the count or the interruption.
    public var seconds: Double?
    /// After how many pulses to stop.
    public var pulses: Int?

    /// Measures until it is interrupted.
    public init(line: String) { self.line = line }
  }

  /// What was measured. Times are in seconds.
  public struct Report: Encodable, Sendable {
    public var line: String
    public var duration: Double
    public var pulses: Int
    public var edges: Int
    /// Pulses per second, from the first to the last leading edge.
    public var rate: Double?
    public var period: Range?
    public var width: Range?
    public var offTime: Range?
    /// The standard deviation of the leading edges about equal spacing.
    public var jitter: Double?
    public var bouncedTransitions: Int
    public var longestBounce: Double
    /// Pulses shorter than 5 ms, which are not counted.
    public var glitches: Int
    /// Proofs that edges are missing: with one there is no count.
    public var losses: [String]
    public var lossCount: Int
    /// How many pulses had a width of at least so much.
    public var widthHistogram: [Bucket]

    /// The extent of a series of intervals.
    public struct Range: Encodable, Sendable {
      public var minimum: Double
      public var mean: Double
      public var maximum: Double

      init(_ statistics: IntervalStatistics) {
        minimum = statistics.minimum.inSeconds
        mean = statistics.meanSeconds
        maximum = statistics.maximum.inSeconds
      }
    }

    /// A bucket of the histogram.
    public struct Bucket: Encodable, Sendable {
      public var from: Double
      public var to: Double
      public var pulses: Int
    }
  }

  /// Measures until its time is over, its pulses have come, or somebody interrupts it.
  ///
  /// - Parameter progress: told once a second.
  /// - Throws: where there is no such line, or it gives no edges.
  public static func run(
    _ options: Options,
    progress: @escaping @Sendable (String) -> Void
  ) throws -> Report {
    let lane = try ThreadLane(name: "pulses")
    defer { lane.stop() }
    let stopping = Locked(false)
    // The end of the measurement is all that there is to make safe.
    let signals = try Signals(emergency: {})
    let line = try PulseLine(
      options.line,
      chip: options.chip,
      isActiveLow: options.isActiveLow,
      bias: options.bias
    )
    let result = Blocking.run(on: lane) { () -> Swift.Result<Report, any Error> in
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          if await signals.next(on: lane) != nil { stopping.withLock { $0 = true } }
        }
        defer { group.cancelAll() }
        do {
          let isStopped: @Sendable () -> Bool = { stopping.withLock { $0 } }
          return .success(try await measure(line, options, lane, isStopped, progress))
        } catch {
          return .failure(error)
        }
      }
    }
    return try result.get()
  }

  private static func measure(
    _ line: PulseLine,
    _ options: Options,
    _ lane: ThreadLane,
    _ isStopped: @Sendable () -> Bool,
    _ progress: @Sendable (String) -> Void
  ) async throws -> Report {
    let start = lane.now
    let end = options.seconds.map { start + .seconds(rounding: $0) }
    var analysis = PulseAnalysis()
    var nextReport = start + .seconds(1)
    while !isStopped() {
      let now = lane.now
      if let end, now >= end { break }
      if let pulses = options.pulses, analysis.statistics.widths?.count ?? 0 >= pulses { break }
      let look = now + .milliseconds(100)
      let batch = await line.stream.next(4096, until: min(look, end ?? look), on: lane)
      for loss in batch.losses { analysis.note(loss) }
      analysis.add(batch.edges)
      analysis.settle(by: lane.now - .milliseconds(50))
      if case .failed(let text)? = batch.end { throw RigFault(Part(.line, options.line), text) }
      if lane.now >= nextReport {
        progress(brief(analysis.statistics, since: start, now: lane.now))
        nextReport = nextReport + .seconds(1)
      }
    }
    try? await finish(&analysis, line, lane)
    return report(analysis.statistics, line, lane.now.duration(since: start))
  }

  /// Compares the line's level with its last edge, where the line rests long enough for that.
  private static func finish(
    _ analysis: inout PulseAnalysis,
    _ line: PulseLine,
    _ lane: ThreadLane
  ) async throws {
    for _ in 0..<20 {
      let level = line.isActive
      let moment = lane.now
      try await lane.sleep(until: moment + .milliseconds(10))
      let batch = await line.stream.next(until: lane.now, on: lane)
      for loss in batch.losses { analysis.note(loss) }
      analysis.add(batch.edges)
      if batch.edges.isEmpty {
        analysis.finish(at: moment, level: level)
        return
      }
    }
    analysis.finish(at: lane.now)
  }

  private static func brief(_ statistics: PulseStatistics, since: Instant, now: Instant) -> String {
    let time = Quantity(now.duration(since: since).inSeconds.rounded(), .second)
    let parts = [
      "\(time)", "\(statistics.leadingEdges) pulses",
      statistics.fittedPeriod.map { "\(Decimal.text(1 / $0)) imp/s" },
      statistics.widths.map { "width \(milliseconds($0.meanSeconds))" },
      statistics.lossCount > 0 ? "EDGES LOST" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: "  ")
  }

  private static func report(
    _ statistics: PulseStatistics,
    _ line: PulseLine,
    _ duration: Duration
  ) -> Report {
    let counts = statistics.widthHistogram.counts
    return Report(
      line: line.title,
      duration: duration.inSeconds,
      pulses: statistics.leadingEdges,
      edges: statistics.edges,
      rate: statistics.periods.map { 1 / $0.meanSeconds },
      period: statistics.periods.map(Report.Range.init),
      width: statistics.widths.map(Report.Range.init),
      offTime: statistics.offTimes.map(Report.Range.init),
      jitter: statistics.jitter,
      bouncedTransitions: statistics.bounce.groups - statistics.bounce.glitches,
      longestBounce: statistics.bounce.longest.inSeconds,
      glitches: statistics.bounce.glitches,
      losses: statistics.losses.map(\.description),
      lossCount: statistics.lossCount,
      widthHistogram: counts.indices.filter { counts[$0] > 0 }.map { index in
        Report.Bucket(
          from: Double(WidthHistogram.lowerBound(ofBucket: index)) / 1e9,
          to: Double(WidthHistogram.lowerBound(ofBucket: index + 1)) / 1e9,
          pulses: counts[index]
        )
      }
    )
  }

  // MARK: Text

  /// The report for a person.
  public static func text(_ report: Report) -> String {
    var lines = [
      "\(report.line): \(report.pulses) pulses in \(Decimal.text(report.duration, digits: 4)) s"
    ]
    func add(_ name: String, _ text: String?) {
      if let text { lines.append("  \(name.padded(to: 8))\(text)") }
    }
    add("rate", report.rate.map { "\(Decimal.text($0)) imp/s" })
    add("period", report.period.map(range))
    add("jitter", report.jitter.map(milliseconds))
    add("width", report.width.map(range))
    add("off", report.offTime.map(range))
    add(
      "bounce",
      report.bouncedTransitions == 0
        ? "none"
        : "\(report.bouncedTransitions) transitions, for up to \(milliseconds(report.longestBounce))"
    )
    if report.glitches > 0 {
      add("short", "\(report.glitches) shorter than 5 ms, not counted")
    }
    add(
      "lost",
      report.lossCount == 0
        ? "nothing, as far as can be known"
        : "\(report.lossCount) proofs, so there is no count: \(report.losses.joined(separator: "; "))"
    )
    let most = report.widthHistogram.map(\.pulses).max() ?? 1
    for bucket in report.widthHistogram {
      let bar = String(repeating: "█", count: max(1, 40 * bucket.pulses / most))
      lines.append(
        "  \(milliseconds(bucket.from).padded(to: 10, left: true)) … "
          + "\(milliseconds(bucket.to).padded(to: 10))  \(bar) \(bucket.pulses)"
      )
    }
    return lines.joined(separator: "\n")
  }

  /// The report as JSON.
  public static func json(_ report: Report) -> String { JSON.text(report) }

  private static func range(_ range: Report.Range) -> String {
    "\(milliseconds(range.minimum)) … \(milliseconds(range.maximum)), mean \(milliseconds(range.mean))"
  }

  private static func milliseconds(_ seconds: Double) -> String {
    "\(Decimal.text(seconds * 1000, digits: 4)) ms"
  }
}
