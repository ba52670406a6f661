import Benches
import MeterProfiles
import Metrology
import Modbus
public import Quantities
import Scenarios
public import Verdicts

/// How well a rule will be decided, before anything is measured.
public struct Prediction: Hashable, Sendable {
  /// The rule's id.
  public var rule: String
  /// The room that its limits leave on either side, in the base unit of `dimension`.
  public var limit: Double
  /// That of a reading's own quantity; a ratio for all that is compared with the energy of a gate.
  public var dimension = Dimension.ratio
  /// What the uncertainty will come from, for a value in the middle of its limits.
  public var budget: UncertaintyBudget
  /// How the rule decides.
  public var decision: DecisionRule
  /// The expanded uncertainty where the gate falls best, and where it falls worst, between two updates of a register,
  /// in the unit of the limit; nil where no register's updates bear on it by more than a twentieth.
  public var span: ClosedRange<Double>?
  /// The fewest periods, and how long they take, that bring U to a third of the limit; nil where no gate of up
  /// to a day does, and for rules that no gate decides.
  public var recommended: Gate?

  /// A gate.
  public struct Gate: Hashable, Sendable {
    public var periods: Int
    public var length: Duration
  }

  /// The predicted expanded uncertainty, in the unit of the limit.
  public var expanded: Double { budget.expanded }

  /// The test uncertainty ratio L/U.
  public var testUncertaintyRatio: Double { limit / expanded }

  /// How far a value may be from the middle of its limits and pass: the acceptance limit of JCGM 106:2012 (clause 3.3.8),
  /// which is the limit less the guard band. Zero where no value could pass.
  public var acceptance: Double {
    decision.canPass(expandedUncertainty: expanded, lower: -limit, upper: limit)
      ? max(0, limit - decision.guardBand(expanded)) : 0
  }
}

/// The share of a limit that the uncertainty of a test may have (arrêté du 1er août 2013, articles 13 and 18).
private let recommendedShare = 1.0 / 3

/// Predictions of how well steps will decide.
extension Planner {
  /// The deviation of a meter's edges about an even train that is taken where nothing is known.
  static let unknownJitter = Duration.milliseconds(1)
  /// A span that is narrower than this ratio of its ends says nothing that a person could use.
  private static let visibleSpan = 1.05

  /// Predicts the uncertainty of a step's rules, and refuses those that nothing could pass.
  mutating func predict(_ planned: inout PlannedStep) {
    guard let pulses = planned.pulses, let rate = pulses.rate, let power = pulses.power, rate > 0,
      power > 0, pulses.periods >= 2
    else { return }
    switch planned.step.action {
    case .countPulses(let count) where count.isOverload: return
    case .countPulses, .compareRegisters, .remeasure: break
    default: return
    }
    for rule in planned.step.rules {
      guard let limit = Self.room(rule, expected: pulses),
        let budget = budget(of: rule.id, periods: pulses.periods, pulses, planned)
      else { continue }
      var prediction = Prediction(
        rule: rule.id,
        limit: limit,
        budget: budget,
        decision: rule.decision
      )
      func expanded(_ phase: PredictedPhase) -> Double {
        self.budget(of: rule.id, periods: pulses.periods, pulses, planned, phase)?.expanded
          ?? budget.expanded
      }
      let (best, worst) = (expanded(.best), expanded(.worst))
      if best * Self.visibleSpan < worst { prediction.span = best...worst }
      prediction.recommended = shortest(rule.id, pulses, planned) { $0 <= limit * recommendedShare }
      planned.predictions.append(prediction)
      let decides = { (uncertainty: Double) in
        rule.decision.canPass(expandedUncertainty: uncertainty, lower: -limit, upper: limit)
      }
      guard decides(best) else {
        undecidable(rule, prediction, pulses, planned, decides: decides)
        continue
      }
      if !decides(worst) {
        let remedy = shortest(rule.id, pulses, planned, .worst, decides).map {
          "; \($0.periods) pulses (\(text($0.length))) would nearly always do"
        }
        warn(
          "\(planned.step.id): '\(rule.text)' may end inconclusive: the uncertainty will be up to \(Measurement.text(worst, .ratio, digits: 3)), as the gate falls between two updates of the register\(remedy ?? "")"
        )
      } else {
        warnOfLittleRoom(rule, prediction, planned)
      }
    }
    predictScatter(&planned)
  }

