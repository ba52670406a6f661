public import Quantities

/// Makes transitions out of edges: takes bounce out and proves losses, one edge at a time, in
/// constant memory.
///
/// Edges that come less than the bounce time after the first of a group are one transition, stamped
/// at that first edge. A group that ends at the level it began from is a glitch and no transition.
/// A transition is therefore known only when the next group begins, or after ``settle(by:)``.
public struct EdgeFilter: Sendable {
  /// The longest a transition may take, bounce included: 5 ms by IEC 62053-31.
  public static let standardBounce = Duration.milliseconds(5)

  /// The bounce time for a line that is expected to show up to `rate` pulses per second: the
  /// standard's, but no more than a tenth of a period. With more, whole pulses of a fast reference
  /// would vanish in a group without any proof of it.
  public static func bounce(atRate rate: Double) -> Duration {
    guard rate > 0 else { return standardBounce }
    return min(standardBounce, .seconds(rounding: 0.1 / rate))
  }

  private let bounceTime: Int64
  private var level: Bool?
  private var groupStart: Int64 = 0
  private var groupEdges = 0
  private var groupLevel = false
  private var lastTime = Int64.min
  private var expected: UInt32
  private var hasExpected: Bool

  /// How many edges came in.
  public private(set) var edges = 0
  /// What was taken for bounce.
  public private(set) var bounce = BounceStatistics()
  private var losses: [EdgeLoss] = []

  /// A filter for one line.
  ///
  /// - Parameters:
  ///   - bounce: Edges closer than this to the first of a group belong to it; zero switches the
  ///     grouping off.
  ///   - level: Whether the line was active before its first edge, where that was read. With it,
  ///     the loss of the very first edge is proven too.
  ///   - firstSequence: The number that the first edge must bear, where it is known.
  public init(
    bounce: Duration = EdgeFilter.standardBounce,
    level: Bool? = nil,
    firstSequence: UInt32? = nil
  ) {
    bounceTime = max(0, bounce.nanoseconds)
    self.level = level
    expected = firstSequence ?? 0
    hasExpected = firstSequence != nil
  }

  /// Whether proof of a loss waits to be taken.
  @inline(__always) var hasLosses: Bool { !losses.isEmpty }

  /// The proofs of loss since the last call, oldest first.
  public mutating func takeLosses() -> [EdgeLoss] {
    defer { losses.removeAll(keepingCapacity: true) }
    return losses
  }

  /// Takes the next edge; returns the transition that it completes, if any.
  @inline(__always)
  public mutating func add(_ edge: Edge) -> Transition? {
    let time = edge.time.nanoseconds
    edges &+= 1
    if edge.isNumbered {
      if hasExpected, edge.rawSequence != expected { noteGap(before: edge) }
      expected = edge.rawSequence &+ 1
      hasExpected = true
    }
    guard time >= lastTime else { return restart(with: edge) }
    lastTime = time
    if groupEdges > 0, time &- groupStart < bounceTime {
      groupEdges &+= 1
      groupLevel = edge.isLeading
      bounce.add(lasting: time &- groupStart, at: groupStart, isFirst: groupEdges == 2)
      return nil
    }
    let transition = closeGroup()
    if level == edge.isLeading {
      losses.append(.equalEdges(at: edge.time, leading: edge.isLeading))
    }
    begin(with: edge)
    return transition
  }

  /// Completes the open transition once its bounce time is over.
  ///
  /// - Parameter now: A moment up to which no edge is outstanding any more.
  public mutating func settle(by now: Instant) -> Transition? {
    groupEdges > 0 && now.nanoseconds &- groupStart >= bounceTime ? closeGroup() : nil
  }

  /// Completes the open transition, whatever its age, and compares the line's level.
  ///
  /// - Parameters:
  ///   - now: The moment at which the level was read.
  ///   - level: Whether the line is active, where that was read.
  public mutating func finish(at now: Instant, level: Bool? = nil) -> Transition? {
    let transition = closeGroup()
    if let level, let last = self.level, level != last {
      losses.append(.levelDisagrees(at: now, active: level))
    }
    return transition
  }

  @inline(__always)
  private mutating func begin(with edge: Edge) {
    if level == nil { level = !edge.isLeading }
    groupStart = edge.time.nanoseconds
    groupEdges = 1
    groupLevel = edge.isLeading
  }

  @inline(__always)
  private mutating func closeGroup() -> Transition? {
    guard groupEdges > 0 else { return nil }
    let isGlitch = groupLevel == level
    if isGlitch, groupEdges > 1 { bounce.glitches += 1 }
    groupEdges = 0
    guard !isGlitch else { return nil }
    level = groupLevel
    return Transition(time: Instant(nanoseconds: groupStart), isLeading: groupLevel)
  }

  @inline(never)
  private mutating func noteGap(before edge: Edge) {
    let missing = max(0, Int(Int32(bitPattern: edge.rawSequence &- expected)))
    let after = edges == 1 ? edge.time : Instant(nanoseconds: lastTime)
    losses.append(.sequenceGap(missing: missing, after: after))
  }

  @inline(never)
  private mutating func restart(with edge: Edge) -> Transition? {
    losses.append(.timeWentBack(at: edge.time))
    let transition = closeGroup()
    level = nil
    lastTime = edge.time.nanoseconds
    begin(with: edge)
    return transition
  }
}
