import FoundationEssentials
import RunRecord

/// What a run left in its folder, with the digests by which a change shows.
///
/// It follows from the files alone: made again from the same files it is the same text, byte for byte.
struct Manifest: Codable, Hashable {
  static let name = "manifest.json"

  var format = 1
  var run: String
  var rig: String
  var tool: String
  /// The build ID of the program; nil for a twin's run, which any build of this version repeats.
  var program: String?
  /// The digest of the record's last line, which stands for the record and what belongs to it.
  var seal: String
  /// The events of the record, in all of its files.
  var events: Int
  /// What the user wrote, as the record holds it.
  var sources: [Source]
  /// What stands in the folder.
  var files: [File]

  /// A file that the run read. Its digest is that of the file itself, as `sha256sum` prints it.
  struct Source: Codable, Hashable {
    var role: String
    var path: String
    var sha256: String

    init(_ role: String, _ source: RunStarted.SourceText) {
      self.role = role
      path = source.path
      sha256 = Digest.of(Data(source.text.utf8))
    }
  }

  /// A file that the run wrote.
  struct File: Codable, Hashable {
    var name: String
    var bytes: Int
    var sha256: String
  }

  /// The manifest of a folder.
  ///
  /// - Parameters:
  ///   - start: what was run.
  ///   - sealed: the files of the record.
  ///   - reports: names of the reports; those that are not there are left out.
  init(
    _ folder: RecordFolder,
    _ start: RunStarted,
    sealed: [SealedFile],
    seal: String,
    reports: [String]
  ) {
    run = start.run
    rig = start.rig
    tool = start.tool
    program = start.program
    self.seal = seal
    events = sealed.reduce(0) { $0 + $1.lines }
    sources =
      [Source("scenario", start.scenario)] + (start.included ?? []).map { Source("included", $0) }
      + [Source("bench", start.bench)] + start.profiles.map { Source("profile", $0) }
    let others = reports.compactMap { name in
      (try? Data(contentsOf: URL(filePath: folder.file(name)))).map { data in
        File(name: name, bytes: data.count, sha256: Digest.of(data))
      }
    }
    files = sealed.map { File(name: $0.name, bytes: $0.bytes, sha256: $0.sha256) } + others
  }

  /// The manifest that stands in a folder; nil where none does, or it is none.
  init?(in folder: RecordFolder) {
    guard let text = try? Data(contentsOf: URL(filePath: folder.file(Self.name))),
      let found = try? JSONDecoder().decode(Self.self, from: text)
    else { return nil }
    self = found
  }

  /// What it says of a file.
  func file(_ name: String) -> File? { files.first { $0.name == name } }

  /// The text of its file.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = (try? encoder.encode(self)) ?? Data()
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}
