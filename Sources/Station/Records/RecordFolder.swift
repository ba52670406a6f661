import FoundationEssentials
import RunRecord

/// The folder that a run wrote: its record, what belongs to it, and the reports.
public struct RecordFolder: Hashable, Sendable {
  /// The path of the folder.
  public var path: String

  /// The folder that a path names: itself, or that of the `record.ndjson` in it.
  public init(_ path: String) {
    var isFolder = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if exists, isFolder {
      self.path = path
    } else if let slash = path.lastIndex(of: "/") {
      self.path = slash == path.startIndex ? "/" : String(path[..<slash])
    } else {
      self.path = "."
    }
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String {
    if path == "." { return name }
    return path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// The path of the record itself.
  public var record: String { file(RecordFile.record.rawValue) }

  /// What the record's files hold. A file beside the record that is missing is as one without a line: its
  /// numbers are missing, and reading says so.
  ///
  /// - Throws: `FileProblem` where there is no record.
  func data() throws -> RecordData {
    func bytes(_ file: RecordFile) throws -> Data {
      try Data(contentsOf: URL(filePath: self.file(file.rawValue)), options: .mappedIfSafe)
    }
    do {
      return RecordData(
        record: try bytes(.record),
        frames: (try? bytes(.frames)) ?? Data(),
        edges: (try? bytes(.edges)) ?? Data()
      )
    } catch {
      throw FileProblem(
        path: record,
        reason: "cannot be read; give a record.ndjson, or the folder of a run"
      )
    }
  }
}
