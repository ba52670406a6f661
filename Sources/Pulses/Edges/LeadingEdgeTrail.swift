public import Quantities

/// The two leading edges around a moment, of which nothing lies between.
public struct EdgeBracket: Hashable, Sendable, Codable {
  /// How many leading edges came before the one at `before`.
  public var index: Int
  /// The last leading edge at or before the moment.
  public var before: Instant
  /// The next leading edge.
  public var after: Instant

  /// The leading edges number `index` and `index + 1`.
  public init(index: Int, before: Instant, after: Instant) {
    self.index = index
    self.before = before
    self.after = after
  }

  /// How much of the period has passed at `moment`: 0 at `before`, 1 at `after`; nil outside.
  public func fraction(at moment: Instant) -> Double? {
    guard before <= moment, moment <= after, before < after else { return nil }
    return moment.duration(since: before).inSeconds / after.duration(since: before).inSeconds
  }
}

/// Counts a line's leading edges and remembers the newest, so that a gate on another line can be
/// placed between them soon after it opened or closed. Its memory is constant.
///
/// Take a new one for each gate: a lost edge or a glitch spoils all that it knows.
public struct LeadingEdgeTrail: Sendable {
  private var filter: EdgeFilter
  private var edges: EdgeRing

  /// Leading edges so far.
  public var count: Int { edges.count }
  /// What was taken for bounce.
  public var bounce: BounceStatistics { filter.bounce }
  /// The first proof of a lost edge; nil where there is none. With it, no bracket is given.
  public private(set) var loss: EdgeLoss?

  /// A trail that has seen no edge yet.
  ///
  /// - Parameters:
  ///   - capacity: How many leading edges it remembers; at least two.
  ///   - bounce: Edges closer than this to the first of a group are one transition. For a
  ///     fast reference take ``EdgeFilter/bounce(atRate:)``.
  public init(capacity: Int = 4096, bounce: Duration = EdgeFilter.standardBounce) {
    edges = EdgeRing(capacity: capacity)
    filter = EdgeFilter(bounce: bounce)
  }

  /// Takes the next edge; returns the leading edge, freed of bounce, that it completes.
  @discardableResult
  public mutating func add(_ edge: Edge) -> Instant? {
    let leading = filter.add(edge).flatMap { take($0) }
    if filter.hasLosses { filter.takeLosses().forEach { note($0) } }
    return leading
  }

  /// Takes proof of a loss that the source of the edges has.
  public mutating func note(_ loss: EdgeLoss) { self.loss = self.loss ?? loss }

  /// Takes leading edges whose bounce time is over, although no further edge has come.
  ///
  /// - Parameter now: A moment up to which no edge is outstanding any more.
  /// - Returns: the leading edge that was taken.
  @discardableResult
  public mutating func settle(by now: Instant) -> Instant? {
    filter.settle(by: now).flatMap { take($0) }
  }

  /// The leading edges around `moment`.
  ///
  /// Nil where none is known on one of its sides (yet, or any more), where edges were lost, and
  /// where there was a glitch: the pulses may be too short for the bounce time, so that some of them
  /// are not counted.
  public func bracket(_ moment: Instant) -> EdgeBracket? {
    guard loss == nil, bounce.glitches == 0, let number = edges.last(atOrBefore: moment),
      number + 1 < count
    else { return nil }
    return EdgeBracket(index: number, before: edges[number], after: edges[number + 1])
  }

  /// Whether leading edges at `moment` came and are no longer remembered.
  public func forgets(_ moment: Instant) -> Bool {
    edges.oldest > 0 && moment < edges[edges.oldest]
  }

  private mutating func take(_ transition: Transition) -> Instant? {
    guard transition.isLeading else { return nil }
    edges.append(transition.time)
    return transition.time
  }
}
