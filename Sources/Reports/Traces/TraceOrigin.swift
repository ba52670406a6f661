import Quantities
import RunRecord

/// Where and when the events of a record belong, found while they pass by: what every trace says of
/// itself.
struct TraceOrigin {
  /// The record's first event: zero of every trace and table.
  private(set) var zero: Instant?
  /// What was run; nil where the record does not begin as it must.
  private(set) var start: RunStarted?

  mutating func take(_ recorded: RecordedEvent) {
    zero = zero ?? recorded.at
    if start == nil, case .runStarted(let value) = recorded.event { start = value }
  }

  /// Moments further away stand at this distance: sums of such offsets stay in range.
  private static let limit: Int64 = 1 << 61

  /// Nanoseconds from the record's first event; at most 73 years to both sides.
  func offset(_ moment: Instant) -> Int64 {
    let (offset, overflow) = moment.nanoseconds.subtractingReportingOverflow(zero?.nanoseconds ?? 0)
    guard !overflow else { return moment.nanoseconds < 0 ? -Self.limit : Self.limit }
    return min(max(offset, -Self.limit), Self.limit)
  }

  /// When something happened by the wall clock; 1970 and the time since the first event where the
  /// record does not say.
  func wallTime(_ moment: Instant) -> WallTime {
    (start.flatMap { WallTime($0.wallTime) } ?? .unknown)
      .advanced(by: .nanoseconds(offset(moment)))
  }

  /// The run, its files and its rig, a line each.
  var lines: [String] {
    let rig = start?.rig ?? "unknown"
    var lines = ["run \(start?.run ?? "unknown")", "rig: \(rig)"]
    if let warning = RigWording.warning(rig) { lines.append(warning) }
    if let start {
      lines.append("scenario \(start.scenarioName) on bench \(start.benchName)")
      if !start.wallClockIsSynchronised { lines.append("the wall clock was not synchronised") }
    }
    return lines
  }
}
