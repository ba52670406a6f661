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

/// Why a gate holds no measurement.
public enum GateFault: Hashable, Sendable, Codable {
  /// The load or the supply was changed at that moment.
  case stepChange(at: Instant)
  /// Edges of the line were lost.
  case edgesLost(EdgeLoss)
  /// Another part of the rig disturbed the measurement at that moment.
  case disturbed(at: Instant, by: String)

  /// The moment of the fault.
  public var moment: Instant {
    switch self {
    case .stepChange(let moment), .disturbed(let moment, _): moment
    case .edgesLost(let loss): loss.moment
    }
  }
}

extension GateFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .stepChange(let moment): "the load or the supply was changed at \(moment)"
    case .edgesLost(let loss): "\(loss)"
    case .disturbed(let moment, let by): "\(by) disturbed it at \(moment)"
    }
  }
}
