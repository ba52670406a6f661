import Pulses
import Quantities
public import Verdicts

/// A reference as a plan knows it: enough to say how well it will know the energy of a gate.
public enum PredictedReference: Hashable, Sendable {
  /// Pulses with a constant in imp/kWh.
  case pulses(constant: Double)
  /// A register that is polled: the time from one request to the next, and from a request to its reply.
  case registers(RegisterTiming, poll: Duration, response: Duration)
  /// Readings of a power that is polled, each as old as `age` at most.
  case power(poll: Duration, age: Duration)
  /// A load that is declared instead of measured.
  case declaredLoad([DeclaredPhase])
}

/// Where a gate falls between two updates of a register. Nobody knows beforehand, and the uncertainty depends on it.
public enum PredictedPhase: Hashable, Sendable {
  /// A third of the way from the root mean square over all phases to the greatest: a plan had better ask for a gate
  /// that is rather too long.
  case usual
  /// Each end where it is placed best.
  case best
  /// Each end where it is placed worst.
  case worst
}

extension ReferenceEnergy {
  /// What a reference will give over an undisturbed gate: ideal observations of a constant power, put through
  /// the formulas that the real ones go through, so that a plan and a run cannot disagree about them.
  ///
  /// - Parameters:
  ///   - reference: the reference.
  ///   - power: what it measures, in W, var or VA; above zero.
  ///   - length: how long the gate is open.
  ///   - periods: how many whole periods of the meter's output it holds.
  ///   - clockRate: the limit of the host clock's rate in parts per million.
  ///   - quality: the reference's accuracy and the load's stability.
  ///   - phase: where the gate falls between two updates of a register.
  public static func predicted(
    by reference: PredictedReference,
    power: Double,
    over length: Duration,
    periods: Int,
    clockRate: Double,
    quality: ReferenceQuality,
    phase: PredictedPhase = .usual
  ) throws(MetrologyError) -> ReferenceEnergy {
    let power = try positive(power, "the predicted power")
    let opened = Instant(sinceOrigin: .seconds(3600))
    let gate = Gate(opened: opened, closed: opened + length, periods: periods)
    switch reference {
    case .pulses(let constant):
      let period = 3_600_000 / (power * (try positive(constant, "the reference's constant")))
      // The root mean square of min(f, 1 − f), where any fraction f of a period is as likely.
      let fraction = 1 / 12.0.squareRoot()
      func bracket(_ moment: Instant, _ index: Int) -> EdgeBracket {
        let before = moment - .seconds(rounding: fraction * period)
        return EdgeBracket(
          index: index,
          before: before,
          after: before + .seconds(rounding: period)
        )
      }
      let pulses = max(1, Int((length.inSeconds / period).rounded()))
      return try fromPulses(
        over: gate,
        opening: bracket(gate.opened, 0),
        closing: bracket(gate.closed, pulses),
        constant: constant,
        quality: quality
      )
    case .registers(let timing, let poll, let response):
      let edges = GateEdges(evenIn: gate)
      return try overPhases(phase) { phase throws(MetrologyError) in
        try fromRegisters(
          over: gate,
          readings: idealReadings(
            timing,
            poll: poll,
            response: response,
            power: power,
            gate: gate,
            phase: phase
          ),
          timing: timing,
          quality: quality,
          edges: edges
        )
      }
    case .power(let poll, let age):
      let poll = max(poll, .milliseconds(10))
      var readings: [PowerReading] = []
      var moment = gate.opened - poll / 2
      // More readings than this change nothing: the power is constant.
      let step = max(poll, length / 1000)
      while readings.isEmpty || readings.count < 4
        || readings[readings.count - 1].moment < gate.closed
      {
        readings.append(PowerReading(power: power, moment: moment, halfWidth: age / 2))
        moment = moment + step
      }
      return try fromPower(
        over: gate,
        readings: readings,
        longestGap: max(step, .seconds(5)),
        clockRate: clockRate,
        quality: quality
      )
    case .declaredLoad(let phases):
      return try fromDeclaredLoad(
        over: gate,
        phases: phases,
        clockRate: clockRate,
        quality: quality
      )
    }
  }

