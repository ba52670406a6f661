import Metrology
import Pulses
import Quantities
public import Verdicts

/// A gate on a simulated meter, measured with a simulated reference through the formulas that real runs use.
///
/// Everything that a budget holds is drawn anew for each gate: what the reference is off by, the load's
/// movement, the jitter of the meter's edges, the stamps' delays, the clock's rate, the moments of readings.
public struct SimulatedGate: Sendable {
  /// Where the expected energy comes from.
  public enum Kind: String, Sendable, CaseIterable {
    /// Pulses of a reference whose certificate states a normal uncertainty.
    case calibratedPulses = "reference pulses, calibrated"
    /// Pulses of a reference that keeps within limits.
    case pulses = "reference pulses within limits"
    /// An energy register that is polled.
    case registers = "reference registers"
    /// Power readings.
    case power = "power readings"
    /// A resistance on a bounded voltage.
    case declaredLoad = "declared load"
    /// A calibrated reference behind a current transformer, at a power factor of 0.5.
    case transformer = "current transformer"
  }

  public var kind: Kind
  /// The meter's true relative error.
  public var truth: Double
  /// Whole periods of the gate.
  public var periods = 40
  /// imp/kWh.
  public var constant = 3200.0
  /// W.
  public var power = 3450.0
  /// The standard deviation of the meter's edges, in seconds.
  public var jitter = 200e-6
  /// How far the load moves about its mean.
  public var movement = 0.001

  /// A gate of 40 periods at 3.45 kW.
  public init(_ kind: Kind, truth: Double) {
    self.kind = kind
    self.truth = truth
    switch kind {
    case .registers: periods = 500
    // Where nothing but normal parts is to be seen: a swinging load would pass for jitter of the meter.
    case .calibratedPulses, .transformer: movement = 2e-6
    // The tolerance of a declared voltage holds for what it does during the gate.
    case .declaredLoad: movement = 0
    case .pulses, .power: break
    }
  }

  /// What came of it.
  public struct Outcome: Sendable {
    public var error: Double
    public var budget: UncertaintyBudget

    /// Whether the interval of the result holds the true error.
    public func covers(_ truth: Double) -> Bool { abs(error - truth) <= budget.expanded }
  }

  /// Measures once.
  public func measure(_ random: inout SeededRandom) throws -> Outcome {
    let mains = MovingLoad(power: power, movement: movement, random: &random)
    // Only an overall rate error of the clock bears on energy that is power times time.
    let clock = 1 + random.within(Self.clockLimit)
    let given = transformer(&random)
    let analysis = meterEdges(mains, clock: clock, factor: given.factor, &random)
    guard let gate = analysis.gate else { throw MetrologyError.emptyGate }
    let reference = try reference(gate, analysis.edges, mains, clock: clock, &random)
    let corrected = try reference.scaled(by: given.known)
    var whole = corrected
    whole.components += given.components
    let result = try PulseError.errorOfPulses(
      gate: gate,
      statistics: analysis.statistics,
      constant: constant,
      reference: whole,
      edgeTime: EdgeStamp.halfWidth
    )
    return Outcome(error: result.error, budget: result.budget)
  }

  // MARK: The meter

  private func meterEdges(
    _ mains: MovingLoad,
    clock: Double,
    factor: Double,
    _ random: inout SeededRandom
  ) -> (gate: Gate?, edges: GateEdges, statistics: PulseStatistics) {
    var analysis = PulseAnalysis()
    var keeper = GateKeeper(notBefore: .zero, atLeastPeriods: periods)
    // Wh for each pulse of the meter, which counts (1 + ε) of what it is given.
    let each = 1000 / constant / (factor * (1 + truth))
    let first = 20 + random.uniform()
    var last = Instant.zero
    for index in 0...(periods + 4) {
      let moment = mains.moment(of: mains.energy(at: first) + Double(index) * each)
      let seen = moment * clock + jitter * random.normal()
      for (offset, isLeading) in [(0.0, true), (0.06, false)] where keeper.gate == nil {
        let stamp = seen + offset + random.within(EdgeStamp.halfWidth.inSeconds)
        let edge = Edge(time: instant(stamp), isLeading: isLeading)
        analysis.add(edge)
        keeper.add(edge)
        last = edge.time
      }
    }
    analysis.finish(at: last + .seconds(1))
    keeper.settle(by: last + .seconds(1))
    return (keeper.gate, keeper.edges, analysis.statistics)
  }

  // MARK: The reference

  private static let clockLimit = 100e-6
  private static let accuracy = 0.0005
  private static let calibration = 0.0004

