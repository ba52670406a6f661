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
    var rest = data[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let number = events.count + 1
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
      guard event.sequence == events.count else {
        throw RecordError(
          line: number,
          text: "event number \(event.sequence), expected \(events.count)"
        )
      }
      events.append(event)
      rest = rest[(end + 1)...]
    }
    return events
  }
}