  /// Predicts the rules of `remeasure` about how gates differ from one another.
  private mutating func predictScatter(_ planned: inout PlannedStep) {
    guard case .remeasure(let test) = planned.step.action, let pulses = planned.pulses,
      let gate = budget(of: "error", periods: pulses.periods, pulses, planned),
      let fallingBest = budget(of: "error", periods: pulses.periods, pulses, planned, .best),
      let scatter = Scatter([(0, gate)]), let best = Scatter([(0, fallingBest)])
    else { return }
    for rule in planned.step.rules {
      guard case .within(nil, let limit?, .ratio) = rule.criterion, limit > 0 else { continue }
      // A meter whose gates are all alike adds nothing, and has the best chance where each of them falls best.
      let (usual, least): (UncertaintyBudget, UncertaintyBudget)
      switch rule.id {
      case "repeatability": (usual, least) = (scatter.rangeBudget, best.rangeBudget)
      case "standard-deviation" where test.gates >= 3:
        usual = scatter.deviationBudget(scatter.benchScatter.combined, gates: test.gates)
        least = best.benchScatter
      default: continue
      }
      let prediction = Prediction(
        rule: rule.id,
        limit: limit,
        budget: usual,
        decision: rule.decision
      )
      planned.predictions.append(prediction)
      guard
        rule.decision.decide(0, expandedUncertainty: least.expanded, lower: nil, upper: limit)
          != .passed
      else { continue }
      refuseUndecidable(
        rule,
        Prediction(rule: rule.id, limit: limit, budget: least, decision: rule.decision),
        planned,
        remedy:
          "the bench itself scatters so much; ask for more pulses in a gate, or for a reference that scatters less"
      )
    }
  }

  /// The room of a rule as a share of what is expected; nil where its uncertainty cannot be predicted.
  private static func room(_ rule: Rule, expected: PulseExpectation) -> Double? {
    switch (rule.id, rule.criterion) {
    // One gate of `remeasure` is like another.
    case ("error", .within(let lower?, let upper?, .ratio)),
      ("error-1", .within(let lower?, let upper?, .ratio)),
      ("mean-error", .within(let lower?, let upper?, .ratio)),
      ("difference", .within(let lower?, let upper?, .ratio)):
      return upper > lower ? (upper - lower) / 2 : nil
    case ("constant", .within(let lower?, let upper?, _)):
      return upper > lower ? (upper - lower) / 2 / expected.output.constant.base : nil
    case ("rate", .around("expected-rate", let relative, let absolute, _)):
      return expected.rate.map { relative + absolute / $0 }
    case ("rate", .within(let lower?, let upper?, .pulseRate)):
      return expected.rate.flatMap { upper > lower ? (upper - lower) / 2 / $0 : nil }
    default: return nil
    }
  }

  /// The budget of a rule over a gate of so many periods, as a ratio.
  private func budget(
    of rule: String,
    periods: Int,
    _ pulses: PulseExpectation,
    _ planned: PlannedStep,
    _ phase: PredictedPhase = .usual
  ) -> UncertaintyBudget? {
    guard let rate = pulses.rate, let power = pulses.power else { return nil }
    let length = Duration.seconds(rounding: Double(periods) / rate)
    if rule == "rate", !planned.loadAsDeclared("rate").isEmpty {
      return UncertaintyBudget(
        [
          .pulseJitter(residual: jitter.inSeconds, edges: periods + 1, gate: length),
          .edgeTime(halfWidth: EdgeStamp.halfWidth, gate: length),
          .hostClockRate(partsPerMillion: bench.clockRateLimit),
        ] + planned.loadAsDeclared("rate")
      )
    }
    let energy =
      rule == "difference"
      ? ownRegister(pulses, power: power, over: length, periods, phase)
      : referenceEnergy(power: power / pulses.scale, over: length, periods, planned, phase)
    guard let energy else { return nil }
    var budget = PredictedError.budget(
      periods: periods,
      length: length,
      reference: energy,
      jitter: jitter,
      edgeTime: EdgeStamp.halfWidth
    )
    if rule == "rate" {
      budget.components.append(.hostClockRate(partsPerMillion: bench.clockRateLimit))
    }
    return budget
  }

  /// What a twin declares of its meters; else what is taken for any.
  private var jitter: Duration {
    guard let twin = bench.twin else { return Self.unknownJitter }
    let declared = active.map { position in
      twin.meters.first { $0.position == position.name }?.pulseJitter
        ?? TwinMeter(position: position.name).pulseJitter
    }
    return .seconds(rounding: declared.max() ?? 0)
  }

