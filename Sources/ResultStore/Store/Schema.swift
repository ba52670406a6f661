import GRDB

/// The tables of the history. Whatever they hold follows from records.
enum Schema {
  /// `mbrs`: what says that an SQLite file is a history and no other program's.
  static let applicationID = 0x6D62_7273

  /// Each brings the schema to the next version. One that was released is never changed.
  static let migrations = [
    """
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY,
      run TEXT NOT NULL UNIQUE,
      record TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      wallTime TEXT NOT NULL,
      clockIsSynchronised INTEGER NOT NULL,
      rig TEXT NOT NULL,
      host TEXT NOT NULL,
      tool TEXT NOT NULL,
      scenario TEXT NOT NULL,
      bench TEXT NOT NULL,
      verdict TEXT NOT NULL,
      ended TEXT,
      judgesBench INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX runsByTime ON runs (wallTime);
    CREATE TABLE parameters (
      runID INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      name TEXT NOT NULL,
      value TEXT NOT NULL
    ) STRICT;
    CREATE INDEX parametersByRun ON parameters (runID);
    CREATE TABLE files (
      runID INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      kind TEXT NOT NULL,
      path TEXT NOT NULL,
      fingerprint TEXT NOT NULL
    ) STRICT;
    CREATE INDEX filesByRun ON files (runID);
    CREATE TABLE positions (
      id INTEGER PRIMARY KEY,
      runID INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      name TEXT NOT NULL,
      profile TEXT NOT NULL,
      variant TEXT,
      serial TEXT,
      firmware TEXT,
      verdict TEXT NOT NULL,
      hasFailure INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX positionsByRun ON positions (runID);
    CREATE INDEX positionsBySerial ON positions (serial);
    CREATE TABLE identities (
      positionID INTEGER NOT NULL REFERENCES positions ON DELETE CASCADE,
      name TEXT NOT NULL,
      value TEXT NOT NULL
    ) STRICT;
    CREATE INDEX identitiesByPosition ON identities (positionID);
    CREATE TABLE findings (
      id INTEGER PRIMARY KEY,
      runID INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
      positionID INTEGER REFERENCES positions ON DELETE CASCADE,
      step TEXT NOT NULL,
      verb TEXT NOT NULL,
      rule TEXT NOT NULL,
      verdict TEXT NOT NULL,
      reason TEXT,
      part TEXT,
      value REAL,
      unit TEXT,
      text TEXT,
      lower REAL,
      upper REAL,
      uncertainty REAL,
      margin REAL,
      decision TEXT,
      form TEXT,
      limits TEXT,
      isSound INTEGER NOT NULL,
      reasonText TEXT
    ) STRICT;
    CREATE INDEX findingsByRun ON findings (runID);
    CREATE INDEX findingsByPosition ON findings (positionID);
    """,
    """
    ALTER TABLE runs ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE begun (
      run TEXT NOT NULL,
      record TEXT NOT NULL,
      isLocked INTEGER NOT NULL,
      PRIMARY KEY (run, record)
    ) STRICT;
    """,
    "ALTER TABLE begun ADD COLUMN boot TEXT",
  ]

  /// Brings a file to this version: all of it or nothing, and one process after the other.
  static func prepare(_ database: Database, at path: String) throws {
    guard try Int.fetchOne(database, sql: "PRAGMA user_version") != migrations.count else { return }
    try database.inTransaction(.immediate) {
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      guard version <= migrations.count else {
        throw HistoryError(
          .foreign,
          path,
          "a newer meterbench made this history (version \(version), this one knows \(migrations.count)); use that one, or another file with --history"
        )
      }
      for migration in migrations[version...] { try database.execute(sql: migration) }
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      try database.execute(sql: "PRAGMA user_version = \(migrations.count)")
      return .commit
    }
  }
}
