public import Quantities

/// Turns a line's edges into statistics of its pulses as they come, in constant memory.
///
/// A transition counts once its bounce time is over, so ``statistics`` lags one edge behind until
/// ``finish(at:level:)``.
public struct PulseAnalysis: Sendable {
  /// How edges are read.
  public struct Options: Hashable, Sendable {
    /// Edges closer than this to the first of a group are one transition.
    public var bounce: Duration
    /// Transitions before this moment set the level but are not counted.
    public var notBefore: Instant
    /// Whether the line was active before its first edge, where that was read.
    public var level: Bool?
    /// The number that the first edge must bear, where it is known.
    public var firstSequence: UInt32?
    /// How many proofs of loss are kept; all are counted.
    public var keptLosses: Int

    /// Options; the defaults are those of IEC 62053-31 and assume nothing about the line.
    public init(
      bounce: Duration = EdgeFilter.standardBounce,
      notBefore: Instant = Instant(nanoseconds: .min),
      level: Bool? = nil,
      firstSequence: UInt32? = nil,
      keptLosses: Int = 16
    ) {
      self.bounce = bounce
      self.notBefore = notBefore
      self.level = level
      self.firstSequence = firstSequence
      self.keptLosses = keptLosses
    }
  }

  private let notBefore: Int64
  private let keptLosses: Int
  private var filter: EdgeFilter
  private var leadingEdges = 0
  private var firstLeading: Instant?
  private var lastLeading: Instant?
  /// Where a width, an off-time or a period that is now under way began; nil after a loss.
  private var pulseStart: Instant?
  private var offStart: Instant?
  private var periodStart: Instant?
  private var widths: IntervalStatistics?
  private var offTimes: IntervalStatistics?
  private var periods: IntervalStatistics?
  private var histogram = WidthHistogram()
  private var fit = LineFit()
  private var regularity = Regularity()
  private var losses: [EdgeLoss] = []
  private var lossCount = 0

  /// An analysis that has seen no edge yet.
  public init(_ options: Options = Options()) {
    notBefore = options.notBefore.nanoseconds
    keptLosses = max(1, options.keptLosses)
    filter = EdgeFilter(
      bounce: options.bounce,
      level: options.level,
      firstSequence: options.firstSequence
    )
  }

  /// Takes the next edge.
  public mutating func add(_ edge: Edge) { take(edge) }

  /// Takes the next edges, in their order.
  public mutating func add(_ edges: some Sequence<Edge>) {
    let isDone: Void? = edges.withContiguousStorageIfAvailable { add($0) }
    if isDone == nil { for edge in edges { take(edge) } }
  }

  /// Takes the next edges, in their order: the fast path.
  public mutating func add(_ edges: UnsafeBufferPointer<Edge>) {
    for edge in edges { take(edge) }
  }

  /// Takes proof of a loss that the source of the edges has, such as a full queue.
  public mutating func note(_ loss: EdgeLoss) {
    lossCount += 1
    if losses.count < keptLosses { losses.append(loss) }
    pulseStart = nil
    offStart = nil
    periodStart = nil
  }

  /// Counts transitions whose bounce time is over, although no further edge has come.
  ///
  /// - Parameter now: A moment up to which no edge is outstanding any more.
  public mutating func settle(by now: Instant) {
    if let transition = filter.settle(by: now) { count(transition) }
  }

  /// Counts the last transition and compares the line's level with it.
  ///
  /// - Parameters:
  ///   - now: The moment at which the level was read.
  ///   - level: Whether the line is active, where that was read: it proves the loss of the last edge.
  public mutating func finish(at now: Instant, level: Bool? = nil) {
    if let transition = filter.finish(at: now, level: level) { count(transition) }
    noteLosses()
  }

  /// What is known so far.
  public var statistics: PulseStatistics {
    var statistics = PulseStatistics()
    let regularity = regularity.concluded
    statistics.edges = filter.edges
    statistics.leadingEdges = leadingEdges
    statistics.firstLeading = firstLeading
    statistics.lastLeading = lastLeading
    statistics.widths = widths
    statistics.offTimes = offTimes
    statistics.periods = periods
    statistics.widthHistogram = histogram
    if lossCount == 0 {
      statistics.fittedPeriod = fit.count >= 2 ? fit.slope / 1e9 : nil
      statistics.jitter = fit.residualDeviation.map { $0 / 1e9 }
    }
    statistics.bounce = filter.bounce
    statistics.losses = losses
    statistics.lossCount = lossCount
    statistics.suspectedLosses = regularity.suspicions
    statistics.suspectedLossCount = regularity.count
    statistics.suspectedExtras = regularity.extras
    statistics.suspectedExtraCount = regularity.extraCount
    return statistics
  }

  @inline(__always)
  private mutating func take(_ edge: Edge) {
    let transition = filter.add(edge)
    if let transition { count(transition) }
    if filter.hasLosses { noteLosses() }
  }

  @inline(never)
  private mutating func noteLosses() {
    for loss in filter.takeLosses() { note(loss) }
  }

  @inline(__always)
  private mutating func count(_ transition: Transition) {
    let time = transition.time
    guard time.nanoseconds >= notBefore else { return }
    if transition.isLeading {
      countLeading(time)
    } else {
      if let start = pulseStart {
        let width = time.nanoseconds &- start.nanoseconds
        widths.add(nanoseconds: width, from: start)
        histogram.add(width)
      }
      pulseStart = nil
      offStart = time
    }
  }

  @inline(__always)
  private mutating func countLeading(_ time: Instant) {
    leadingEdges &+= 1
    if let start = offStart {
      offTimes.add(nanoseconds: time.nanoseconds &- start.nanoseconds, from: start)
    }
    if let start = periodStart {
      let period = time.nanoseconds &- start.nanoseconds
      periods.add(nanoseconds: period, from: start)
      fit.add(period)
      regularity.add(period, from: start)
    }
    if firstLeading == nil {
      firstLeading = time
      fit.start()
    }
    lastLeading = time
    pulseStart = time
    periodStart = time
  }
}
