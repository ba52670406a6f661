import Quantities
public import RunRecord

/// What stands behind the verdicts of a run, as far as a report shows it: a fold over the events
/// whose memory depends on the plan, not on how long the run takes.
public struct RunEvidence: Sendable {
  struct Key: Hashable {
    var position: String
    var step: String
  }

  /// The evidence of a step on a position.
  struct OfStep {
    var from: Instant
    var exchanges = ExchangeTrace()
    /// In the order in which the lines showed up.
    var pulses: [PulseTrace] = []
  }

  private(set) var plan: RecordedPlan?
  private var steps: [Key: OfStep] = [:]
  /// The step that runs on each position, by the place of both in the plan.
  private var open: [Int: Int] = [:]

  /// Evidence of nothing yet.
  public init() {}

  /// The evidence of some events.
  public init(_ events: some Sequence<RecordedEvent>) {
    for event in events { take(event) }
  }

  /// Takes the next event.
  public mutating func take(_ recorded: RecordedEvent) {
    switch recorded.event {
    case .planned(let value): plan = plan ?? value
    case .stepStarted(let mark):
      guard let (position, step) = places(mark.position, mark.step) else { return }
      open[position] = step
      let key = Key(position: mark.position, step: mark.step)
      steps[key] = steps[key] ?? OfStep(from: recorded.at)
    case .stepEnded(let end):
      guard let (position, step) = places(end.position, end.step), open[position] == step else {
        return
      }
      open[position] = nil
    case .exchanged(let exchange): take(exchange)
    case .edges(let edges): take(edges)
    default: break
    }
  }

  /// What is known of a step on a position; nil where it did not begin.
  func of(_ step: String, on position: String) -> OfStep? {
    steps[Key(position: position, step: step)]
  }

  private func places(_ position: String, _ step: String) -> (Int, Int)? {
    guard let position = plan?.positions.firstIndex(where: { $0.name == position }),
      let step = plan?.steps.firstIndex(where: { $0.id == step })
    else { return nil }
    return (position, step)
  }

  private mutating func update(
    _ matches: (RecordedPlan.Position) -> Bool,
    _ change: (inout OfStep, RecordedPlan.Step) -> Void
  ) {
    guard let plan else { return }
    for (index, position) in plan.positions.enumerated() where matches(position) {
      guard let running = open[index] else { continue }
      let step = plan.steps[running]
      let key = Key(position: position.name, step: step.id)
      if steps[key] != nil { change(&steps[key, default: OfStep(from: .zero)], step) }
    }
  }

  private mutating func take(_ exchange: RecordedExchange) {
    update({ $0.bus == exchange.bus && $0.address == exchange.unit }) { evidence, step in
      evidence.exchanges.add(exchange, keepsSeries: step.verb == "demand")
    }
  }

  private mutating func take(_ edges: RecordedEdges) {
    update({ edges.line.hasPrefix("\($0.name).") }) { evidence, _ in
      let index =
        evidence.pulses.firstIndex { $0.line == edges.line } ?? evidence.pulses.count
      if index == evidence.pulses.count {
        evidence.pulses.append(PulseTrace(line: edges.line, from: evidence.from))
      }
      evidence.pulses[index].add(edges)
    }
  }
}
