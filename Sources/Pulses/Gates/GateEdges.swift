public import Quantities

/// A gate's leading edges near its two ends, by their number: where among its pulses a moment lies. Its memory is
/// constant.
public struct GateEdges: Hashable, Sendable {
  /// From the opening edge on, until it is full.
  private var early: EdgeRing
  private var late: EdgeRing

  /// No edges yet.
  ///
  /// - Parameter capacity: how many are remembered at each end; at least two.
  public init(capacity: Int = 4096) {
    early = EdgeRing(capacity: capacity)
    late = early
  }

  /// The edges of an even train from the opening to the closing edge of a gate.
  public init(evenIn gate: Gate, capacity: Int = 4096) {
    self.init(capacity: capacity)
    let periods = max(1, gate.periods)
    let period = Double(gate.duration.nanoseconds) / Double(periods)
    func edge(_ number: Int) -> Instant {
      gate.opened + .nanoseconds(Int64((Double(number) * period).rounded()))
    }
    let most = max(2, capacity)
    for number in 0...min(periods, most - 1) { early.append(edge(number)) }
    late = EdgeRing(capacity: most, from: max(0, periods + 1 - most))
    for number in late.count...periods { late.append(edge(number)) }
  }

  /// How many leading edges there are.
  public var count: Int { late.count }

  /// Takes the next leading edge.
  mutating func add(_ edge: Instant) {
    if !early.isFull { early.append(edge) }
    late.append(edge)
  }

  /// How many periods lie between the opening edge and a moment: the whole ones, and of the last one the share of
  /// its time. Nil outside the gate, and where the edges around the moment are not remembered.
  public func position(of moment: Instant) -> Double? {
    position(of: moment, in: early) ?? position(of: moment, in: late)
  }

  private func position(of moment: Instant, in edges: EdgeRing) -> Double? {
    guard let number = edges.last(atOrBefore: moment) else { return nil }
    let edge = edges[number]
    guard edge < moment else { return Double(number) }
    guard number + 1 < edges.count else { return nil }
    let period = edges[number + 1].duration(since: edge).inSeconds
    return Double(number) + moment.duration(since: edge).inSeconds / period
  }
}
