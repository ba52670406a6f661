import Metrology
import Pulses
import Quantities
import Rig
import RunRecord

/// What a reference's pulses tell during a step. Its memory is constant.
struct ReferencePulses {
  /// In imp/kWh.
  private let constant: Double
  private let began: Instant
  private var trail: LeadingEdgeTrail
  private var evidence: EdgeEvidence
  /// How many leading edges had come at some moments.
  private var marks: [(at: Instant, count: Int)] = []
  private var steadiness = Steadiness()
  /// The same at a tenth of a second: what registers may latch in a moment is seen here.
  private var flicker = Steadiness(window: 0.1)
  private var dipWatch = DipWatch()
  /// In seconds.
  private let bounce: Double
  private var first: Instant?
  /// The newest leading edge; nil before the first.
  private(set) var last: Instant?

  /// - Parameters:
  ///   - constant: the reference's constant in imp/kWh.
  ///   - expectedPower: the power that is planned, in W, var or VA; nil where nobody knows.
  ///   - began: when the step began.
  ///   - log: where the edges are recorded.
  init(constant: Double, expectedPower: Double?, began: Instant, log: EventLog) {
    self.constant = constant
    self.began = began
    let rate = expectedPower.flatMap {
      try? PulseEnergy.expectedRate(power: $0, constant: constant)
    }
    let bounce = EdgeFilter.bounce(atRate: rate ?? 0)
    self.bounce = bounce.inSeconds
    trail = LeadingEdgeTrail(bounce: bounce)
    evidence = EdgeEvidence(line: "\(LineName.reference)", log: log)
  }

  // MARK: Watching

  /// Takes what came.
  ///
  /// - Parameter settled: a moment up to which no edge is outstanding any more.
  mutating func add(_ batch: EdgeStream.Batch, settledBy settled: Instant) {
    for edge in batch.edges { take(trail.add(edge)) }
    evidence.add(batch.edges)
    for loss in batch.losses { trail.note(loss) }
    take(trail.settle(by: settled))
    mark()
  }

  /// Records what is not recorded yet.
  mutating func flush() { evidence.flush() }

  private mutating func take(_ leadingEdge: Instant?) {
    guard let leadingEdge else { return }
    first = first ?? leadingEdge
    last = leadingEdge
    steadiness.add(leadingEdge)
    flicker.add(leadingEdge)
    dipWatch.add(leadingEdge)
  }

  /// At most some thousand marks: when there are more, every other one is enough.
  private mutating func mark() {
    guard let last, trail.count > (marks.last?.count ?? 0) else { return }
    marks.append((last, trail.count))
    if marks.count > 4096 { marks = stride(from: 0, to: marks.count, by: 2).map { marks[$0] } }
  }

  // MARK: What they tell

  /// Whether every pulse is counted: none was lost, and none taken for bounce.
  private var isWhole: Bool { trail.loss == nil && trail.bounce.glitches == 0 }

  /// The leading edges around a moment; nil where the later one has not come yet.
  ///
  /// - Throws: where the count cannot be trusted, or the moment is asked for too late.
  func bracket(_ moment: Instant) throws -> EdgeBracket? {
    if let loss = trail.loss { throw LostReferenceEdges(text: "\(loss)") }
    if let bracket = trail.bracket(moment) { return bracket }
    let glitches = trail.bounce.glitches
    if glitches > 0 {
      throw RigFault(
        Part(.reference, ""),
        "\(glitches) of its pulses \(glitches == 1 ? "is" : "are") too short to be told from bounce, so it gives no count; check its wiring, its constant and the width of its pulses"
      )
    }
    if trail.forgets(moment) {
      throw RigFault(
        Part(.host, ""),
        "the reference's edges at \(moment) were asked for too late; is the computer overloaded?"
      )
    }
    return nil
  }

  /// The energy over a gate between two brackets.
  func energy(
    over gate: Gate,
    from opening: EdgeBracket?,
    to closing: EdgeBracket?,
    _ quality: ReferenceQuality
  ) throws(MetrologyError) -> ReferenceEnergy {
    try .fromPulses(
      over: gate,
      opening: opening,
      closing: closing,
      constant: constant,
      quality: quality
    )
  }

  /// The energy of a pulse, in Wh.
  var step: Double { 1000 / constant }

  /// The energy in Wh that came from one moment to another; nil where pulses were lost.
  func energyDue(from start: Instant, to end: Instant) -> EnergyDue? {
    guard isWhole else { return nil }
    let within = marks.filter { $0.at >= start && $0.at <= end }
    let counted = (within.last?.count ?? 0) - (within.first?.count ?? 0)
    // Beside these, what came with the first mark and after the last: of pulses that are rare, one each.
    return EnergyDue(least: Double(counted), unseen: within.isEmpty ? 1 : 2) * step
  }

  /// The energy in Wh since the step began; nil where pulses were lost. What came in part since the last of them is
  /// not in it.
  var energy: Double? { isWhole ? Double(trail.count) / constant * 1000 : nil }

  /// How far the power left its mean during a gate; nil where there are too few pulses.
  func spread(in gate: Gate) -> Double? { steadiness.spread(in: gate) }

  /// The power since the step began, in W, var or VA.
  func power(at now: Instant) -> PowerSeen {
    guard isWhole else { return .never }
    guard var seen = flicker.range else { return .notYet }
    // What comes in less than three bounce times may have been taken together: it came faster than anybody expected.
    guard seen.most * bounce < 0.34 else { return .never }
    // Pulses that no longer come close no sample: the power may be gone.
    let quiet = now.duration(since: last ?? began)
    let patience: Duration = max(.seconds(2), .seconds(rounding: 10 / max(seen.least, 1e-9)))
    let late = first.map { $0.duration(since: began) } ?? .zero
    let few: Duration = max(.milliseconds(500), .seconds(rounding: 10 / max(seen.most, 1e-9)))
    if quiet > patience || late > few { seen.least = 0 }
    return .between(seen * Bounds(3_600_000 / constant))
  }

  /// How many times pulses were lost, or the power dipped for no longer than a few of them, in a gate or since the
  /// step began.
  func dips(in gate: Gate?) -> Int {
    gate.map { dipWatch.dips(from: $0.opened, to: $0.closed) } ?? dipWatch.count
  }
}

/// What a reference has seen of the power since a step began.
enum PowerSeen {
  /// From its least tenth of a second to its greatest.
  case between(Bounds)
  /// It has not given enough signs.
  case notYet
  /// It cannot tell any more in this step.
  case never
}

/// Edges of the reference were lost: there is no expected energy.
struct LostReferenceEdges: Error {
  var text: String
}
