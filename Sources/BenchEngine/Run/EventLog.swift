public import Judging
public import Rig
public import RunRecord
import Verdicts

/// Where the events of a run go: numbered, judged as they come, and handed to the record and to
/// whoever watches. Any thread may append.
public final class EventLog: Sendable {
  private struct State {
    var sequence = 0
    var judge = Judge()
    var failure: String?
  }

  private let state = Locked(State())
  private let lane: any Lane
  private let sink: @Sendable (RecordedEvent) throws -> Void

  /// A log on a lane's clock.
  ///
  /// - Parameters:
  ///   - lane: whose clock stamps the events.
  ///   - sink: keeps the events; where it throws, the run ends with an error. It may write to a
  ///     disk, and whoever appends waits for it: what follows from an event happens after that is
  ///     kept.
  public init(lane: any Lane, sink: @escaping @Sendable (RecordedEvent) throws -> Void) {
    self.lane = lane
    self.sink = sink
  }

  /// Adds an event.
  public func append(_ event: Event) {
    state.withLock { state in
      let recorded = RecordedEvent(sequence: state.sequence, at: lane.now, event: event)
      state.sequence += 1
      state.judge.take(recorded)
      guard state.failure == nil else { return }
      do { try sink(recorded) } catch { state.failure = "\(error)" }
    }
  }

  /// Notes that events which were taken were not kept after all.
  public func fail(_ reason: String) {
    state.withLock { $0.failure = $0.failure ?? reason }
  }

  /// Why events can no longer be kept; nil while they can.
  public var failure: String? { state.withLock { $0.failure } }

  /// The verdict on a step so far.
  func verdict(of step: String, on position: String) -> Verdict {
    state.withLock { $0.judge.verdict(of: step, on: position) }
  }

  /// Everything so far, judged; with a failure to keep the events as an error.
  public func judged() -> JudgedRun {
    state.withLock { state in
      var judge = state.judge
      if let failure = state.failure { judge.distrust(record: failure) }
      return judge.judged()
    }
  }
}
