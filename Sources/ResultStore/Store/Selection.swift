import GRDB
import Quantities

/// Which runs are meant. What is nil does not bind.
public struct Selection: Hashable, Sendable {
  public var scenario: String?
  public var bench: String?
  public var position: String?
  public var serial: String?
  public var profile: String?
  public var firmware: String?
  /// The run's verdict.
  public var verdict: String?
  /// The first moment, as a time or a day in UTC.
  public var since: String?
  /// The last moment; a day counts to its end.
  public var until: String?
  /// `host` or `twin`.
  public var rig: String?
  /// Whether known-good meters judged the bench.
  public var judgesBench: Bool?

  /// Every run.
  public init() {}

  /// Why a text is no time; nil where it is one.
  public static func objection(toTime text: String) -> String? {
    UTC.milliseconds(parsing: text) == nil
      ? "'\(text)' is no day (2026-03-01) and no time in UTC (2026-03-01T12:00:00Z)" : nil
  }

  /// Of the table `runs`.
  private var runConditions: [(sql: String, value: (any DatabaseValueConvertible)?)] {
    [
      ("runs.scenario = ?", scenario.map(kept)), ("runs.bench = ?", bench.map(kept)),
      ("runs.rig = ?", rig),
      ("runs.verdict = ?", verdict), ("runs.judgesBench = ?", judgesBench),
      ("runs.wallTime >= ?", since.flatMap(Self.time)),
      (
        "runs.wallTime <= ?",
        until.flatMap { Self.time($0.count == 10 ? "\($0)T23:59:59.999Z" : $0) }
      ),
    ]
  }

  /// Of the table `positions`.
  private var positionConditions: [(sql: String, value: (any DatabaseValueConvertible)?)] {
    [
      ("positions.name = ?", position.map(kept)), ("positions.serial = ?", serial.map(kept)),
      ("positions.profile = ?", profile.map(kept)), ("positions.firmware = ?", firmware.map(kept)),
    ]
  }

  /// In the form in which records write times.
  private static func time(_ text: String) -> String? {
    UTC.milliseconds(parsing: text).map { UTC.text(millisecondsSinceEpoch: $0) }
  }

  /// What holds for runs of which some position is meant.
  var ofRuns: (sql: String, arguments: StatementArguments) {
    let (own, ownArguments) = Self.joined(runConditions)
    let (inner, innerArguments) = Self.joined(positionConditions)
    guard positionConditions.contains(where: { $0.value != nil }) else {
      return (own, ownArguments)
    }
    return (
      "\(own) AND EXISTS (SELECT 1 FROM positions WHERE positions.runID = runs.id AND \(inner))",
      ownArguments + innerArguments
    )
  }

  /// What holds for positions that are meant, where both tables are joined.
  var ofPositions: (sql: String, arguments: StatementArguments) {
    Self.joined(runConditions + positionConditions)
  }

  /// Whether a position of a run that is meant is meant.
  func means(_ entry: PositionEntry) -> Bool {
    [
      (position, entry.name), (serial, entry.serial), (profile, entry.profile),
      (firmware, entry.firmware),
    ].allSatisfy { wanted, found in wanted.map { kept($0) == found } ?? true }
  }

  private static func joined(
    _ conditions: [(sql: String, value: (any DatabaseValueConvertible)?)]
  ) -> (String, StatementArguments) {
    let binding = conditions.filter { $0.value != nil }
    return (
      binding.isEmpty ? "TRUE" : binding.map(\.sql).joined(separator: " AND "),
      StatementArguments(binding.map(\.value))
    )
  }
}
