public import FoundationEssentials
import Glibc
import HostRig

/// The record's lines on standard output, for another program, while the run goes on.
///
/// The run never waits for that program: 16 MiB may wait for it, and what comes beyond is dropped, and told. When
/// the run is over, the program waits for it.
public final class EventStream: Sendable {
  private let lines: LineStream

  /// How long a reader may pause when the run is over: whoever starts slowly, or shows a page of what it read,
  /// still gets all of it.
  static let patience = Duration.seconds(30)

  /// A stream to standard output.
  public convenience init() { self.init(descriptor: STDOUT_FILENO, capacity: 16 << 20) }

  init(descriptor: Int32, capacity: Int) {
    lines = LineStream(descriptor: descriptor, capacity: capacity)
  }

  /// Takes a line of the record, as it stands there.
  public func take(_ line: Data) { lines.offer(Array(line)) }

  /// Waits for the reader until it has everything, has gone, or has taken nothing for so long.
  ///
  /// - Returns: what it has not been given, a sentence for each reason.
  public func finish() -> [String] { finish(patience: Self.patience) }

  func finish(patience: Duration) -> [String] {
    let outcome = lines.finish(patience: patience)
    var sentences: [String] = []
    if let failure = outcome.failure {
      let first = outcome.untaken ?? outcome.lost.first?.lowerBound ?? 0
      sentences.append("nobody takes the events from number \(first) on: \(failure)")
    } else {
      if !outcome.lost.isEmpty {
        let count = outcome.lost.reduce(0) { $0 + $1.count }
        let ranges = outcome.lost.prefix(5).map { range in
          range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        }
        let more = outcome.lost.count > 5 ? " and \(outcome.lost.count - 5) gaps more" : ""
        sentences.append(
          "\(count) events were dropped, because the reader did not keep up: numbers \(ranges.joined(separator: ", "))\(more)"
        )
      }
      if let untaken = outcome.untaken {
        sentences.append(
          "the reader took nothing for \(patience.components.seconds) s when the run was over; it lacks the events from number \(untaken) on"
        )
      }
    }
    return sentences.map {
      "--events: \($0); the record holds all of them"
    }
  }
}
