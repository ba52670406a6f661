import Quantities

/// Demand: the mean over a window that slides with time, and the largest mean since the reset.
struct Demand: Sendable {
  /// The length of the window.
  var period: Duration
  /// When it was last reset; the window reaches no further back.
  private var since: Instant
  private var searchedUntil: Instant
  /// The largest means so far.
  private(set) var largest = Flow.none

  init(period: Duration) {
    self.period = period
    since = .zero
    searchedUntil = .zero
  }

  /// Begins anew; the maxima go only where `maxima` says so, save those that `keeping` names.
  mutating func restart(at time: Instant, maxima: Bool, keeping: [Flow.Channel] = []) {
    since = time
    searchedUntil = time
    guard maxima else { return }
    let before = largest
    largest = .none
    for channel in keeping { largest[channel] = before[channel] }
  }

  /// How much of a first window has gone by.
  func filled(at time: Instant) -> Duration {
    min(period, max(.zero, time.duration(since: since)))
  }

  /// The means of the window that ends at `time`; until a first window is full, what came so far
  /// counts over the whole window.
  func means(at time: Instant, in history: MeasuredHistory) -> Flow {
    let start = max(since, time - period)
    let hours = period.inSeconds / 3600
    guard start < time, hours > 0 else { return .none }
    return .mean(from: history.counted(at: start), to: history.counted(at: time), hours: hours)
  }

  /// Brings the maxima up to `time`. The means are piecewise linear in time, so their maximum
  /// stands where a change enters the window or leaves it, or at the end.
  mutating func search(until time: Instant, in history: MeasuredHistory) {
    guard time > searchedUntil else { return }
    var moments = [time]
    for change in history.changes { moments += [change, change + period] }
    for moment in moments where moment > searchedUntil && moment <= time {
      largest.raise(to: means(at: moment, in: history))
    }
    searchedUntil = time
  }
}
