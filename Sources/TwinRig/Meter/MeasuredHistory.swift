import Quantities

/// What a meter has measured: piecewise constant flow, hence piecewise linear energy, kept as far
/// back as readings and demand windows reach.
///
/// Nothing is summed up step by step: a value at any moment follows from the last change before
/// it, so that it does not depend on how often somebody looks.
struct MeasuredHistory: Sendable {
  /// From `start` on, until the next piece begins.
  struct Piece: Hashable, Sendable {
    var start: Instant
    /// What the meter measures, as it shows it.
    var mains: Mains
    /// What it counts.
    var flow: Flow
    /// Wh, varh, VAh and Ah counted until `start`.
    var counted = Flow.none

    func counted(at time: Instant) -> Flow {
      counted.adding(flow, hours: max(0, time.duration(since: start).inSeconds) / 3600)
    }

    func counted(_ channel: Flow.Channel, at time: Instant) -> Double {
      counted[channel] + flow[channel] * max(0, time.duration(since: start).inSeconds) / 3600
    }
  }

  private var pieces: [Piece]
  /// How far back somebody may look.
  private let depth: Duration

  init(depth: Duration) {
    self.depth = depth
    pieces = [Piece(start: .zero, mains: .off, flow: .none)]
  }

  /// What has been measured since the last change.
  var last: Piece { pieces[pieces.count - 1] }

  /// The starts of all pieces still known, in order.
  var changes: [Instant] { pieces.map(\.start) }

  /// From `time` on the meter measures `mains` and counts `flow`.
  mutating func change(to mains: Mains, _ flow: Flow, at time: Instant) {
    let last = last
    guard mains != last.mains || flow != last.flow else { return }
    let next = Piece(start: time, mains: mains, flow: flow, counted: last.counted(at: time))
    if time <= last.start { pieces.removeLast() }
    pieces.append(next)
    let horizon = time - depth
    while pieces.count > 1, pieces[1].start <= horizon { pieces.removeFirst() }
  }

  /// A jump of the world by so much time, of which the run's clock knows nothing.
  mutating func skip(_ time: Duration, at now: Instant) {
    var next = last
    next.counted = last.counted(at: now).adding(last.flow, hours: time.inSeconds / 3600)
    next.start = now
    if now <= last.start { pieces.removeLast() }
    pieces.append(next)
  }

  /// The piece that holds at that moment.
  func piece(at time: Instant) -> Piece {
    pieces.last { $0.start <= time } ?? pieces[0]
  }

  /// Everything counted until a moment.
  func counted(at time: Instant) -> Flow { piece(at: time).counted(at: time) }

  /// What was counted until a moment.
  func counted(_ channel: Flow.Channel, at time: Instant) -> Double {
    piece(at: time).counted(channel, at: time)
  }
}
