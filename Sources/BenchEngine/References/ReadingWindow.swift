import Metrology
import Quantities

/// Readings of a register that is polled for a long time: those around the openings of gates, the newest ones, and
/// between them one now and then, in memory that does not grow with the time.
struct ReadingWindow {
  private(set) var readings: [RegisterReading] = []
  /// One now and then since the beginning, more seldom the longer it lasts.
  private var seldom: [RegisterReading] = []
  private var pause = Duration.milliseconds(100)
  private var openings: [Instant] = []
  private let margin: Duration
  private let newest: Int

  /// - Parameters:
  ///   - margin: how far from an opening a reading still helps to place it.
  ///   - newest: how many of the newest readings are kept at least.
  init(margin: Duration, newest: Int = 512) {
    self.margin = margin
    self.newest = newest
  }

  var last: RegisterReading? { readings.last }

  mutating func add(_ reading: RegisterReading) {
    readings.append(reading)
    if seldom.last.map({ reading.requestSent.duration(since: $0.requestSent) >= pause }) ?? true {
      seldom.append(reading)
    }
    if seldom.count > 512 {
      seldom = stride(from: 0, to: seldom.count, by: 2).map { seldom[$0] }
      pause = pause * 2
    }
    if readings.count > 2 * newest + kept { thin() }
  }

  /// All that are remembered, in their order.
  var remembered: [RegisterReading] {
    let kept = Set(readings.map(\.requestSent))
    return (readings + seldom.filter { !kept.contains($0.requestSent) })
      .sorted { $0.requestSent < $1.requestSent }
  }

  /// Keeps what was and will be read around the opening of a gate.
  mutating func keep(around opening: Instant) { openings.append(opening) }

  /// How many old readings stayed at the last thinning.
  private var kept = 0

  private mutating func thin() {
    let late = readings.count - newest
    let old = readings[..<late].filter { reading in
      openings.contains { abs(reading.requestSent.duration(since: $0)) <= margin }
    }
    readings.replaceSubrange(..<late, with: old)
    kept = old.count
  }
}

private func abs(_ duration: Duration) -> Duration {
  duration < .zero ? .zero - duration : duration
}
