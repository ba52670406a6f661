public import FoundationEssentials

/// A record that cannot be trusted, and where.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The 1-based line.
  public var line: Int
  public var text: String

  public var description: String { "record line \(line): \(text)" }
}

/// Reads a record back.
public enum RecordReader {
  /// The events of a record.
  ///
  /// A last line without its line end is what a killed process leaves; it is left out. The record
  /// then lacks its last event, and judging it says so.
  ///
  /// - Throws: `RecordError` at the first line that is no event, or whose number is not the next.
  public static func events(in data: Data) throws(RecordError) -> [RecordedEvent] {
    var events: [RecordedEvent] = []
    try read(data) { events.append($0) }
    return events
  }

  /// Hands over the events of a record one after the other, so that a long record needs no memory
  /// for all of them at once.
  ///
  /// - Throws: `RecordError` as `events(in:)`, after the events before that line were handed over.
  public static func read(
    _ data: Data,
    _ body: (RecordedEvent) -> Void
  ) throws(RecordError) {
    var count = 0
    var rest = data[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let number = count + 1
      let event: RecordedEvent
      do {
        event = try RecordedEvent(line: Data(rest[rest.startIndex..<end]))
      } catch {
        throw RecordError(
          line: number,
          text:
            "this is no event of a run that this version can read; is it a record.ndjson, whole and unedited?"
        )
      }
      guard event.sequence == count else {
        throw RecordError(
          line: number,
          text: "event number \(event.sequence), expected \(count)"
        )
      }
      body(event)
      count += 1
      rest = rest[(end + 1)...]
    }
  }
}