  private func referenceEnergy(
    power: Double,
    over length: Duration,
    _ periods: Int,
    _ planned: PlannedStep,
    _ phase: PredictedPhase
  ) -> ReferenceEnergy? {
    guard let reference = bench.reference else { return nil }
    let readings = referenceProfile?.readings
    let predicted: PredictedReference
    var stability: Double? = nil
    if case .countPulses(let count) = planned.step.action { stability = count.loadStability }
    switch reference.kind {
    case .pulses(_, let constant): predicted = .pulses(constant: constant.base)
    case .registers(_, let bus, _, let name):
      guard let profile = referenceProfile, let quantity = profile.quantity(name) else {
        return nil
      }
      predicted = .registers(
        RegisterTiming(
          updateInterval: readings?.updateInterval,
          latency: readings?.latency ?? .zero,
          step: quantity.step(at: 0)
        ),
        poll: pollTime(profile, on: bus)
          + max(profile.communication.minimumPause, .milliseconds(100)),
        response: responseTime(profile, of: nil)
      )
    case .power(_, let bus, _, _):
      guard let profile = referenceProfile, let readings else { return nil }
      predicted = .power(
        poll: max(
          readings.updateInterval,
          pollTime(profile, on: bus)
            + max(profile.communication.minimumPause, .milliseconds(100))
        ),
        age: readings.updateInterval + readings.latency
      )
    case .declaredLoad:
      guard let load = planned.load, case .resistance(let resistance) = load.draw,
        let source = bench.source
      else { return nil }
      predicted = .declaredLoad(DeclaredPhase.phases(of: load, resistance: resistance, on: source))
    }
    let quality = ReferenceQuality(
      accuracy: reference.accuracy,
      calibration: reference.calibrationUncertainty,
      loadStability: stability ?? Self.assumedStability(reference.kind, power: power, over: length)
    )
    let energy = try? ReferenceEnergy.predicted(
      by: predicted,
      power: power,
      over: length,
      periods: periods,
      clockRate: bench.clockRateLimit,
      quality: quality,
      phase: phase
    )
    guard let position = active.first,
      let dimension = planned.pulses?.output.quantity.unit.dimension
    else { return energy }
    return try? energy?.given(to: position, by: planned.load, on: bench.source, dimension)
  }

  /// How far a load that no condition holds is taken to move between two signs of the reference. Readings of an
  /// energy do not show it, nor do pulses in a gate that holds no three samples of their rate: nothing is known
  /// there.
  private static func assumedStability(
    _ kind: Reference.Kind,
    power: Double,
    over length: Duration
  ) -> Double {
    switch kind {
    case .registers: return 1
    case .pulses(_, let constant):
      let sample = max(1, 3_600_000 / (power * constant.base))
      return length.inSeconds < 3 * sample ? 1 : 0.01
    case .power, .declaredLoad: return 0.01
    }
  }

  /// The meter's own register, as `compare-registers` reads it.
  private func ownRegister(
    _ pulses: PulseExpectation,
    power: Double,
    over length: Duration,
    _ periods: Int,
    _ phase: PredictedPhase
  ) -> ReferenceEnergy? {
    let profile = scenario.profile
    guard let readings = profile.readings, let bus = active.first?.bus else { return nil }
    let quantity = pulses.output.quantity
    let unit = quantity.unit.unit { name in known.last { $0.name == name }?.value }
    let sharing = active.count { $0.bus == bus }
    return try? ReferenceEnergy.predicted(
      by: .registers(
        RegisterTiming(
          updateInterval: readings.updateInterval,
          latency: readings.latency,
          step: (quantity.resolution ?? 0) * (unit?.factor ?? 1)
        ),
        poll: max(
          (pollTime(profile, on: bus, of: active.first) + .milliseconds(10)) * sharing,
          max(.milliseconds(50), profile.communication.minimumPause)
            + pollTime(profile, on: bus, of: active.first)
        ),
        response: responseTime(profile, of: active.first)
      ),
      power: power,
      over: length,
      periods: periods,
      clockRate: bench.clockRateLimit,
      quality: ReferenceQuality(),
      phase: phase
    )
  }

  /// What the meter of a position, or the reference, usually needs to begin its reply: a twin's by its declaration,
  /// else a quarter of its limit.
  private func responseTime(_ profile: MeterProfile, of position: Position?) -> Duration {
    bench.twin?.meter(position?.name ?? "").responseTime
      ?? profile.communication.responseLimit / 4
  }

