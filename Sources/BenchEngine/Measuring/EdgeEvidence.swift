import Pulses
import RunRecord

/// Collects a line's edges into events of a handy size.
struct EdgeEvidence {
  private let line: String
  private let log: EventLog
  private var edges: [Edge] = []

  init(line: String, log: EventLog) {
    self.line = line
    self.log = log
  }

  mutating func add(_ batch: [Edge]) {
    edges.append(contentsOf: batch)
    if edges.count >= 1024 { flush() }
  }

  mutating func flush() {
    if let event = RecordedEdges(line: line, edges) { log.append(.edges(event)) }
    edges.removeAll(keepingCapacity: true)
  }
}
