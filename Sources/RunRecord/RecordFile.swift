/// The files of a record. They stand in one folder, and their events are numbered as one sequence.
///
/// Verdicts rest on `record` alone, which stays small; frames and edges are the bulk of a run, and whoever
/// judges a thousand runs again need not decode them.
public enum RecordFile: String, CaseIterable, Sendable {
  case record = "record.ndjson"
  /// What went over the buses.
  case frames = "frames.ndjson"
  /// What the lines did.
  case edges = "edges.ndjson"
}

extension Event {
  /// The file that holds such events.
  public var file: RecordFile {
    switch self {
    case .exchanged: .frames
    case .edges: .edges
    default: .record
    }
  }
}
