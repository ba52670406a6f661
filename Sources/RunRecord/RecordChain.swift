import FoundationEssentials

/// What the digests of a record's files say.
public struct RecordChain: Sendable {
  /// What does not fit, in the order of the files and lines; empty where nothing was changed since.
  public private(set) var faults: [RecordError] = []
  /// The digest of the record's last line, which stands for the whole run.
  public private(set) var seal: String?
  /// The record's files as they are, in the order of their names; those that are not there are left out.
  public private(set) var files: [SealedFile] = []
  /// Whether the record has its end, which holds the digests of the files beside it.
  public private(set) var isComplete = false

  /// Follows the chain through the files.
  public init(_ data: RecordData) {
    var last: Data?
    for file in [RecordFile.edges, .frames, .record] {
      guard let bytes = data[file] else { continue }
      var cursor = LineCursor(file, bytes, isFollowing: true)
      while !cursor.isAtEnd {
        if let breach = cursor.breach { faults.append(breach) }
        if file == .record { last = cursor.line }
        cursor.advance()
      }
      if !cursor.rest.isEmpty { faults.append(cursor.error("it is cut: it has no line end")) }
      if file == .record { seal = cursor.head }
      files.append(cursor.sealed)
    }
    guard let links = last.flatMap({ try? JSONDecoder().decode(ChainLinks.self, from: $0) }),
      links.files != nil
    else { return }
    isComplete = true
    for file in [RecordFile.edges, .frames] where !faults.contains(where: { $0.file == file }) {
      let now = files.first { $0.name == file.rawValue }
      if let change = links.change(of: file, now) { faults.append(change) }
    }
  }
}
