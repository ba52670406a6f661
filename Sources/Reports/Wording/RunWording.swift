import Judging
import Quantities
import RunRecord

extension JudgedRun {
  /// `host`, `twin`, or `unknown` where the record does not say.
  var rig: String { start?.rig ?? "unknown" }

  /// What a reader must know before anything else; nil for a real rig.
  var rigWarning: String? { RigWording.warning(rig) }

  /// The time by the run's clock.
  var duration: Duration { max(.zero, to.duration(since: from)) }

  /// When something happened by the wall clock; nil where the record does not say.
  func wallTime(_ moment: Instant) -> WallTime? {
    start.flatMap { WallTime($0.wallTime) }?.advanced(by: moment.duration(since: from))
  }
}
