import Pulses
import Quantities
import Rig

/// Reads one gate from a pulse line.
struct PulseReader {
  /// How far behind the clock the newest edge may be when it reaches the analysis: edges pass
  /// through a reader thread on the host.
  static let settleMargin = Duration.milliseconds(50)

  /// A closed gate with the statistics of its edges.
  struct Reading {
    var gate: Gate
    var statistics: PulseStatistics
    var edges: GateEdges
    var opening: EdgeBracket?
  }

  /// Why no gate was closed.
  enum Failure: Error {
    /// No leading edge came from one moment to another, with so many before.
    case silent(since: Instant, until: Instant, pulses: Int)
    /// No pulse came for so long, and what came was too short to be one.
    case onlyGlitches(PulseStatistics)
    /// Edges were lost.
    case lost(String)
    /// The line failed.
    case line(String)
  }

  let stream: EdgeStream
  let lane: any Lane
  /// Periods and time that the gate must hold.
  let atLeastPeriods: Int
  let atLeastTime: Duration
  /// The longest time without a leading edge before the output counts as silent; nil where no
  /// rate is expected.
  let patience: Duration?
  var evidence: EdgeEvidence

  /// Reads the gate.
  ///
  /// - Parameter opened: asked once, soon after the gate has opened, with what was seen until then.
  mutating func read(
    isolation: isolated (any Actor)? = #isolation,
    opened: (Instant, PulseStatistics) async throws -> EdgeBracket?
  ) async throws -> Reading {
    let start = lane.now
    var keeper = GateKeeper(
      notBefore: start,
      atLeastPeriods: atLeastPeriods,
      atLeastDuration: atLeastTime
    )
    var analysis = PulseAnalysis(PulseAnalysis.Options(notBefore: start))
    var lastLeading = start
    var lastAwake = start
    var opening: EdgeBracket?
    var isOpen = false
    defer { evidence.flush() }
    while true {
      let deadline = lane.now + .milliseconds(250)
      let batch = await stream.next(until: deadline, on: lane)
      try Task.checkCancellation()
      // Who was stopped for a while may not have its edges yet: no silence of the line.
      if lane.now.duration(since: deadline) > .milliseconds(500) { lastAwake = lane.now }
      evidence.add(batch.edges)
      for loss in batch.losses {
        analysis.note(loss)
        keeper.void(loss)
      }
      for edge in batch.edges where keeper.gate == nil {
        analysis.add(edge)
        keeper.add(edge)
      }
      let settled = lane.now - Self.settleMargin
      if keeper.gate == nil {
        analysis.settle(by: settled)
        keeper.settle(by: settled)
      }
      switch batch.end {
      case .failed(let text): throw Failure.line(text)
      // Nothing waits for more, so the loop would never rest.
      case .closed where batch.edges.isEmpty: throw Failure.line("the line was given back")
      case .closed, nil: break
      }
      if case .open(let since) = keeper.state, !isOpen {
        isOpen = true
        opening = try await opened(since, analysis.statistics)
        // What came meanwhile is no silence.
        continue
      }
      switch keeper.state {
      case .closed(let gate):
        if !isOpen { opening = try await opened(gate.opened, analysis.statistics) }
        let statistics = analysis.statistics
        guard statistics.isComplete else {
          throw Failure.lost(statistics.losses.map { "\($0)" }.joined(separator: "; "))
        }
        return Reading(gate: gate, statistics: statistics, edges: keeper.edges, opening: opening)
      case .void(let fault):
        throw Failure.lost("\(fault)")
      case .waiting, .open: break
      }
      // A pulse too short to be one counts for nothing here: an output that gives no other is not
      // alive, and not silent either.
      lastLeading = max(lastLeading, keeper.lastLeading ?? start)
      if let patience, lane.now.duration(since: max(lastLeading, lastAwake)) > patience {
        let statistics = analysis.statistics
        if statistics.bounce.glitches > 0 { throw Failure.onlyGlitches(statistics) }
        throw Failure.silent(
          since: lastLeading,
          until: lane.now,
          pulses: statistics.leadingEdges
        )
      }
    }
  }
}
