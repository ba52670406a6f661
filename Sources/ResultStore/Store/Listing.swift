import GRDB
public import Verdicts

/// A run in a list.
public struct RunSummary: Hashable, Sendable, Encodable {
  public var run: String
  public var wallTime: String
  public var rig: String
  public var scenario: String
  public var bench: String
  public var verdict: Verdict
  /// Nil where the record breaks off.
  public var ended: String?
  public var judgesBench: Bool
  public var record: String
  /// In the bench's order.
  public var positions: [Position]

  /// A position of it.
  public struct Position: Hashable, Sendable, Encodable {
    public var name: String
    public var serial: String?
    public var firmware: String?
    public var verdict: Verdict
  }
}

/// A run in which a meter was tested before.
public struct PreviousRun: Hashable, Sendable, Encodable {
  public var run: String
  public var wallTime: String
  /// That of the position that held the meter.
  public var verdict: Verdict
  /// Whether the meter failed anything there, though an error of the bench may outrank it.
  public var hasFailure: Bool
  public var position: String
  public var scenario: String
  /// Whether the meter was one that is known to be good.
  public var judgesBench: Bool
}

extension History {
  /// Runs, the newest first.
  public func runs(_ selection: Selection = Selection()) throws(HistoryError) -> [RunSummary] {
    let (sql, arguments) = selection.ofRuns
    return try runs(where: sql, arguments)
  }

  /// The run of this name, and of no longer one; nil where there is none.
  public func run(exactly name: String) throws(HistoryError) -> RunSummary? {
    try runs(where: "runs.run = ?", [name]).first
  }

  /// The run of this name, or the only one whose name begins so.
  ///
  /// - Throws: `HistoryError` of kind `unclear` where there is none, or more than one.
  public func run(named name: String) throws(HistoryError) -> RunSummary {
    let found = try runs(where: "substr(runs.run, 1, length(?)) = ?", [name, name])
    if let exact = found.first(where: { $0.run == name }) { return exact }
    guard let first = found.first, !name.isEmpty else {
      throw HistoryError(
        .unclear,
        path,
        "no run is called '\(name)', and none begins so; see 'meterbench results list'"
      )
    }
    guard found.count == 1 else {
      let some = found.prefix(5).map(\.run).joined(separator: ", ")
      throw HistoryError(
        .unclear,
        path,
        "\(found.count) runs begin with '\(name)' (\(some)\(found.count > 5 ? ", …" : "")); give more of the name"
      )
    }
    return first
  }

  private func runs(
    where sql: String,
    _ arguments: StatementArguments
  ) throws(HistoryError) -> [RunSummary] {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT runs.id, runs.run, runs.wallTime, runs.rig, runs.scenario, runs.bench, runs.verdict, runs.ended,
            runs.judgesBench, runs.record, positions.name, positions.serial, positions.firmware, positions.verdict
          FROM runs LEFT JOIN positions ON positions.runID = runs.id
          WHERE \(sql) ORDER BY runs.wallTime DESC, runs.run DESC, positions.id
          """,
        arguments: arguments
      )
      var runs: [RunSummary] = []
      var last: Int64?
      while let row = try rows.next() {
        let id: Int64 = row[0]
        if id != last {
          last = id
          runs.append(
            RunSummary(
              run: row[1],
              wallTime: row[2],
              rig: row[3],
              scenario: row[4],
              bench: row[5],
              verdict: Self.verdict(row[6]),
              ended: row[7],
              judgesBench: row[8],
              record: row[9],
              positions: []
            )
          )
        }
        guard let name = row[10] as String? else { continue }
        runs[runs.count - 1].positions.append(
          RunSummary.Position(
            name: name,
            serial: row[11],
            firmware: row[12],
            verdict: Self.verdict(row[13])
          )
        )
      }
      return runs
    }
  }

  /// The runs in which a meter was tested, the newest first.
  ///
  /// - Parameter rig: `host` or `twin`: what a twin did says nothing of a real meter.
  public func previousRuns(
    serial: String,
    profile: String,
    rig: String
  ) throws(HistoryError) -> [PreviousRun] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT runs.run, runs.wallTime, positions.verdict, positions.hasFailure, positions.name, runs.scenario,
            runs.judgesBench
          FROM positions JOIN runs ON runs.id = positions.runID
          WHERE positions.serial = ? AND positions.profile = ? AND runs.rig = ?
          ORDER BY runs.wallTime DESC, runs.run DESC, positions.id
          """,
        arguments: [kept(serial), kept(profile), rig]
      ).map {
        PreviousRun(
          run: $0[0],
          wallTime: $0[1],
          verdict: Self.verdict($0[2]),
          hasFailure: $0[3],
          position: $0[4],
          scenario: $0[5],
          judgesBench: $0[6]
        )
      }
    }
  }

  /// A word that no version knew proves nothing.
  static func verdict(_ word: String) -> Verdict { Verdict(rawValue: word) ?? .error }
}
