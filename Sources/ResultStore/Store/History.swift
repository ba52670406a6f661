import Foundation
import GRDB

/// The history of runs: one SQLite file, which several processes may use at once.
///
/// It holds nothing that is not in the records, and can be made from them again at any time. A row that was
/// acknowledged is on the disk.
public struct History: Sendable {
  /// What a file that is not there means.
  public enum Absence: Sendable {
    /// It is made, with its folder.
    case made
    /// It is an error: there is nothing to read.
    case refused
  }

  public let path: String
  let queue: DatabaseQueue

  /// Opens a history.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - absence: what is done where there is none.
  ///   - patience: how long another process is waited for that holds the file.
  /// - Throws: `HistoryError` where it cannot be used. A file of another program is left as it is.
  public init(
    _ path: String,
    ifAbsent absence: Absence = .refused,
    patience: Duration = .seconds(10)
  ) throws(HistoryError) {
    self.path = path
    if !FileManager.default.fileExists(atPath: path) {
      guard absence == .made else {
        throw HistoryError(
          .absent,
          path,
          "there is no history yet: 'meterbench run' begins it, 'meterbench results rebuild FOLDER' makes it from records"
        )
      }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      } catch {
        throw HistoryError(.inaccessible, path, "its folder cannot be made")
      }
    }
    var configuration = Configuration()
    configuration.busyMode = .timeout(Double(patience.components.seconds))
    configuration.prepareDatabase { try Self.prepare($0, at: path) }
    do { queue = try DatabaseQueue(path: path, configuration: configuration) } catch {
      throw HistoryError(path, error)
    }
  }

  private static func prepare(_ database: Database, at path: String) throws {
    // Both at one moment: another process may be making the file.
    var isOurs = false
    try database.inTransaction(.deferred) {
      let owner = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
      let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
      isOurs = owner == Schema.applicationID || owner == 0 && tables == 0
      return .commit
    }
    guard isOurs else {
      throw HistoryError(
        .foreign,
        path,
        "this is a database of another program, and is left as it is; choose another file with --history"
      )
    }
    try Schema.prepare(database, at: path)
    // A commit is on the disk before it is acknowledged.
    try database.execute(sql: "PRAGMA synchronous = FULL")
    // Readers and a writer do not wait for each other. SQLite does not wait to switch this on; where another process
    // is in the way, the file serves without it, and whoever opens it next tries again.
    do { try database.execute(sql: "PRAGMA journal_mode = WAL") } catch DatabaseError.SQLITE_BUSY {}
  }

  /// Reads, or says why that cannot be.
  func read<Result>(_ body: (Database) throws -> Result) throws(HistoryError) -> Result {
    do { return try queue.read(body) } catch { throw HistoryError(path, error) }
  }

  /// Changes all of it or nothing.
  func write<Result>(_ body: (Database) throws -> Result) throws(HistoryError) -> Result {
    do { return try queue.write(body) } catch { throw HistoryError(path, error) }
  }

  /// Makes sure that the file is whole, before anybody trusts what is counted in it.
  ///
  /// - Throws: `HistoryError` of kind `corrupt` with what SQLite found.
  public func check() throws(HistoryError) {
    let said = try read { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") }
    if said != ["ok"] { throw .corrupt(path, said.first ?? "it says nothing") }
  }

  /// Makes sure that a run could be added now.
  ///
  /// - Throws: `HistoryError` where the file cannot be written, or another process holds it.
  public func checkWriting() throws(HistoryError) { try write { _ in } }

  /// Moves a file that is no sound history aside, so that one can be made in its place.
  ///
  /// - Returns: where it is now.
  public static func setAside(_ path: String) throws(HistoryError) -> String {
    var number = 1
    var free = "\(path).corrupt"
    while FileManager.default.fileExists(atPath: free) {
      number += 1
      free = "\(path).corrupt-\(number)"
    }
    do {
      try FileManager.default.moveItem(atPath: path, toPath: free)
      for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
        try FileManager.default.moveItem(atPath: path + suffix, toPath: free + suffix)
      }
    } catch {
      throw HistoryError(.inaccessible, path, "it cannot be moved aside")
    }
    return free
  }
}
