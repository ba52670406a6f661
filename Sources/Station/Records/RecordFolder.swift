import FoundationEssentials
import Glibc
import RunRecord

/// The folder that a run wrote: its record, what belongs to it, and the reports.
public struct RecordFolder: Hashable, Sendable {
  /// The path of the folder.
  public var path: String

  /// The folder that a path names: itself, or that of the `record.ndjson` that it names. Any other path is taken for a
  /// folder, in which there is no record: never for the folder beside it.
  public init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard !Self.isFolder(path), path.split(separator: "/").last ?? "" == RecordFile.record.rawValue
    else {
      self.path = path
      return
    }
    let folder = path.dropLast(RecordFile.record.rawValue.count)
    self.path = folder.isEmpty ? "." : folder.count == 1 ? "/" : String(folder.dropLast())
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
  }

  /// The name in it of a file that a path names, however it is written; nil where the file lies elsewhere.
  func name(of file: String) -> String? {
    let url = URL(filePath: file)
    guard let name = url.pathComponents.last else { return nil }
    func place(_ path: String) -> String? {
      realpath(path, nil).map { pointer in
        defer { free(pointer) }
        return String(cString: pointer)
      }
    }
    let parent = url.deletingLastPathComponent().path
    return place(parent) == place(path) ? name : nil
  }

  /// The path as seen from the folder in which the command was called.
  var pathFromHere: String {
    let here = FileManager.default.currentDirectoryPath
    let prefix = here.hasSuffix("/") ? here : here + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String {
    if path == "." { return name }
    return path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// The path of the record itself.
  public var record: String { file(RecordFile.record.rawValue) }

  /// The names of the files in it, without folders, in their order.
  var files: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.sorted().filter { !Self.isFolder(file($0)) }
  }

  /// SHA-256 of a file in it; nil where it cannot be read.
  func digest(of name: String) -> String? {
    (try? Data(contentsOf: URL(filePath: file(name)), options: .mappedIfSafe)).map(Digest.of)
  }

  /// The name of the run, as its record says; nil where there is no record that begins as one.
  var run: String? {
    guard let data = try? Data(contentsOf: URL(filePath: record), options: .mappedIfSafe),
      let end = data.firstIndex(of: UInt8(ascii: "\n")),
      case .runStarted(let start)? = try? RecordedEvent(line: Data(data[..<end])).event
    else { return nil }
    return start.run
  }

  /// The folders of all runs that paths mean: each a run, or a folder of runs.
  ///
  /// - Throws: `FileProblem` where a path is neither.
  public static func runs(below paths: [String]) throws -> [String] {
    var found: Set<String> = []
    for path in paths {
      let folder = RecordFolder(path)
      if FileManager.default.fileExists(atPath: folder.record) {
        found.insert(folder.path)
        continue
      }
      guard let below = try? FileManager.default.subpathsOfDirectory(atPath: path) else {
        throw FileProblem(path: path, reason: "there is no record, and no folder of any")
      }
      let name = "/" + RecordFile.record.rawValue
      for file in below where file.hasSuffix(name) {
        found.insert(folder.file(String(file.dropLast(name.count))))
      }
    }
    guard !found.isEmpty else {
      throw FileProblem(path: paths.first ?? "", reason: "no run was recorded below it")
    }
    return found.sorted()
  }
}
