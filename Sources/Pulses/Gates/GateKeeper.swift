public import Quantities

/// Opens and closes one gate on a line's leading edges as they come.
///
/// It opens at the first leading edge at or after a moment, and closes at the first leading edge by
/// which both enough periods and enough time have passed. Like every count it takes bounce out, so
/// it learns of a leading edge when the next edge comes or after ``settle(by:)``.
public struct GateKeeper: Sendable {
  /// Where the gate stands.
  public enum State: Hashable, Sendable {
    /// No leading edge has opened it yet.
    case waiting
    /// Open since that leading edge.
    case open(since: Instant)
    /// Closed with a measurement.
    case closed(Gate)
    /// Void, for edges were lost: it holds no measurement and never will.
    case void(EdgeLoss)
  }

  /// Where the gate stands.
  public private(set) var state = State.waiting
  /// Whole periods since the gate opened.
  public private(set) var periods = 0
  /// The last leading edge inside the gate; nil while it waits.
  public private(set) var lastLeading: Instant?
  /// The leading edges of the gate.
  public private(set) var edges = GateEdges()

  private let notBefore: Instant
  private let atLeastPeriods: Int
  private let atLeastDuration: Duration
  private var filter: EdgeFilter

  /// A gate that waits for its first edge.
  ///
  /// - Parameters:
  ///   - notBefore: The earliest moment at which it may open: the end of settling.
  ///   - atLeastPeriods: It closes no earlier than after this many periods; at least one.
  ///   - atLeastDuration: It closes no earlier than after this time.
  ///   - bounce: Edges closer than this to the first of a group are one transition.
  ///   - level: Whether the line was active before its first edge, where that was read.
  public init(
    notBefore: Instant,
    atLeastPeriods: Int,
    atLeastDuration: Duration = .zero,
    bounce: Duration = EdgeFilter.standardBounce,
    level: Bool? = nil
  ) {
    self.notBefore = notBefore
    self.atLeastPeriods = max(1, atLeastPeriods)
    self.atLeastDuration = atLeastDuration
    filter = EdgeFilter(bounce: bounce, level: level)
  }

  /// The gate, once it is closed and not void.
  public var gate: Gate? {
    if case .closed(let gate) = state { gate } else { nil }
  }

  /// How many periods a line of `rate` pulses per second should have shown by `now`: since the gate
  /// opened, or since it might have opened while it waits. Zero once it is void.
  public func expectedPeriods(by now: Instant, rate: Double) -> Double {
    let time =
      switch state {
      case .waiting: now.duration(since: notBefore)
      case .open(let opened): now.duration(since: opened)
      case .closed(let gate): gate.duration
      case .void: Duration.zero
      }
    return max(0, time.inSeconds * rate)
  }

  /// Takes the next edge; returns the state after it.
  @discardableResult
  public mutating func add(_ edge: Edge) -> State {
    if let transition = filter.add(edge) { take(transition) }
    if filter.hasLosses { filter.takeLosses().forEach { void($0) } }
    return state
  }

  /// Takes leading edges whose bounce time is over, although no further edge has come.
  ///
  /// - Parameter now: A moment up to which no edge is outstanding any more.
  @discardableResult
  public mutating func settle(by now: Instant) -> State {
    if let transition = filter.settle(by: now) { take(transition) }
    return state
  }

  /// Voids the gate for a loss of edges. One after the closing edge changes nothing.
  public mutating func void(_ loss: EdgeLoss) {
    switch state {
    case .waiting, .open: state = .void(loss)
    case .closed(let gate): if loss.moment <= gate.closed { state = .void(loss) }
    case .void: break
    }
  }

  private mutating func take(_ transition: Transition) {
    guard transition.isLeading else { return }
    let time = transition.time
    switch state {
    case .waiting where time >= notBefore:
      state = .open(since: time)
      lastLeading = time
      edges.add(time)
    case .open(let opened):
      periods += 1
      lastLeading = time
      edges.add(time)
      if periods >= atLeastPeriods, time.duration(since: opened) >= atLeastDuration {
        state = .closed(Gate(opened: opened, closed: time, periods: periods))
      }
    case .waiting, .closed, .void: break
    }
  }
}
