import Markup
import Quantities
public import RunRecord

/// The edges of every line as CSV, in the order of the record: each line's in the order of time.
public struct EdgesTable {
  /// The columns, in their order; a new one is added at the end, and none changes its meaning.
  ///
  /// `index` counts a line's edges from 0; `seconds` are from the record's first event; `level` is 1 where
  /// the line became active; `repeated` is `yes` for the second of two equal edges, between which one was
  /// lost.
  public static let columns = ["line", "index", "seconds", "level", "repeated"]

  private var origin = TraceOrigin()
  private var lines: [String: (count: Int, isActive: Bool)] = [:]

  /// A table that has seen nothing.
  public init() {}

  /// The first line of the file.
  public static var header: String { CSVLine.text(columns.map { .text($0) }) }

  /// Takes the next event of the record, and returns the rows that it adds.
  public mutating func rows(_ recorded: RecordedEvent) -> String {
    origin.take(recorded)
    guard case .edges(let edges) = recorded.event else { return "" }
    var line = lines[edges.line]
    var text = ""
    edges.forEachChange { at, isActive in
      let index = line?.count ?? 0
      text += CSVLine.text([
        .text(edges.line), .integer(index),
        .digits(TableTime.seconds(.nanoseconds(origin.offset(at)))), .integer(isActive ? 1 : 0),
        .bool(line?.isActive == isActive),
      ])
      line = (index + 1, isActive)
    }
    lines[edges.line] = line
    return text
  }
}
