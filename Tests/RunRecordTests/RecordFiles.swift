import Foundation
import RunRecord

extension RecordData {
  /// What stands in a run's folder.
  init(folder: String) throws {
    func data(_ file: RecordFile) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file.rawValue)"))
    }
    self.init(record: try data(.record), frames: try data(.frames), edges: try data(.edges))
  }

  /// The record with something else in one of its files; nil takes the file away.
  func with(_ data: Data?, in file: RecordFile) -> RecordData {
    RecordData(
      record: file == .record ? data ?? Data() : record,
      frames: file == .frames ? data : frames,
      edges: file == .edges ? data : edges
    )
  }

  /// What a writer makes of events.
  init(writing events: [RecordedEvent]) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-written-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let writer = try RecordWriter(folder: folder)
    for event in events { try writer.append(event) }
    try self.init(folder: folder)
  }
}
