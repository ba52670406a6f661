import Quantities

/// Demand: the mean over a window that slides with time, and the largest mean since the reset.
struct Demand: Sendable {
  /// The length of the window.
  var period: Duration
  /// When it was last reset; the window reaches no further back.
  private var since: Instant
  private var searchedUntil: Instant
  /// The largest mean power so far, in W, and the largest mean current of a phase, in A.
  private(set) var largest = Means(power: 0, current: 0)

  /// Mean power in W and mean current of one phase in A.
  struct Means: Hashable, Sendable {
    var power: Double
    var current: Double
  }

  init(period: Duration) {
    self.period = period
    since = .zero
    searchedUntil = .zero
  }

  /// Begins anew; the maxima go only where `maxima` says so.
  mutating func restart(at time: Instant, maxima: Bool) {
    since = time
    searchedUntil = time
    if maxima { largest = Means(power: 0, current: 0) }
  }

  /// How much of a first window has gone by.
  func filled(at time: Instant) -> Duration {
    min(period, max(.zero, time.duration(since: since)))
  }

  /// The means of the window that ends at `time`; until a first window is full, what came so far
  /// counts over the whole window.
  func means(at time: Instant, in history: MeasuredHistory) -> Means {
    let start = max(since, time - period)
    let hours = period.inSeconds / 3600
    guard start < time, hours > 0 else { return Means(power: 0, current: 0) }
    return Means(
      power: (history.energy(at: time) - history.energy(at: start)) / hours,
      current: (history.charge(at: time) - history.charge(at: start)) / hours
    )
  }

  /// Brings the maxima up to `time`. The means are piecewise linear in time, so their maximum
  /// stands where a change enters the window or leaves it, or at the end.
  mutating func search(until time: Instant, in history: MeasuredHistory) {
    guard time > searchedUntil else { return }
    var moments = [time]
    for change in history.changes { moments += [change, change + period] }
    for moment in moments where moment > searchedUntil && moment <= time {
      let means = means(at: moment, in: history)
      largest.power = max(largest.power, means.power)
      largest.current = max(largest.current, means.current)
    }
    searchedUntil = time
  }
}
