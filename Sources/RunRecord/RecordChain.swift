import FoundationEssentials

/// What the digests of a record's files say.
public struct RecordChain: Sendable {
  /// What does not fit, in the order of the files and lines; empty where nothing was changed since.
  public private(set) var faults: [RecordError] = []
  /// The digest of the record's last line, which stands for the whole run.
  public private(set) var seal: String?
  /// The record's files as they are, in the order of their names.
  public private(set) var files: [SealedFile] = []
  /// Whether the record has its end, which holds the digests of the files beside it.
  public private(set) var isComplete = false

  /// Follows the chain through the files.
  public init(_ data: RecordData) {
    let edges = follow(.edges, data.edges)
    let frames = follow(.frames, data.frames)
    let record = follow(.record, data.record)
    files = [edges.file, frames.file, record.file]
    seal = record.head
    guard let sealed = record.files else { return }
    isComplete = true
    for file in [edges.file, frames.file] where !sealed.contains(file) {
      let was = sealed.first { $0.name == file.name }
      let text =
        "it has \(file.lines) lines and \(file.bytes) bytes and was changed: when the run ended it had \(was?.lines ?? 0) lines, \(was?.bytes ?? 0) bytes and the SHA-256 \(was?.sha256 ?? "none")"
      faults.append(
        RecordError(file: RecordFile(rawValue: file.name) ?? .record, line: 1, text: text)
      )
    }
  }

  private struct End {
    var head: String?
    var file: SealedFile
    var files: [SealedFile]?
  }

  private mutating func follow(_ file: RecordFile, _ data: Data) -> End {
    var end = End(
      file: SealedFile(
        name: file.rawValue,
        bytes: data.count,
        lines: 0,
        sha256: Digest.of(data)
      )
    )
    var cursor = LineCursor(file, data)
    var last = Data()
    while !cursor.isAtEnd {
      last = cursor.line
      if cursor.after.map(String.init) != end.head {
        faults.append(
          cursor.error(
            "it does not follow from the line before: one of the two was changed, or a line was removed or added here"
          )
        )
      }
      end.head = Digest.of(last)
      end.file.lines += 1
      cursor.advance()
    }
    end.files = (try? JSONDecoder().decode(ChainLinks.self, from: last))?.files
    if !cursor.rest.isEmpty {
      faults.append(cursor.error("it is cut: it has no line end"))
    }
    return end
  }
}
