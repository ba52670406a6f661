public import FoundationEssentials

/// A record that cannot be trusted, and where.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
  public var file = RecordFile.record
  /// The 1-based line; nil where it is about the whole file.
  public var line: Int?
  public var text: String
  /// Whether the record is not what the run wrote; false where it may never have been a record.
  public var isChange = false

  static func missing(_ file: RecordFile) -> RecordError {
    RecordError(file: file, text: "it is missing", isChange: true)
  }

  public var description: String {
    let name = file == .record ? "record" : file.rawValue
    return "\(name)\(line.map { " line \($0)" } ?? ""): \(text)"
  }
}

/// The bytes of a record's files.
public struct RecordData: Sendable {
  public var record: Data
  /// Nil where there is no such file.
  public var frames: Data?
  /// Nil where there is no such file.
  public var edges: Data?

  /// The bytes of a record's files.
  public init(record: Data, frames: Data?, edges: Data?) {
    self.record = record
    self.frames = frames
    self.edges = edges
  }

  /// What a file holds; nil where there is no such file.
  public subscript(file: RecordFile) -> Data? {
    switch file {
    case .record: record
    case .frames: frames
    case .edges: edges
    }
  }

  /// The digest of the record's last whole line; nil where it has none.
  public var seal: String? { Self.lastLine(of: record).map { Digest.of($0) } }

  /// The number of the last event of all files; nil where there is none. It is the number of events less one where
  /// nothing is missing.
  public var lastNumber: Int? {
    RecordFile.allCases.compactMap { file in
      self[file].flatMap(Self.lastLine).flatMap { try? RecordedEvent(line: $0).sequence }
    }
    .max()
  }

  private static func lastLine(of data: Data) -> Data? {
    guard let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
    let start = data[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
    return Data(data[(start ?? data.startIndex)..<end])
  }
}

/// Reads a record back.
public enum RecordReader {
  /// The events of a record whose files were put into one, where nothing chains a line to the one before it.
  ///
  /// A last line without its line end is what a killed process leaves; it is left out. The record
  /// then lacks its last event, and judging it says so.
  ///
  /// - Throws: `RecordError` at the first line that is no event, or whose number is not the next.
  public static func events(in data: Data) throws(RecordError) -> [RecordedEvent] {
    var events: [RecordedEvent] = []
    let data = RecordData(record: data, frames: nil, edges: nil)
    try read(data, isChained: false, skipping: nil) { events.append($0) }
    return events
  }

  /// The events of a record, in their order.
  ///
  /// - Throws: `RecordError` as `read(_:skipping:_:)`.
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
  /// The digests of all lines that are decoded are compared on the way, and at a record's end those of the
  /// files beside it. What no digest of the record covers is its last line: ``RecordData/seal`` is that line's.
  ///
  /// - Parameter skipping: is told the numbers of frames and edges, which are then not decoded; nil where they
  ///   are handed over, too.
  /// - Throws: `RecordError` at the first line that is no event, whose number is not the next, or that was changed,
  ///   after the events before it were handed over.
  public static func read(
    _ data: RecordData,
    skipping: ((Int) -> Void)? = nil,
    _ body: (RecordedEvent) -> Void
  ) throws(RecordError) {
    try read(data, isChained: true, skipping: skipping, body)
  }

  private static func read(
    _ data: RecordData,
    isChained: Bool,
    skipping: ((Int) -> Void)?,
    _ body: (RecordedEvent) -> Void
  ) throws(RecordError) {
    var cursors = RecordFile.allCases.map { file in
      let isDecoded = file == .record || skipping == nil
      return LineCursor(file, data[file] ?? Data(), isFollowing: isChained && isDecoded)
    }
    var count = 0
    var end: ChainLinks?
    while true {
      guard let next = cursors.indices.first(where: { cursors[$0].number == count }) else { break }
      if let breach = cursors[next].breach { throw breach }
      let (file, line) = (cursors[next].file, cursors[next].line)
      if let skipping, file != .record {
        skipping(count)
      } else {
        let event: RecordedEvent
        do { event = try RecordedEvent(line: Data(line)) } catch {
          throw unreadable(cursors[next])
        }
        guard event.sequence == count else {
          throw cursors[next].error("event number \(event.sequence), expected \(count)")
        }
        if case .runEnded = event.event {
          end = (try? JSONDecoder().decode(ChainLinks.self, from: line)) ?? ChainLinks()
        }
        body(event)
      }
      count += 1
      cursors[next].advance()
    }
    guard let rest = cursors.first(where: { !$0.isAtEnd }) else {
      if isChained, let end { try compare(cursors, data, with: end) }
      return
    }
    guard let number = rest.number else { throw unreadable(rest) }
    // The record's own lines go on only where its other files were cut earlier.
    guard end != nil || number < count || Self.ends(data.record) else { return }
    if isChained, let missing = RecordFile.allCases.first(where: { data[$0] == nil }) {
      throw .missing(missing)
    }
    if let breach = cursors.lazy.compactMap(\.breach).first { throw breach }
    throw rest.error(
      "event number \(number), expected \(count): it was changed, or lines are missing from \(RecordFile.allCases.map(\.rawValue).joined(separator: ", "))",
      isChange: isChained
    )
  }

  /// Whether the files beside the record are those that it had when the run ended, as far as they were followed.
  private static func compare(
    _ cursors: [LineCursor],
    _ data: RecordData,
    with end: ChainLinks
  ) throws(RecordError) {
    for cursor in cursors where cursor.isFollowing && cursor.file != .record {
      let now = data[cursor.file] == nil ? nil : cursor.sealed
      if let change = end.change(of: cursor.file, now) { throw change }
    }
  }

  /// Why a line is no event: somebody changed it where the next one follows from another line.
  private static func unreadable(_ cursor: LineCursor) -> RecordError {
    var next = cursor
    next.advance()
    if next.after != nil, let breach = next.breach { return breach }
    return cursor.error(
      "this is no event of a run that this version can read; is it a record.ndjson, whole and unedited?"
    )
  }

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
