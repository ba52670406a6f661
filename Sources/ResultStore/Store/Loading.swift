import GRDB
import Verdicts

extension History {
  /// All that the history knows of a run.
  ///
  /// - Parameter run: its whole name.
  public func entry(of run: String) throws(HistoryError) -> RunEntry {
    try read { database in
      guard
        let row = try Row.fetchOne(
          database,
          sql: "SELECT * FROM runs WHERE run = ?",
          arguments: [run]
        )
      else { throw HistoryError(.unclear, path, "no run is called '\(run)'") }
      let id: Int64 = row["id"]
      var remarks: [FindingEntry] = []
      var findings: [Int64: [FindingEntry]] = [:]
      let rows = try Row.fetchCursor(
        database,
        sql: "SELECT \(Self.findingColumns), positionID FROM findings WHERE runID = ? ORDER BY id",
        arguments: [id]
      )
      while let row = try rows.next() {
        if let position = row["positionID"] as Int64? {
          findings[position, default: []].append(FindingEntry(row))
        } else {
          remarks.append(FindingEntry(row))
        }
      }
      let positions = try Row.fetchAll(
        database,
        sql: "SELECT * FROM positions WHERE runID = ? ORDER BY id",
        arguments: [id]
      ).map { row in
        let positionID: Int64 = row["id"]
        return PositionEntry(
          name: row["name"],
          profile: row["profile"],
          variant: row["variant"],
          serial: row["serial"],
          firmware: row["firmware"],
          identity: try Self.pairs(database, of: "identities", where: "positionID", positionID),
          verdict: Self.verdict(row["verdict"]),
          hasFailure: row["hasFailure"],
          findings: findings[positionID] ?? []
        )
      }
      let files = try Row.fetchAll(
        database,
        sql: "SELECT kind, path, fingerprint FROM files WHERE runID = ? ORDER BY rowid",
        arguments: [id]
      ).map { RunEntry.File(kind: $0[0], path: $0[1], fingerprint: $0[2]) }
      return RunEntry(
        run: row["run"],
        record: row["record"],
        fingerprint: row["fingerprint"],
        wallTime: row["wallTime"],
        clockIsSynchronised: row["clockIsSynchronised"],
        rig: row["rig"],
        host: row["host"],
        tool: row["tool"],
        scenario: row["scenario"],
        bench: row["bench"],
        verdict: Self.verdict(row["verdict"]),
        ended: row["ended"],
        judgesBench: row["judgesBench"],
        events: row["events"],
        parameters: try Self.pairs(database, of: "parameters", where: "runID", id),
        files: files,
        remarks: remarks,
        positions: positions
      )
    }
  }

  /// What a `FindingEntry` is made of, in its order.
  static let findingColumns = """
    findings.step, findings.verb, findings.rule, findings.verdict, findings.reason, findings.part, findings.value,
    findings.unit, findings.text, findings.lower, findings.upper, findings.uncertainty, findings.margin,
    findings.decision, findings.form, findings.limits, findings.isSound, findings.reasonText
    """

  private static func pairs(
    _ database: Database,
    of table: String,
    where key: String,
    _ id: Int64
  ) throws -> [RunEntry.Pair] {
    try Row.fetchAll(
      database,
      sql: "SELECT name, value FROM \(table) WHERE \(key) = ? ORDER BY rowid",
      arguments: [id]
    ).map { RunEntry.Pair($0[0], $0[1]) }
  }
}

extension FindingEntry {
  /// Of a row that begins with `History.findingColumns`.
  init(_ row: Row) {
    self.init(
      step: row[0],
      verb: row[1],
      rule: row[2],
      verdict: History.verdict(row[3]),
      reason: row[4],
      part: row[5],
      value: row[6],
      unit: row[7],
      text: row[8],
      lower: row[9],
      upper: row[10],
      uncertainty: row[11],
      margin: row[12],
      decision: row[13],
      form: row[14],
      limits: row[15],
      isSound: row[16],
      reasonText: row[17]
    )
  }
}
