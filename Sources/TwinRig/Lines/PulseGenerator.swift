import Pulses
import Quantities

/// A pulse output and the line behind it: turns a rate into edges.
///
/// Energy is piecewise linear in time, so the moment at which a pulse is due follows from the last
/// change of rate; nothing is summed up from pulse to pulse. A pulse that is due while the output
/// is still busy comes as soon as it can; of those that come due in the meantime all are lost, as
/// in an output without memory.
struct PulseGenerator: Sendable {
  /// How wide pulses are.
  enum Width: Hashable, Sendable {
    case fixed(Duration)
    /// As long on as off, as reference standards give it, but at most so long.
    case half(atMost: Duration)
  }

  /// Off-time between pulses of a meter: 30 ms at least (IEC 62053-31 clause 4).
  static let meterPause = Duration.milliseconds(30)

  private var faults: LineFaults
  private var random: SeededRandom
  /// The standard deviation of the edges' moments, in seconds.
  private let jitter: Double
  private let pause: Duration
  private let spacing: Duration

  /// The last change of rate, and what had come due until then beyond the pulses given; pulses are
  /// counted from there.
  private var origin = Instant.zero
  private var progress: Double
  private var given = 0.0
  private var rate = 0.0
  private var width = Width.fixed(.milliseconds(100))

  private var deviation: Double
  private var earliest = Instant.zero
  private var nextPulse: Instant?
  private var isActive = false
  /// Transitions to come of the pulse under way.
  private var under: [Transition] = []
  private var underIndex = 0
  private var sequence: UInt32 = 0

  /// An output at rest.
  ///
  /// - Parameters:
  ///   - jitter: the standard deviation of the edges' moments, in seconds.
  ///   - maximumRate: the most pulses per second; nil where only width and pause limit it.
  ///   - pause: the least off-time.
  init(
    faults: LineFaults,
    random: SeededRandom,
    jitter: Double,
    maximumRate: Double?,
    pause: Duration
  ) {
    self.faults = faults
    self.random = random
    self.jitter = jitter
    self.pause = pause
    spacing = maximumRate.map { $0 > 0 ? .seconds(rounding: 1 / $0) : .zero } ?? .zero
    // Nobody knows how far a meter is on its way to the next pulse.
    progress = self.random.uniform()
    deviation = jitter * self.random.normal()
  }

  /// When the next event comes if nothing changes; nil where none will.
  var nextEvent: Instant? {
    var next = underIndex < under.count ? under[underIndex].time : nextPulse
    if let moment = faults.extraPulses.first { next = min(next ?? moment, moment) }
    if let moment = faults.overflows.first { next = min(next ?? moment, moment) }
    return next
  }

  /// From `time` on so many pulses per second come due, of this width.
  mutating func change(rate newRate: Double, width newWidth: Width, at time: Instant) {
    width = newWidth
    guard newRate != rate else { return }
    progress += rate * max(0, time.duration(since: origin).inSeconds) - given
    given = 0
    origin = time
    rate = max(0, newRate)
    plan()
  }

  /// The output lost its supply: an open contact at once.
  mutating func release(at time: Instant) {
    under = isActive ? [Transition(time: time, isLeading: false)] : []
    underIndex = 0
  }

  /// Pulses that came due while nobody could see them.
  mutating func skip(_ duration: Duration, at time: Instant) {
    progress += rate * max(0, duration.inSeconds)
    given = max(given, due(at: time))
    plan()
  }

  /// Brings the line to `time`.
  mutating func advance(to time: Instant, into events: inout [LineEvent]) {
    while let next = nextEvent, next <= time {
      if underIndex < under.count, under[underIndex].time == next {
        let transition = under[underIndex]
        underIndex += 1
        move(transition, into: &events)
      } else if faults.overflows.first == next {
        faults.removeOverflow()
        events.append(.loss(.queueFull(at: next)))
      } else if faults.extraPulses.first == next {
        if let last = under.last?.time, underIndex < under.count {
          faults.delayExtraPulse(to: max(last, next) + pause)
        } else {
          faults.removeExtraPulse()
          begin(at: next)
          plan()
        }
      } else {
        pulse(at: next)
      }
    }
  }

  /// A pulse of the meter's own.
  private mutating func pulse(at time: Instant) {
    given = max(given + 1, due(at: time))
    earliest = max(earliest, time)
    deviation = jitter * random.normal()
    if !faults.isSilent(at: time), !faults.dropsPulse(at: time) { begin(at: time) }
    plan()
  }

  private mutating func begin(at time: Instant) {
    let length = max(.nanoseconds(2), faults.width(at: time) ?? ownWidth)
    let end = time + length
    under = [Transition(time: time, isLeading: true)]
    underIndex = 0
    let bounce = faults.bounce(at: time).map { min($0, length / 2) }
    for (moment, level) in [(time, true), (end, false)] {
      if !level { under.append(Transition(time: end, isLeading: false)) }
      guard let bounce, bounce > .nanoseconds(3) else { continue }
      under.append(Transition(time: moment + bounce / 3, isLeading: !level))
      under.append(Transition(time: moment + bounce * 2 / 3, isLeading: level))
    }
    earliest = max(time + spacing, (under.last?.time ?? end) + pause)
  }

  private var ownWidth: Duration {
    switch width {
    case .fixed(let duration): duration
    case .half(let longest):
      rate > 0 ? min(longest, .seconds(rounding: 0.5 / rate)) : longest
    }
  }

  private mutating func move(_ transition: Transition, into events: inout [LineEvent]) {
    isActive = transition.isLeading
    guard !faults.dropsEdge(at: transition.time) else { return }
    sequence &+= 1
    events.append(
      .edge(Edge(time: transition.time, isLeading: transition.isLeading, sequence: sequence))
    )
  }

  /// The pulses that have come due since the last change of rate.
  private func due(at time: Instant) -> Double {
    (progress + rate * max(0, time.duration(since: origin).inSeconds)).rounded(.down)
  }

  private mutating func plan() {
    guard rate > 0 else {
      nextPulse = nil
      return
    }
    let wait = (given + 1 - progress) / rate + deviation
    nextPulse = max(origin, earliest, origin + .seconds(rounding: wait))
  }
}
