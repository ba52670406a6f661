public import FoundationEssentials

/// A record that cannot be trusted, and where.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
  public var file = RecordFile.record
  /// The 1-based line.
  public var line: Int
  public var text: String

  public var description: String {
    "\(file == .record ? "record" : file.rawValue) line \(line): \(text)"
  }
}

/// The bytes of a record's files.
public struct RecordData: Sendable {
  public var record: Data
  public var frames: Data
  public var edges: Data

  /// The bytes of a record's files; all events may stand in the first.
  public init(record: Data, frames: Data = Data(), edges: Data = Data()) {
    self.record = record
    self.frames = frames
    self.edges = edges
  }

  /// The digest of the record's last whole line; nil where it has none.
  public var seal: String? {
    guard let end = record.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
    let start = record[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    return Digest.of(Data(record[(start ?? record.startIndex)..<end]))
  }
}

/// Reads a record back.
public enum RecordReader {
  /// The events of a record whose files were put into one.
  ///
  /// A last line without its line end is what a killed process leaves; it is left out. The record
  /// then lacks its last event, and judging it says so.
  ///
  /// - Throws: `RecordError` at the first line that is no event, or whose number is not the next.
  public static func events(in data: Data) throws(RecordError) -> [RecordedEvent] {
    try events(in: RecordData(record: data))
  }

  /// The events of a record, in their order.
  ///
  /// - Throws: `RecordError` as `read(_:_:)`.
  public static func events(in data: RecordData) throws(RecordError) -> [RecordedEvent] {
    var events: [RecordedEvent] = []
    try read(data) { events.append($0) }
    return events
  }

  /// Hands over the events of a record one after the other, so that a long record needs no memory
  /// for all of them at once.
  ///
  /// A record that has no end was cut by a power failure or a kill, which may have cut its files at
  /// different events: what follows the first number that is missing is left out.
  ///
  /// - Parameter skipping: is told the numbers of frames and edges, which are then not decoded; nil where they
  ///   are handed over, too.
  /// - Throws: `RecordError` at the first line that is no event, or whose number is not the next, after
  ///   the events before it were handed over.
  public static func read(
    _ data: RecordData,
    skipping: ((Int) -> Void)? = nil,
    _ body: (RecordedEvent) -> Void
  ) throws(RecordError) {
    var cursors = [
      LineCursor(.record, data.record), LineCursor(.frames, data.frames),
      LineCursor(.edges, data.edges),
    ]
    var count = 0
    var hasEnded = false
    while true {
      guard let next = cursors.indices.first(where: { cursors[$0].number == count }) else { break }
      let (file, line) = (cursors[next].file, cursors[next].line)
      if let skipping, file != .record {
        skipping(count)
      } else {
        let event: RecordedEvent
        do { event = try RecordedEvent(line: Data(line)) } catch {
          throw cursors[next].error(Self.unreadable)
        }
        guard event.sequence == count else {
          throw cursors[next].error("event number \(event.sequence), expected \(count)")
        }
        if case .runEnded = event.event { hasEnded = true }
        body(event)
      }
      count += 1
      cursors[next].advance()
    }
    guard let rest = cursors.first(where: { !$0.isAtEnd }) else { return }
    guard let number = rest.number else { throw rest.error(Self.unreadable) }
    // The record's own lines go on only where its other files were cut earlier.
    guard hasEnded || number < count || Self.ends(data.record) else { return }
    throw rest.error(
      "event number \(number), expected \(count): it was changed, or lines are missing from \(RecordFile.allCases.map(\.rawValue).joined(separator: ", "))"
    )
  }

  private static let unreadable =
    "this is no event of a run that this version can read; is it a record.ndjson, whole and unedited?"

  /// Whether the last whole line says that the run ended.
  private static func ends(_ record: Data) -> Bool {
    let lines = record.suffix(65_536)
    guard let end = lines.lastIndex(of: UInt8(ascii: "\n")) else { return false }
    let start = lines[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? lines.startIndex
    guard let event = try? RecordedEvent(line: Data(lines[start..<end])) else { return true }
    if case .runEnded = event.event { return true }
    return false
  }
}