  private func reference(
    _ gate: Gate,
    _ edges: GateEdges,
    _ mains: MovingLoad,
    clock: Double,
    _ random: inout SeededRandom
  ) throws(MetrologyError) -> ReferenceEnergy {
    let rate = Self.clockLimit * 1e6
    // What was seen at a stamp happened then.
    func real(_ moment: Instant) -> Double { moment.duration(since: .zero).inSeconds / clock }
    let bounded = ReferenceQuality(accuracy: Self.accuracy, loadStability: movement)
    switch kind {
    case .calibratedPulses, .pulses, .transformer:
      let isBounded = kind == .pulses
      let off =
        isBounded ? random.within(Self.accuracy) : random.normal() * Self.calibration / 2
      let own = 10_000.0
      // Its own count of the energy since the beginning.
      func bracket(_ moment: Instant) -> EdgeBracket {
        let count = mains.energy(at: real(moment)) * (1 + off) * own / 1000
        let index = count.rounded(.down)
        func edge(_ number: Double) -> Instant {
          instant(mains.moment(of: number / own * 1000 / (1 + off)) * clock)
        }
        return EdgeBracket(index: Int(index), before: edge(index), after: edge(index + 1))
      }
      return try .fromPulses(
        over: gate,
        opening: bracket(gate.opened),
        closing: bracket(gate.closed),
        constant: own,
        quality: isBounded
          ? bounded
          : ReferenceQuality(calibration: Self.calibration, loadStability: movement)
      )
    case .registers:
      let off = random.within(Self.accuracy)
      let timing = RegisterTiming(
        updateInterval: .milliseconds(500),
        latency: .milliseconds(200),
        step: 0.1
      )
      let phase = random.uniform() * 0.5
      let latency = random.uniform() * 0.2
      var readings: [RegisterReading] = []
      var moment = gate.opened - .seconds(3)
      while moment < gate.closed + .seconds(3) {
        // The newest update that has appeared, latched `latency` before.
        let newest = ((real(moment) - latency - phase) / 0.5).rounded(.down) * 0.5 + phase
        let energy = mains.energy(at: newest) * (1 + off)
        readings.append(
          RegisterReading(
            energy: (energy / timing.step).rounded(.down) * timing.step,
            requestSent: moment,
            replyBegan: moment + .milliseconds(45)
          )
        )
        moment = moment + .seconds(rounding: 0.15 + 0.02 * random.uniform())
        if moment > gate.opened + .seconds(3), moment < gate.closed - .seconds(3) {
          moment = gate.closed - .seconds(3)
        }
      }
      return try .fromRegisters(
        over: gate,
        readings: readings,
        timing: timing,
        quality: bounded,
        edges: edges
      )
    case .power:
      let off = random.within(Self.accuracy)
      var readings: [PowerReading] = []
      var moment = gate.opened - .milliseconds(Int64(300 + 200 * random.uniform()))
      while readings.isEmpty || readings[readings.count - 1].moment < gate.closed {
        let age = random.within(0.1)
        readings.append(
          PowerReading(
            power: mains.power(at: real(moment) + age) * (1 + off),
            moment: moment,
            halfWidth: .milliseconds(100)
          )
        )
        moment = moment + .milliseconds(500)
      }
      return try .fromPower(
        over: gate,
        readings: readings,
        longestGap: .seconds(5),
        clockRate: rate,
        quality: bounded
      )
    case .declaredLoad:
      // The declaration is off from what flows: resistance and voltage within their tolerances.
      let (resistance, voltage) = (0.001, 0.0005)
      let (r, u) = (random.within(resistance), random.within(voltage))
      // P = U²/R: the real one is `power`, so the nominal one is what undoes the deviations.
      let nominal = power * (1 + r) / ((1 + u) * (1 + u))
      return try .fromDeclaredLoad(
        over: gate,
        phases: [
          DeclaredPhase(
            name: "L1",
            resistance: .init(Quantity(230 * 230 / nominal, .ohm), .relative(resistance)),
            voltage: .init(Quantity(230, .volt), .relative(voltage))
          )
        ],
        clockRate: rate,
        quality: ReferenceQuality()
      )
    }
  }

  private func transformer(
    _ random: inout SeededRandom
  ) -> (factor: Double, known: Double, components: [UncertaintyBudget.Component]) {
    guard kind == .transformer else { return (1, 1, []) }
    let (cosine, sine) = (0.5, 0.75.squareRoot())
    let stated = ExternalTransformer(
      ratioError: .init(Quantity(0.05, .percent), .absolute(Quantity(0.03, .percent))),
      displacement: .init(Quantity(0.05, .degree), .absolute(Quantity(0.01, .degree)))
    )
    let ratio = 0.05 + random.within(0.03)
    let offset = random.within(0.01)
    let flow = ExternalTransformer.Flow(active: cosine, reactive: sine)
    let known = stated.given(.active, of: flow)
    // The truth by the definition itself: U·I·cos(φ − δ), and not by the formula that is tried.
    let delta = 0.05 + offset
    let angle = Wave.arctangent(sine / cosine) - delta * Double.pi / 180
    return (
      (1 + ratio / 100) * Wave.cosine(angle) / cosine,
      known.value / cosine,
      known.components.map { $0.scaled(by: 1 / known.value) }
    )
  }

  private func instant(_ seconds: Double) -> Instant {
    Instant(sinceOrigin: .seconds(rounding: seconds))
  }
}

/// A load whose power swings slowly about its mean.
private struct MovingLoad {
  private let power: Double
  private let movement: Double
  private let angular: Double
  private let phase: Double

  init(power: Double, movement: Double, random: inout SeededRandom) {
    self.power = power
    self.movement = movement
    // A swing in 5 to 30 seconds.
    angular = 2 * Double.pi / (5 + 25 * random.uniform())
    phase = 2 * Double.pi * random.uniform()
  }

  /// W.
  func power(at time: Double) -> Double {
    power * (1 + movement * Wave.sine(angular * time + phase))
  }

  /// Wh since time 0.
  func energy(at time: Double) -> Double {
    let swing = (Wave.cosine(phase) - Wave.cosine(angular * time + phase)) * movement / angular
    return power * (time + swing) / 3600
  }

  /// When so much energy has passed: Newton's method, which the small swing makes fast.
  func moment(of energy: Double) -> Double {
    var time = energy * 3600 / power
    for _ in 0..<4 { time += (energy - self.energy(at: time)) * 3600 / power(at: time) }
    return time
  }
}
