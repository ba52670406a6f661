import GRDB

/// A run that has begun, and has not told its end: it goes on, or its process was killed.
public struct BegunRun: Hashable, Sendable {
  public var run: String
  /// The path of its record.
  public var record: String
  /// Whether the record is locked for as long as the run goes on.
  public var isLocked: Bool
  /// Names the time from one start of the computer to the next in which it began; nil where that is not known.
  public var boot: String?

  /// A run and its record.
  public init(run: String, record: String, isLocked: Bool, boot: String?) {
    (self.run, self.record, self.isLocked, self.boot) = (run, record, isLocked, boot)
  }
}

extension History {
  /// Notes that a run begins, so that what it found is asked for even where it cannot add itself in the end. It stays
  /// noted until its end is added, or somebody forgets it.
  public func begin(_ run: BegunRun) throws(HistoryError) {
    try write {
      try $0.execute(
        sql: "INSERT OR REPLACE INTO begun (run, record, isLocked, boot) VALUES (?, ?, ?, ?)",
        arguments: [run.run, run.record, run.isLocked, run.boot]
      )
    }
  }

  /// The runs that have begun and whose end is not known.
  public func begunRuns() throws(HistoryError) -> [BegunRun] {
    try read {
      try Row.fetchAll(
        $0,
        sql: "SELECT run, record, isLocked, boot FROM begun ORDER BY run, record"
      ).map { BegunRun(run: $0[0], record: $0[1], isLocked: $0[2], boot: $0[3]) }
    }
  }

  /// Asks no longer for a run that has begun.
  public func forget(_ run: BegunRun) throws(HistoryError) {
    try write {
      try $0.execute(
        sql: "DELETE FROM begun WHERE run = ? AND record = ?",
        arguments: [run.run, run.record]
      )
    }
  }
}
