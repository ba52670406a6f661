public import Quantities

/// A gate's leading edges near its two ends, by their number: where among its pulses a moment lies. Its memory is
/// constant.
public struct GateEdges: Hashable, Sendable {
  /// From the opening edge on.
  private var first: [Instant] = []
  /// The newest, number n at n modulo the capacity.
  private var ring: [Instant] = []
  private let capacity: Int
  /// How many leading edges there are.
  public private(set) var count = 0

  /// No edges yet.
  ///
  /// - Parameter capacity: how many are remembered at each end; at least two.
  public init(capacity: Int = 4096) { self.capacity = max(2, capacity) }

  /// The edges of an even train from the opening to the closing edge of a gate.
  public init(evenIn gate: Gate, capacity: Int = 4096) {
    self.init(capacity: capacity)
    let periods = max(1, gate.periods)
    let period = Double(gate.duration.nanoseconds) / Double(periods)
    func edge(_ index: Int) -> Instant {
      gate.opened + .nanoseconds(Int64((Double(index) * period).rounded()))
    }
    first = (0...min(periods, self.capacity - 1)).map(edge)
    count = max(0, periods + 1 - self.capacity)
    ring = Array(repeating: gate.opened, count: count > 0 ? self.capacity : 0)
    for index in count...periods { remember(edge(index)) }
  }

  /// Takes the next leading edge.
  mutating func add(_ edge: Instant) {
    if first.count < capacity { first.append(edge) }
    remember(edge)
  }

  private mutating func remember(_ edge: Instant) {
    if ring.count < capacity { ring.append(edge) } else { ring[count % capacity] = edge }
    count += 1
  }

  /// How many periods lie between the opening edge and a moment: the whole ones, and of the last one the share of
  /// its time. Nil outside the gate, and where the edges around the moment are not remembered.
  public func position(of moment: Instant) -> Double? {
    guard let opening = first.first, let early = first.last, moment >= opening else { return nil }
    let oldest = count - ring.count
    if moment < early { return position(of: moment, from: 0, to: first.count - 1) { first[$0] } }
    return position(of: moment, from: oldest, to: count - 1) { ring[$0 % capacity] }
  }

  private func position(
    of moment: Instant,
    from oldest: Int,
    to newest: Int,
    _ edge: (Int) -> Instant
  ) -> Double? {
    var low = oldest
    var high = newest
    guard edge(low) <= moment, moment <= edge(high) else { return nil }
    // The last edge at or before the moment.
    while low < high {
      let middle = (low + high + 1) / 2
      if edge(middle) <= moment { low = middle } else { high = middle - 1 }
    }
    guard low < newest else { return Double(newest) }
    let period = edge(low + 1).duration(since: edge(low)).inSeconds
    guard period > 0 else { return nil }
    return Double(low) + moment.duration(since: edge(low)).inSeconds / period
  }
}
