public import Quantities
public import RunRecord

/// How far a run has come through its plan, and how long the rest should take.
///
/// Positions go side by side, so a step that began ends all that stand before it.
public struct RunTimetable: Sendable {
  private var steps: [RecordedPlan.Step] = []
  private var indices: [String: Int] = [:]
  private var active = 0
  private var ends: [String: Int] = [:]
  /// The step that began last, and when.
  private var present: (index: Int, from: Instant)?
  private var from: Instant?

  /// A run that has not begun.
  public init() {}

  /// Takes the next event.
  public mutating func take(_ recorded: RecordedEvent) {
    from = from ?? recorded.at
    switch recorded.event {
    case .planned(let plan):
      steps = plan.steps
      indices = Dictionary(plan.steps.enumerated().map { ($1.id, $0) }) { first, _ in first }
      active = plan.positions.count { $0.notApplicable == nil }
    case .stepStarted(let mark):
      guard let index = indices[mark.step], index > present?.index ?? -1 else { return }
      present = (index, recorded.at)
    case .stepEnded(let end): ends[end.step, default: 0] += 1
    default: break
    }
  }

  /// How many steps the plan has.
  public var count: Int { steps.count }

  /// The step that began last, counted from 1; 0 where none has.
  public var number: Int { present.map { $0.index + 1 } ?? 0 }

  /// Its name; nil where none has begun.
  public var step: String? { present.map { steps[$0.index].id } }

  /// A step's place, counted from 1; nil where the plan has none of this name.
  public func number(of step: String) -> Int? { indices[step].map { $0 + 1 } }

  /// Whether a step has ended on every position that takes part.
  public func isOver(_ step: String) -> Bool { ends[step, default: 0] == active }

  /// How long the run has been going on.
  public func elapsed(at now: Instant) -> Duration { max(.zero, now.duration(since: from ?? now)) }

  /// How long the step that began last has been going on; nil where it is over.
  public func inStep(at now: Instant) -> Duration? {
    guard let present, !isOver(steps[present.index].id) else { return nil }
    return max(.zero, now.duration(since: present.from))
  }

  /// What the plan predicts of a step.
  public func predicted(_ step: String) -> Duration {
    guard let index = indices[step] else { return .zero }
    return Self.duration(steps[index].predictedSeconds)
  }

  /// What the plan predicts of the rest. A step that takes longer than predicted takes no more.
  public func remaining(at now: Instant) -> Duration {
    var rest = Duration.zero
    for (index, step) in steps.enumerated() where index >= present?.index ?? 0 {
      let whole = Self.duration(step.predictedSeconds)
      if let present, index == present.index {
        rest += inStep(at: now).map { max(.zero, whole - $0) } ?? .zero
      } else {
        rest += whole
      }
    }
    return rest
  }

  /// A damaged number of a record is no time at all.
  private static func duration(_ seconds: Double) -> Duration {
    seconds.isFinite ? .seconds(min(max(seconds, 0), 1e9)) : .zero
  }
}
