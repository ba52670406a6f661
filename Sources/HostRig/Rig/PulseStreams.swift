import Benches
import Pulses
import Rig

/// The pulse lines of a rig with the streams that carry their edges.
final class PulseStreams: Sendable {
  private struct Entry: Sendable {
    var line: LineName
    var wiring: LineWiring
    var stream: EdgeStream
  }

  private let entries: [Entry]
  /// Whether somebody asked for the entry of the same index.
  private let isWanted: Locked<[Bool]>

  init(_ bench: Bench) {
    var entries: [Entry] = []
    for position in bench.positions where position.disabled == nil {
      for pulse in position.pulseLines {
        let line = LineName.pulse(position: position.name, output: pulse.output)
        entries.append(Entry(line: line, wiring: pulse.line, stream: EdgeStream()))
      }
    }
    if case .pulses(let wiring, _) = bench.reference?.kind {
      entries.append(Entry(line: .reference, wiring: wiring, stream: EdgeStream()))
    }
    self.entries = entries
    isWanted = Locked(entries.map { _ in false })
  }

  /// The names of the lines on a chip.
  func lines(ofChip chip: String) -> [String] {
    entries.filter { $0.wiring.chip == chip }.map(\.line.description)
  }

  /// The wiring of the lines on a chip, with the streams that carry their edges.
  func wiring(ofChip chip: String) -> [(wiring: LineWiring, stream: EdgeStream)] {
    entries.filter { $0.wiring.chip == chip }.map { ($0.wiring, $0.stream) }
  }

  /// The stream of a line, which from now on carries edges.
  func take(_ line: LineName) -> EdgeStream? {
    guard let index = entries.firstIndex(where: { $0.line == line }) else { return nil }
    isWanted.withLock { $0[index] = true }
    return entries[index].stream
  }

  /// Hands edges on, where somebody wants them.
  func push(_ edges: [Edge], line: String, chip: String) {
    wanted(line, chip)?.push(edges)
  }

  /// Hands the proof of a loss on.
  func push(_ loss: EdgeLoss, line: String, chip: String) {
    wanted(line, chip)?.push(loss)
  }

  /// Ends the streams of one chip, or of all.
  func end(_ reason: EdgeStream.End, chip: String? = nil) {
    for entry in entries where chip == nil || entry.wiring.chip == chip { entry.stream.end(reason) }
  }

  private func wanted(_ line: String, _ chip: String) -> EdgeStream? {
    let index = entries.firstIndex { $0.wiring.chip == chip && $0.line.description == line }
    guard let index, isWanted.withLock({ $0[index] }) else { return nil }
    return entries[index].stream
  }
}
