import GRDB

/// A run that has begun, and is not in the history yet: it goes on, or its process was killed.
public struct BegunRun: Hashable, Sendable {
  public var run: String
  /// The path of its record.
  public var record: String

  /// A run and the path of its record.
  public init(run: String, record: String) { (self.run, self.record) = (run, record) }
}

extension History {
  /// Notes that a run begins, so that what it found is asked for even where it cannot add itself in the end.
  public func begin(_ run: BegunRun) throws(HistoryError) {
    try write {
      try $0.execute(
        sql: "INSERT OR REPLACE INTO begun (record, run) VALUES (?, ?)",
        arguments: [run.record, run.run]
      )
    }
  }

  /// The runs that have begun and were neither added nor forgotten.
  public func begunRuns() throws(HistoryError) -> [BegunRun] {
    try read {
      try Row.fetchAll($0, sql: "SELECT run, record FROM begun ORDER BY record").map {
        BegunRun(run: $0[0], record: $0[1])
      }
    }
  }

  /// Asks no longer for a run that has begun.
  public func forget(_ run: BegunRun) throws(HistoryError) {
    try write {
      try $0.execute(sql: "DELETE FROM begun WHERE record = ?", arguments: [run.record])
    }
  }
}
