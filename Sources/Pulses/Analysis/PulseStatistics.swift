public import Quantities

/// What is known of a line's pulses after a series of edges.
public struct PulseStatistics: Hashable, Sendable, Codable {
  /// Raw edges that came in, bounce and all.
  public var edges = 0
  /// Leading edges after bounce was taken out.
  public var leadingEdges = 0
  /// The first leading edge.
  public var firstLeading: Instant?
  /// The last leading edge.
  public var lastLeading: Instant?
  /// Active intervals whose leading and trailing edges were both seen; nil where there is none.
  public var widths: IntervalStatistics?
  /// Inactive intervals between two pulses; nil where there is none.
  public var offTimes: IntervalStatistics?
  /// Intervals from leading edge to leading edge; nil where there is none.
  public var periods: IntervalStatistics?
  /// How often pulses had which width.
  public var widthHistogram = WidthHistogram()
  /// The slope of the least-squares line through (index, time) of the leading edges, in seconds;
  /// nil below two leading edges or where edges were lost.
  public var fittedPeriod: Double?
  /// The standard deviation of the leading edges about that line, in seconds, with
  /// `leadingEdges − 2` degrees of freedom; nil below three leading edges or where edges were lost.
  public var jitter: Double?
  /// What was taken for bounce.
  public var bounce = BounceStatistics()
  /// The first proofs of lost edges, in the order in which they came.
  public var losses: [EdgeLoss] = []
  /// How many proofs of lost edges there were in all.
  public var lossCount = 0
  /// The first periods that suggest a lost pulse.
  public var suspectedLosses: [SuspectedLoss] = []
  /// How many periods suggest a lost pulse.
  public var suspectedLossCount = 0
  /// Whether pulses seem to be missing, or to have come from elsewhere.
  public var isIrregular: Bool { suspectedLossCount > 0 || suspectedExtraCount > 0 }
  /// Leading edges that split a usual period in two, as a pulse from elsewhere does: the first ones.
  public var suspectedExtras: [Instant] = []
  /// How many there are.
  public var suspectedExtraCount = 0

  /// Nothing seen yet.
  public init() {}

  /// Whether there is no proof of a lost edge. Without this there is no count.
  public var isComplete: Bool { lossCount == 0 }
  /// Periods between the first and the last leading edge.
  public var wholePeriods: Int { periods?.count ?? 0 }
  /// Pulses of which both edges were seen.
  public var completePulses: Int { widths?.count ?? 0 }
}
