import Pulses
import Quantities
import Rig

/// A way of analysing edges.
protocol Analyser {
  mutating func take(_ edges: [Edge]) async
  /// Leading edges so far.
  var pulses: Int { get }
}

func analyser(named name: String, on lane: any Lane) -> (any Analyser)? {
  switch name {
  case "filter": Filter()
  case "analysis": Analysis()
  case "gate": OpenGate()
  case "reader": Reader(lane: lane)
  default: nil
  }
}

private let start = Instant(nanoseconds: -1)
/// More periods than any measurement has, so that the gate stays open.
private let periods = Int.max

private struct Filter: Analyser {
  private var filter = EdgeFilter()
  private(set) var pulses = 0

  mutating func take(_ edges: [Edge]) {
    for edge in edges where filter.add(edge)?.isLeading == true { pulses += 1 }
  }
}

private struct Analysis: Analyser {
  private var analysis = PulseAnalysis()
  var pulses: Int { analysis.statistics.leadingEdges }

  mutating func take(_ edges: [Edge]) { analysis.add(edges) }
}

private struct OpenGate: Analyser {
  private var keeper = GateKeeper(notBefore: start, atLeastPeriods: periods)
  var pulses: Int { keeper.periods + 1 }

  mutating func take(_ edges: [Edge]) {
    for edge in edges { keeper.add(edge) }
  }
}

/// The loop of the engine's `PulseReader`, which is not public.
private struct Reader: Analyser {
  private let stream = EdgeStream()
  private let lane: any Lane
  private var analysis = PulseAnalysis(PulseAnalysis.Options(notBefore: start))
  private var keeper = GateKeeper(notBefore: start, atLeastPeriods: periods)
  private var lastLeading = start
  var pulses: Int { analysis.statistics.isComplete ? keeper.periods + 1 : 0 }

  init(lane: any Lane) { self.lane = lane }

  mutating func take(_ edges: [Edge]) async {
    stream.push(edges)
    let batch = await stream.next(until: lane.now, on: lane)
    for loss in batch.losses { analysis.note(loss) }
    for edge in batch.edges where keeper.gate == nil {
      analysis.add(edge)
      keeper.add(edge)
      if edge.isLeading { lastLeading = max(lastLeading, edge.time) }
    }
  }
}
