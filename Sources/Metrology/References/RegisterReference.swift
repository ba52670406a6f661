public import Pulses
import Quantities
import Verdicts

extension ReferenceEnergy {
  /// The energy during a gate from readings of a reference's register.
  ///
  /// At each end of the gate the energy lies between the last value latched before and the first
  /// latched after it; that alone gives `lower` and `upper`, whatever the load did, as long as
  /// energy flows one way.
  ///
  /// The estimate places each end in one of two ways, whichever leaves less open:
  /// - Between those two values, interpolated by time. Its components are the moment of reading (rectangular: the energy
  ///   of the mean half-width of the two latch intervals, weighted by nearness, at their mean power or that of all
  ///   readings, whichever is greater) and the interpolation (``ReferenceQuality/interpolation(at:)`` of what lies
  ///   between, or of what the mean power would bring in that time).
  /// - At a value that was latched within the gate, two updates and latencies from its end at most, with the pulses p from there to the
  ///   end counted. N pulses stand for the whole gate, so the advance between two such values stands for N − p₁ − p₂ of
  ///   them; the register's share of the rest is taken from the pulses. Its components are the moment of reading
  ///   (rectangular: half of the pulses that came in the latch interval) and the interpolation between two pulses (of one
  ///   pulse). A load that moves changes little here, for the pulses move with it.
  ///
  /// JCGM 100:2008, clauses 4.3.7, 4.3.9 and 5.1.3.
  ///
  /// - Parameters:
  ///   - gate: The gate.
  ///   - readings: Readings of the register in the order of their time, from before the opening to
  ///     after the closing.
  ///   - timing: The register's update interval, latency and step.
  ///   - quality: The reference's accuracy and the load's stability.
  ///   - edges: The gate's leading edges; nil where no end is to be placed by pulses.
  /// - Throws: ``MetrologyError`` where the update interval is unknown, the readings do not bracket
  ///   the gate, are out of order, or go back, and where the pulses near an end contradict the register.
  public static func fromRegisters(
    over gate: Gate,
    readings: [RegisterReading],
    timing: RegisterTiming,
    quality: ReferenceQuality,
    edges: GateEdges? = nil
  ) throws(MetrologyError) -> ReferenceEnergy {
    guard gate.closed > gate.opened else { throw .emptyGate }
    let values = try LatchedValue.values(of: readings, timing: timing)
    guard values.count >= 2 else { throw .tooFewReadings(have: values.count, need: 2) }
    let mean = Self.meanPower(values)
    func crossing(
      _ moment: Instant,
      _ end: MetrologyError.GateEnd
    ) throws(MetrologyError) -> RegisterCrossing {
      try RegisterCrossing(
        of: moment,
        end,
        in: values,
        meanPower: mean,
        quality
      )
    }
    let before = try crossing(gate.opened, .opening)
    let after = try crossing(gate.closed, .closing)
    let step = abs(try finite(timing.step, "the register's step"))
    var (opening, closing) = (before.place, after.place)
    let periods = Double(max(1, gate.periods))
    if let edges, edges.count == gate.periods + 1 {
      let pulses = PulsePlaces(
        gate: gate,
        edges: edges,
        reach: Duration.nanoseconds(
          2 * ((timing.updateIntervalNanoseconds ?? 0) + timing.latencyNanoseconds)
        ),
        energyPerPulse: (closing.energy - opening.energy) / periods,
        quality: quality
      )
      opening = pulses.best(of: values, at: .opening, comparedWith: opening)
      closing = pulses.best(of: values, at: .closing, comparedWith: closing)
    }
    let advance = try positive(closing.energy - opening.energy, "the reference energy")
    let value = advance / (1 - (opening.pulses + closing.pulses) / periods)
    let (lower, upper) = (
      max(0, after.before.energy - before.after.energy - step),
      after.after.energy - before.before.energy + step
    )
    let open = opening.halfWidth + closing.halfWidth + step
    guard value >= lower - open, value <= upper + open else {
      throw .contradiction(pulses: value, least: lower, most: upper)
    }
    return try ReferenceEnergy(
      value: value,
      lower: lower,
      upper: upper,
      components: quality.components + [.registerResolution(step: step, energy: advance)]
        + opening.components(.opening, advance: advance)
        + closing.components(.closing, advance: advance)
    )
  }

  /// W, over all the values.
  private static func meanPower(_ values: [LatchedValue]) -> Double {
    guard let first = values.first, let last = values.last else { return 0 }
    let time = last.middle.duration(since: first.middle).inSeconds
    return time > 0 ? (last.energy - first.energy) / time * 3600 : 0
  }
}

/// A place at an end of the gate at which the register's energy is known; all but the pulses in Wh.
private struct RegisterPlace {
  /// What the register counted up to there.
  var energy: Double
  /// How many of the gate's pulses lie between there and the end.
  var pulses = 0.0
  /// What the moment of reading leaves open, rectangular.
  var momentHalfWidth: Double
  /// What it would leave open at the mean power: what places are chosen by.
  var usualMomentHalfWidth: Double
  var interpolation: Interpolation
  /// What is interpolated: "register" or "pulse".
  var interpolated: String

  /// What it leaves open at most.
  var halfWidth: Double { momentHalfWidth + interpolation.halfWidth }

