import Quantities
import RunRecord

/// The exchanges of a step with one meter: the first, the last, and those that went wrong; all are
/// counted.
struct ExchangeTrace {
  /// A register that is read again and again, as numbers over time.
  struct Series {
    var registers: Int
    var samples: [(at: Instant, registers: FrameRegisters)] = []

    /// Every second sample goes where they grow too many.
    mutating func add(_ registers: FrameRegisters, at moment: Instant, most: Int) {
      samples.append((moment, registers))
      guard samples.count > most else { return }
      samples = samples.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    }
  }

  private(set) var count = 0
  private var first: [RecordedExchange] = []
  private var wrong: [RecordedExchange] = []
  private var last: [RecordedExchange] = []
  private(set) var series: [Series] = []

  private static let kept = 12
  private static let samples = 2000

  mutating func add(_ exchange: RecordedExchange, keepsSeries: Bool) {
    count += 1
    if first.count < Self.kept {
      first.append(exchange)
    } else if exchange.outcome != "response", wrong.count < Self.kept {
      wrong.append(exchange)
    } else {
      last.append(exchange)
      if last.count > Self.kept { last.removeFirst() }
    }
    guard keepsSeries, let registers = FrameRegisters(exchange), registers.values.count <= 4 else {
      return
    }
    let index = series.firstIndex { $0.registers == registers.first } ?? series.count
    if index == series.count {
      guard series.count < 8 else { return }
      series.append(Series(registers: registers.first))
    }
    series[index].add(registers, at: exchange.finished, most: Self.samples)
  }

  /// What was kept, in the order of time.
  var exchanges: [RecordedExchange] {
    (first + wrong + last).enumerated()
      .sorted { ($0.element.started, $0.offset) < ($1.element.started, $1.offset) }
      .map(\.element)
  }
}
