public import Quantities

/// Proof that at least one edge of a line was lost, or that its order is broken.
///
/// The absence of such proof does not prove that nothing was lost: a kernel merges edges that come
/// before its interrupt thread has run, without any sign.
public enum EdgeLoss: Hashable, Sendable, Codable {
  /// The numbers of two neighbouring edges leave `missing` edges out; zero where a number came
  /// again or went back. `after` is the last edge before the gap (the first edge itself where the
  /// gap stands at the beginning).
  case sequenceGap(missing: Int, after: Instant)
  /// A queue of edges was full at that moment.
  case queueFull(at: Instant)
  /// The line took the level it already had: `leading` tells which edge came twice.
  case equalEdges(at: Instant, leading: Bool)
  /// An edge is stamped earlier than the one before it.
  case timeWentBack(at: Instant)
  /// The level that was read from the quiet line contradicts its last edge.
  case levelDisagrees(at: Instant, active: Bool)

  /// The moment of the evidence.
  public var moment: Instant {
    switch self {
    case .sequenceGap(_, let moment), .queueFull(let moment), .equalEdges(let moment, _),
      .timeWentBack(let moment), .levelDisagrees(let moment, _):
      moment
    }
  }
}

extension EdgeLoss: CustomStringConvertible {
  public var description: String {
    switch self {
    case .sequenceGap(0, let moment):
      "the numbers of the edges repeat or go back after \(moment)"
    case .sequenceGap(let missing, let moment):
      "\(missing) \(missing == 1 ? "edge is" : "edges are") missing after \(moment)"
    case .queueFull(let moment):
      "a queue of edges was full at \(moment)"
    case .equalEdges(let moment, let leading):
      "two \(leading ? "leading" : "trailing") edges in a row at \(moment)"
    case .timeWentBack(let moment):
      "time went back at \(moment)"
    case .levelDisagrees(let moment, let active):
      "the line is \(active ? "active" : "inactive") at \(moment), against its last edge"
    }
  }
}
