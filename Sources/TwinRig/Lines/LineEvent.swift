public import Pulses
public import Quantities

/// What happens on a pulse line.
public enum LineEvent: Hashable, Sendable {
  /// The line took another level.
  case edge(Edge)
  /// Edges were lost, and somebody noticed.
  case loss(EdgeLoss)

  /// When it happens.
  public var time: Instant {
    switch self {
    case .edge(let edge): edge.time
    case .loss(let loss): loss.moment
    }
  }
}
