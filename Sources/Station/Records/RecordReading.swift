import FoundationEssentials
import RunRecord

extension RecordFolder {
  /// What the record's files hold.
  ///
  /// - Throws: `FileProblem` where there is no record.
  func data() throws -> RecordData {
    func bytes(_ file: RecordFile) throws -> Data {
      try Data(contentsOf: URL(filePath: self.file(file.rawValue)), options: .mappedIfSafe)
    }
    do {
      return RecordData(
        record: try bytes(.record),
        frames: try? bytes(.frames),
        edges: try? bytes(.edges)
      )
    } catch {
      throw FileProblem(
        path: record,
        reason: "cannot be read; give a record.ndjson, or the folder of a run"
      )
    }
  }

  /// Hands over the events of a record, as `RecordReader.read(_:skipping:_:)` does.
  ///
  /// - Throws: `FileProblem` where it is no record; ``ChangedRecord`` where it is no longer what the run wrote.
  func read(
    _ data: RecordData,
    skipping: ((Int) -> Void)? = nil,
    _ body: (RecordedEvent) -> Void
  ) throws {
    var hasEnded = false
    do throws(RecordError) {
      try RecordReader.read(data, skipping: skipping) { recorded in
        if case .runEnded = recorded.event { hasEnded = true }
        body(recorded)
      }
    } catch {
      guard error.isChange else {
        throw FileProblem(path: file(error.file.rawValue), reason: "\(error)")
      }
      throw ChangedRecord(folder: self, reason: "\(error)")
    }
    // A run that was cut short wrote its manifest before its end, or none.
    guard hasEnded, let manifest = Manifest(in: self), manifest.seal != data.seal else { return }
    throw ChangedRecord(
      folder: self,
      reason: "the record's last line is not the one that \(Manifest.name) names"
    )
  }
}

/// A record that is no longer what the run wrote. Nothing of it is used.
public struct ChangedRecord: Error, CustomStringConvertible {
  var folder: RecordFolder
  var reason: String

  public var description: String {
    "\(folder.record): \(reason); it is not what the run wrote, and nothing of it is used: see 'meterbench verify \(folder.path)'"
  }
}
