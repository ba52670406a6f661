import GRDB

/// Why the history cannot be used, and what to do next. The records are not concerned.
public struct HistoryError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public enum Kind: Hashable, Sendable {
    /// There is no such file.
    case absent
    /// The file is no sound database: nothing of it is used.
    case corrupt
    /// The file belongs to another program, or to a newer meterbench.
    case foreign
    /// The disk, or the room that the file may take, is full.
    case full
    /// Another process holds the file.
    case busy
    /// The file cannot be read or written.
    case inaccessible
    /// A record that cannot be in a history, or two that contradict each other.
    case record
    /// No run is meant, or more than one.
    case unclear
  }

  public var kind: Kind
  public var path: String
  public var text: String

  public var description: String { "\(path): \(text)" }

  init(_ kind: Kind, _ path: String, _ text: String) {
    (self.kind, self.path, self.text) = (kind, path, text)
  }

  init(_ path: String, _ error: any Error) {
    guard let error = error as? DatabaseError else {
      self = error as? HistoryError ?? HistoryError(.inaccessible, path, "\(error)")
      return
    }
    let said = error.message ?? "\(error.resultCode)"
    switch error.resultCode.primaryResultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path, said)
    case .SQLITE_FULL:
      self.init(.full, path, "there is no room for the history: \(said)")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, path, "another process holds the history: \(said)")
    default:
      self.init(.inaccessible, path, "the history cannot be used: \(said)")
    }
  }

  static func corrupt(_ path: String, _ said: String) -> HistoryError {
    HistoryError(
      .corrupt,
      path,
      "this is no sound history (\(said)), and nothing of it is used; 'meterbench results rebuild FOLDER' makes it anew from the records"
    )
  }
}