  /// What it leaves open, squared, up to a factor, of an advance that is shorter by the pulses outside it.
  func variance(inGateOf periods: Int) -> Double {
    let share = 1 - pulses / Double(max(1, periods))
    let moment =
      usualMomentHalfWidth / UncertaintyBudget.Distribution.rectangular.divisor / share
    let interpolated = interpolation.standardUncertainty / share
    return moment * moment + interpolated * interpolated
  }

  func components(
    _ end: MetrologyError.GateEnd,
    advance: Double
  ) -> [UncertaintyBudget.Component] {
    [
      .momentOfReading(end, energyHalfWidth: momentHalfWidth, energy: advance),
      .interpolation(
        "\(interpolated) interpolation, \(end.rawValue)",
        interpolation.scaled(by: 1 / advance)
      ),
    ]
  }
}

/// Finds places within a gate by its pulses.
private struct PulsePlaces {
  var gate: Gate
  var edges: GateEdges
  /// How far from an end a place is still near.
  var reach: Duration
  /// Wh, near enough for what is left open.
  var energyPerPulse: Double
  var quality: ReferenceQuality

  /// The place that leaves the least open.
  func best(
    of values: [LatchedValue],
    at end: MetrologyError.GateEnd,
    comparedWith other: RegisterPlace
  ) -> RegisterPlace {
    var best = other
    for value in values {
      guard let place = place(value, end),
        place.variance(inGateOf: gate.periods) < best.variance(inGateOf: gate.periods)
      else { continue }
      best = place
    }
    return best
  }

  /// Nil where the value was not latched within the gate, near that end of it.
  private func place(_ value: LatchedValue, _ end: MetrologyError.GateEnd) -> RegisterPlace? {
    guard let low = edges.position(of: value.earliest), let high = edges.position(of: value.latest)
    else { return nil }
    let whole = Double(gate.periods)
    let middle = (low + high) / 2
    // The thirds keep the places of a short gate apart.
    let isNear =
      switch end {
      case .opening: value.earliest <= gate.opened + reach && high <= whole / 3
      case .closing: value.latest >= gate.closed - reach && low >= whole * 2 / 3
      }
    guard isNear else { return nil }
    let pulsesPerSecond = whole / gate.duration.inSeconds
    return RegisterPlace(
      energy: value.energy,
      pulses: end == .opening ? middle : whole - middle,
      momentHalfWidth: (high - low) / 2 * energyPerPulse,
      usualMomentHalfWidth: value.halfWidth * pulsesPerSecond * energyPerPulse,
      // Half-way between two pulses, time tells least.
      interpolation: quality.interpolation(at: 0.5).scaled(by: energyPerPulse),
      interpolated: "pulse"
    )
  }
}

/// An end of a gate between two latched values.
private struct RegisterCrossing {
  var before: LatchedValue
  var after: LatchedValue
  /// The register's energy at that end, and what it leaves open.
  private(set) var place: RegisterPlace

  /// The pair of values around a moment that places it best: of the two values nearest to it on either side, each
  /// by the reading that tells best when it was latched. A value whose step was caught is known to a poll; one that
  /// was read again later, to an update and its latency.
  init(
    of moment: Instant,
    _ end: MetrologyError.GateEnd,
    in values: [LatchedValue],
    meanPower: Double,
    _ quality: ReferenceQuality
  ) throws(MetrologyError) {
    let before = Self.nearest(values.reversed().lazy.filter { $0.latest <= moment })
    let after = Self.nearest(values.lazy.filter { $0.earliest >= moment })
    var best: RegisterCrossing?
    for earlier in before {
      for later in after {
        let crossing = RegisterCrossing(
          before: earlier,
          after: later,
          at: moment,
          meanPower: meanPower,
          quality
        )
        let isBetter = best.map {
          crossing.place.variance(inGateOf: 1) < $0.place.variance(inGateOf: 1)
        }
        if isBetter ?? true { best = crossing }
      }
    }
    guard let best else { throw .notBracketed(end, at: moment) }
    self = best
  }

  private init(
    before: LatchedValue,
    after: LatchedValue,
    at moment: Instant,
    meanPower: Double,
    _ quality: ReferenceQuality
  ) {
    self.before = before
    self.after = after
    let between = after.energy - before.energy
    let span = after.middle.duration(since: before.middle).inSeconds
    let fraction = span > 0 ? moment.duration(since: before.middle).inSeconds / span : 0.5
    let power = max(span > 0 ? between / span * 3600 : 0, meanPower)
    let halfWidth = (1 - fraction) * before.halfWidth + fraction * after.halfWidth
    place = RegisterPlace(
      energy: before.energy + fraction * between,
      momentHalfWidth: halfWidth * power / 3600,
      usualMomentHalfWidth: halfWidth * meanPower / 3600,
      interpolation: quality.interpolation(at: fraction)
        .scaled(by: max(between, meanPower * span / 3600)),
      interpolated: "register"
    )
  }

  /// The first two different energies, each by the value whose moment is known best.
  private static func nearest(_ values: some Sequence<LatchedValue>) -> [LatchedValue] {
    var found: [LatchedValue] = []
    for value in values {
      guard let last = found.last else {
        found.append(value)
        continue
      }
      if value.energy == last.energy {
        if value.halfWidth < last.halfWidth { found[found.count - 1] = value }
      } else if found.count < 2 {
        found.append(value)
      } else {
        break
      }
    }
    return found
  }
}
