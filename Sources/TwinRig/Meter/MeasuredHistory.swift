import Quantities

/// What a meter has measured: piecewise constant power, hence piecewise linear energy, kept as far
/// back as readings and demand windows reach.
///
/// Nothing is summed up step by step: a value at any moment follows from the last change before
/// it, so that it does not depend on how often somebody looks.
struct MeasuredHistory: Sendable {
  /// From `start` on, until the next piece begins.
  struct Piece: Hashable, Sendable {
    var start: Instant
    /// What the meter measures, as it is (not as it shows it).
    var mains: Mains
    /// What one watt counts as: 1 + the meter's relative error.
    var gain: Double
    /// Wh counted until `start`.
    var energy = 0.0
    /// Ah of one phase until `start`.
    var charge = 0.0

    /// The measured power of all phases in W.
    var power: Double { mains.power * gain }

    func energy(at time: Instant) -> Double {
      energy + power * max(0, time.duration(since: start).inSeconds) / 3600
    }

    func charge(at time: Instant) -> Double {
      charge + mains.current * max(0, time.duration(since: start).inSeconds) / 3600
    }
  }

  private var pieces: [Piece]
  /// How far back somebody may look.
  private let depth: Duration

  init(depth: Duration) {
    self.depth = depth
    pieces = [Piece(start: .zero, mains: .off, gain: 1)]
  }

  /// What has been measured since the last change.
  var last: Piece { pieces[pieces.count - 1] }

  /// The starts of all pieces still known, in order.
  var changes: [Instant] { pieces.map(\.start) }

  /// From `time` on the meter measures `mains`.
  mutating func change(to mains: Mains, gain: Double, at time: Instant) {
    let last = last
    guard mains != last.mains || gain != last.gain else { return }
    let next = Piece(
      start: time,
      mains: mains,
      gain: gain,
      energy: last.energy(at: time),
      charge: last.charge(at: time)
    )
    if time <= last.start { pieces.removeLast() }
    pieces.append(next)
    let horizon = time - depth
    while pieces.count > 1, pieces[1].start <= horizon { pieces.removeFirst() }
  }

  /// A jump of the world by so much time, of which the run's clock knows nothing.
  mutating func skip(_ time: Duration, at now: Instant) {
    var next = last
    next.energy = last.energy(at: now) + last.power * time.inSeconds / 3600
    next.charge = last.charge(at: now) + last.mains.current * time.inSeconds / 3600
    next.start = now
    if now <= last.start { pieces.removeLast() }
    pieces.append(next)
  }

  /// The piece that holds at that moment.
  func piece(at time: Instant) -> Piece {
    pieces.last { $0.start <= time } ?? pieces[0]
  }

  func energy(at time: Instant) -> Double { piece(at: time).energy(at: time) }

  func charge(at time: Instant) -> Double { piece(at: time).charge(at: time) }
}