  /// From a request to the end of its reply, for two registers: 8 and 9 bytes of eleven bits.
  private func pollTime(
    _ profile: MeterProfile,
    on name: String,
    of position: Position? = nil
  ) -> Duration {
    let baud = Double(bench.bus(name)?.line.baud ?? 9600)
    return responseTime(profile, of: position) + .seconds(rounding: 17 * 11 / baud)
  }

  /// The fewest periods at which the uncertainty satisfies a condition; nil where a day's gate does not.
  private func shortest(
    _ rule: String,
    _ pulses: PulseExpectation,
    _ planned: PlannedStep,
    _ phase: PredictedPhase = .usual,
    _ satisfies: (Double) -> Bool
  ) -> Prediction.Gate? {
    guard let rate = pulses.rate else { return nil }
    let most = max(2, Int(min(86_400 * rate, 1e8)))
    func holds(_ periods: Int) -> Bool {
      budget(of: rule, periods: periods, pulses, planned, phase).map { satisfies($0.expanded) }
        ?? false
    }
    guard holds(most) else { return nil }
    var (low, high) = (2, most)
    while low < high {
      let middle = (low + high) / 2
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return Prediction.Gate(periods: low, length: .seconds(rounding: Double(low) / rate))
  }

  /// Refuses a rule that nothing could pass, with the smallest change that would do.
  private mutating func undecidable(
    _ rule: Rule,
    _ prediction: Prediction,
    _ pulses: PulseExpectation,
    _ planned: PlannedStep,
    decides: (Double) -> Bool
  ) {
    let remedy: String
    if let gate = shortest(rule.id, pulses, planned, .worst, decides) {
      let better = prediction.recommended.flatMap { $0.periods > gate.periods ? $0 : nil }.map {
        ", better for \($0.periods), with which it is a third of the limit"
      }
      let timeout =
        gate.length > Self.longestGate && planned.step.timeout == nil
        ? ", with a 'timeout' that allows it" : ""
      remedy =
        "ask for at least \(gate.periods) pulses (\(text(gate.length)))\(better ?? "")\(timeout), or for more load or more pulses for each kWh"
    } else {
      remedy =
        rule.id == "rate" && !planned.loadAsDeclared("rate").isEmpty
        ? "the load may be off by as much by its declaration; write 'expected ± …', which takes the load as the reference sees it, or declare the load or the source more closely"
        : rule.id == "difference"
          ? "no longer gate helps; widen the limit, or choose the energy unit in which the register is finest"
          : "no longer gate helps; use a better reference, or a wider limit"
    }
    refuseUndecidable(rule, prediction, planned, remedy: remedy)
  }

  /// Warns where hardly anything but a value in the middle of its limits could pass.
  mutating func warnOfLittleRoom(
    _ rule: Rule,
    _ prediction: Prediction,
    _ planned: PlannedStep
  ) {
    guard prediction.acceptance < prediction.limit / 4 else { return }
    func text(_ value: Double) -> String {
      Measurement.text(value, prediction.dimension, digits: 3)
    }
    warn(
      "\(planned.step.id): of '\(rule.text)' only what is off by \(text(prediction.acceptance)) at most can pass: the uncertainty will be \(text(prediction.expanded)), and the decision is \(rule.decision); what is further off, and within the limit, ends inconclusive"
    )
  }

  /// Refuses a rule that nothing could pass, or warns of it where that was allowed.
  mutating func refuseUndecidable(
    _ rule: Rule,
    _ prediction: Prediction,
    _ planned: PlannedStep,
    remedy: String
  ) {
    let share = prediction.budget.ranked.first.map {
      "\($0.name), \(Measurement.text($0.contribution, prediction.dimension, digits: 3))"
    }
    func text(_ value: Double) -> String {
      Measurement.text(value, prediction.dimension, digits: 3)
    }
    let uncertainty =
      prediction.span.map { "\(text($0.lowerBound)) at least" } ?? text(prediction.expanded)
    let message =
      "\(planned.step.id): '\(rule.text)' cannot be passed: the uncertainty will be \(uncertainty) (mostly \(share ?? "nothing known")), and the decision is \(rule.decision); \(remedy)"
    if allowsUndecidable { warn(message) } else { refuse(message, at: rule.origin) }
  }
}