  /// Each end as it is over the moments at which a gate may fall between two updates.
  private static func overPhases(
    _ wanted: PredictedPhase,
    _ energy: (Double) throws(MetrologyError) -> ReferenceEnergy
  ) throws(MetrologyError) -> ReferenceEnergy {
    let count = 16
    var all: [ReferenceEnergy] = []
    for index in 0..<count { all.append(try energy(Double(index) / Double(count))) }
    var predicted = all[0]
    // What belongs to one end is chosen together, for a place that leaves less of one source open may leave more of
    // another. Where the ends fall does not depend on one another.
    for end in [
      ", \(MetrologyError.GateEnd.opening.rawValue)",
      ", \(MetrologyError.GateEnd.closing.rawValue)",
    ] {
      let places = predicted.components.indices.filter {
        predicted.components[$0].name.hasSuffix(end)
      }
      func variance(_ energy: ReferenceEnergy) -> Double {
        places.reduce(0) { sum, place in
          let part = energy.components[place].standardUncertainty
          return sum + part * part
        }
      }
      let sorted = all.sorted { variance($0) < variance($1) }
      guard let least = sorted.first, let greatest = sorted.last else { continue }
      for place in places {
        predicted.components[place] = (wanted == .best ? least : greatest).components[place]
        guard wanted == .usual else { continue }
        let squares = all.reduce(0) { sum, energy in
          let part = energy.components[place].standardUncertainty
          return sum + part * part
        }
        predicted.components[place].standardUncertainty =
          0.68 * (squares / Double(count)).squareRoot()
          + 0.32 * greatest.components[place].standardUncertainty
      }
    }
    return predicted
  }

  /// The readings around both ends of a gate of a register that is updated every interval, each value as old
  /// as half the latency when it appears.
  private static func idealReadings(
    _ timing: RegisterTiming,
    poll: Duration,
    response: Duration,
    power: Double,
    gate: Gate,
    phase: Double
  ) -> [RegisterReading] {
    let interval = max(
      Duration.nanoseconds(timing.updateIntervalNanoseconds ?? 0),
      .milliseconds(1)
    )
    let latency = Duration.nanoseconds(max(0, timing.latencyNanoseconds))
    let poll = max(poll, response, .milliseconds(1))
    let margin = (interval + latency) * 3 + poll * 4
    func energy(at moment: Instant) -> Double {
      let seen = (moment - latency / 2).duration(since: .zero).inSeconds
      let updates = (seen / interval.inSeconds - phase).rounded(.down) + phase
      return updates * interval.inSeconds * power / 3600
    }
    /// How many polls from a moment on show what it shows, less one.
    func pollsBeforeUpdate(after moment: Instant) -> Int {
      let seen = (moment - latency / 2).duration(since: .zero).inSeconds
      let updates = (seen / interval.inSeconds - phase).rounded(.down) + phase
      let left = (updates + 1) * interval.inSeconds - seen
      return max(0, Int(left / poll.inSeconds) - 1)
    }
    var readings: [RegisterReading] = []
    var moment = gate.opened - margin
    while moment < gate.closed + margin {
      readings.append(
        RegisterReading(
          energy: energy(at: moment),
          requestSent: moment,
          replyBegan: moment + response
        )
      )
      // Between the ends no reading matters; nor do those between the first and the last of one value, which are
      // many where a register is updated seldom.
      let next = moment + poll
      let isBetween = next > gate.opened + margin && next < gate.closed - margin
      let repeats = interval > poll * 128 ? pollsBeforeUpdate(after: next) : 0
      moment = isBetween ? gate.closed - margin : next + poll * repeats
    }
    return readings
  }
}

/// The budget that an error of pulses will have.
public enum PredictedError {
  /// The budget of the error over an undisturbed gate, near an error of zero.
  ///
  /// - Parameters:
  ///   - periods: whole periods of the meter's output.
  ///   - length: how long they take.
  ///   - reference: what the reference will give over the gate.
  ///   - jitter: the deviation of the meter's leading edges about an even train that is expected.
  ///   - edgeTime: the half-width of one time stamp.
  public static func budget(
    periods: Int,
    length: Duration,
    reference: ReferenceEnergy,
    jitter: Duration,
    edgeTime: Duration
  ) -> UncertaintyBudget {
    let toReference = -PulseError.steepness(reference.budget.expanded)
    return UncertaintyBudget(
      reference.components.map { $0.scaled(by: toReference) } + [
        .pulseJitter(residual: jitter.inSeconds, edges: periods + 1, gate: length),
        .edgeTime(halfWidth: edgeTime, gate: length),
      ]
    )
  }
}
