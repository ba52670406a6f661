public import Quantities

/// The interval that a measurement is taken over, opened and closed by leading edges.
///
/// The whole periods between the two edges are exactly `periods`/K kWh for a meter constant of
/// K imp/kWh; no fraction of a pulse is counted or missed.
public struct Gate: Hashable, Sendable, Codable {
  /// The leading edge that opened it.
  public var opened: Instant
  /// The leading edge that closed it.
  public var closed: Instant
  /// Whole periods from the opening to the closing edge.
  public var periods: Int

  /// A gate of `periods` whole periods.
  public init(opened: Instant, closed: Instant, periods: Int) {
    self.opened = opened
    self.closed = closed
    self.periods = periods
  }

  /// The time from the opening to the closing edge.
  public var duration: Duration { closed.duration(since: opened) }
}
