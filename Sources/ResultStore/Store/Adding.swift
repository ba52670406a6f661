import GRDB
import Verdicts

extension History {
  /// What became of a run that was to be added.
  public enum Addition: Hashable, Sendable {
    case added
    /// It was there already; its place is the new one now.
    case known
    /// It takes the place of another state of the same run.
    case replaced
  }

  /// Adds a run. Equal records are one run, wherever they lie.
  ///
  /// A record that broke off gives way to the complete one, and to one that broke off later. The run of a twin is
  /// named by its inputs, so another version of the program may run it otherwise: the latest counts.
  ///
  /// - Throws: `HistoryError`; of kind `record` where another record of the same run of a real rig is there,
  ///   for one of the two was changed.
  @discardableResult
  public func add(_ entry: RunEntry) throws(HistoryError) -> Addition {
    try write { try Self.add(entry, to: $0) }
  }

  /// The names of all runs.
  public func names() throws(HistoryError) -> Set<String> {
    try read { try Set(String.fetchAll($0, sql: "SELECT run FROM runs")) }
  }

  /// A run as it is in the history at a moment.
  public struct RunState: Hashable, Sendable {
    public var run: String
    var fingerprint: String
    var isComplete: Bool
    var events: Int

    /// Whether another state of the run tells all that this one does.
    public func isCovered(by entry: RunEntry) -> Bool {
      entry.run == run && (entry.ended != nil || !isComplete && entry.events >= events)
    }
  }

  /// All runs.
  public func states() throws(HistoryError) -> [RunState] {
    try read {
      try Row.fetchAll($0, sql: "SELECT run, fingerprint, ended IS NOT NULL, events FROM runs").map
      {
        RunState(run: $0[0], fingerprint: $0[1], isComplete: $0[2], events: $0[3])
      }
    }
  }

  /// Whether this very record of the run is there, as far as it was judged.
  public func holds(_ entry: RunEntry) throws(HistoryError) -> Bool {
    try read { database in
      try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE run = ? AND fingerprint = ? AND events = ?)",
        arguments: [entry.run, entry.fingerprint, entry.events]
      ) ?? false
    }
  }

  /// Puts these runs in the place of others, all or none.
  ///
  /// - Parameters:
  ///   - old: the runs to take out. What another process adds meanwhile is none of them, and stays.
  ///   - entries: the runs to add, in the order in which they count.
  /// - Returns: what contradicts a run before it, and was left out.
  public func replace(
    _ old: [RunState],
    with entries: [RunEntry]
  ) throws(HistoryError) -> [HistoryError] {
    try write { database in
      let delete = try database.makeStatement(
        sql: "DELETE FROM runs WHERE run = ? AND fingerprint = ?"
      )
      for state in old { try delete.execute(arguments: [state.run, state.fingerprint]) }
      var refused: [HistoryError] = []
      for entry in entries {
        do { _ = try Self.add(entry, to: database) } catch let error as HistoryError {
          refused.append(error)
        }
      }
      return refused
    }
  }

  private static func add(_ entry: RunEntry, to database: Database) throws -> Addition {
    let addition = try put(entry, into: database)
    if entry.ended != nil {
      try database.execute(sql: "DELETE FROM begun WHERE run = ?", arguments: [entry.run])
    }
    return addition
  }

  private static func put(_ entry: RunEntry, into database: Database) throws -> Addition {
    let old = try Row.fetchOne(
      database,
      sql: "SELECT id, record, fingerprint, ended, events FROM runs WHERE run = ?",
      arguments: [entry.run]
    )
    guard let old else {
      try insert(entry, into: database)
      return .added
    }
    let id: Int64 = old["id"]
    let record: String = old["record"]
    let wasComplete = old["ended"] != nil
    let events: Int = old["events"]
    // A part takes nothing from what was known.
    if entry.ended == nil, wasComplete || entry.events < events { return .known }
    let isSame = old["fingerprint"] == entry.fingerprint
    if !isSame, wasComplete, entry.rig != "twin" {
      throw HistoryError(
        .record,
        entry.record,
        "\(record) is another record of the same run \(entry.run), and that one is in the history; find out which of the two was changed"
      )
    }
    // The same record, judged by another version of the program, may have other verdicts.
    try database.execute(sql: "DELETE FROM runs WHERE id = ?", arguments: [id])
    try insert(entry, into: database)
    return isSame ? .known : .replaced
  }

  private static func insert(_ entry: RunEntry, into database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO runs (run, record, fingerprint, wallTime, clockIsSynchronised, rig, host, tool, scenario, bench,
          verdict, ended, judgesBench, events) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        entry.run, entry.record, entry.fingerprint, entry.wallTime, entry.clockIsSynchronised,
        entry.rig, entry.host, entry.tool, entry.scenario, entry.bench, entry.verdict.rawValue,
        entry.ended, entry.judgesBench, entry.events,
      ]
    )
    let runID = database.lastInsertedRowID
    for parameter in entry.parameters {
      try database.execute(
        sql: "INSERT INTO parameters (runID, name, value) VALUES (?, ?, ?)",
        arguments: [runID, parameter.name, parameter.value]
      )
    }
    for file in entry.files {
      try database.execute(
        sql: "INSERT INTO files (runID, kind, path, fingerprint) VALUES (?, ?, ?, ?)",
        arguments: [runID, file.kind, file.path, file.fingerprint]
      )
    }
    for remark in entry.remarks { try insert(remark, runID, nil, into: database) }
    for position in entry.positions {
      try database.execute(
        sql: """
          INSERT INTO positions (runID, name, profile, variant, serial, firmware, verdict, hasFailure)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          runID, position.name, position.profile, position.variant, position.serial,
          position.firmware, position.verdict.rawValue, position.hasFailure,
        ]
      )
      let positionID = database.lastInsertedRowID
      for pair in position.identity {
        try database.execute(
          sql: "INSERT INTO identities (positionID, name, value) VALUES (?, ?, ?)",
          arguments: [positionID, pair.name, pair.value]
        )
      }
      for finding in position.findings {
        try insert(finding, runID, positionID, into: database)
      }
    }
  }

  private static func insert(
    _ finding: FindingEntry,
    _ runID: Int64,
    _ positionID: Int64?,
    into database: Database
  ) throws {
    try database.cachedStatement(
      sql: """
        INSERT INTO findings (runID, positionID, step, verb, rule, verdict, reason, part, value, unit, text, lower,
          upper, uncertainty, margin, decision, form, limits, isSound, reasonText)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      runID, positionID, finding.step, finding.verb, finding.rule, finding.verdict.rawValue,
      finding.reason, finding.part, finding.value, finding.unit, finding.text, finding.lower,
      finding.upper, finding.uncertainty, finding.margin, finding.decision, finding.form,
      finding.limits, finding.isSound, finding.reasonText,
    ])
  }
}
