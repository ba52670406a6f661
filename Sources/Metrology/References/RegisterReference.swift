public import Pulses
import Quantities
import Verdicts

extension ReferenceEnergy {
  /// The energy during a gate from readings of a reference's register.
  ///
  /// At each end of the gate the energy lies between the last value latched before and the first
  /// latched after it; that alone gives `lower` and `upper`, whatever the load did, as long as
  /// energy flows one way. The estimate is interpolated between the two, nothing is extrapolated.
  /// Its components at each end are rectangular: the moment of reading (P·a/√3, where a is the mean
  /// half-width of the two latch intervals weighted by nearness) and the interpolation (s·min(f,
  /// 1 − f) of the energy between the two values, while the power stays within its mean times
  /// 1 ± s); JCGM 100:2008, clauses 4.3.7 and 5.1.3.
  ///
  /// - Parameters:
  ///   - gate: The gate.
  ///   - readings: Readings of the register in the order of their time, from before the opening to
  ///     after the closing.
  ///   - timing: The register's update interval, latency and step.
  ///   - quality: The reference's accuracy and the load's stability.
  ///   - seen: How steady the power was seen to be, over a time that may hold one end of the gate or both: between two
  ///     values latched within it the power stays that close to its mean.
  /// - Throws: ``MetrologyError`` where the update interval is unknown, the readings do not bracket
  ///   the gate, are out of order, or go back.
  public static func fromRegisters(
    over gate: Gate,
    readings: [RegisterReading],
    timing: RegisterTiming,
    quality: ReferenceQuality,
    seen: SteadySpan? = nil
  ) throws(MetrologyError) -> ReferenceEnergy {
    guard gate.closed > gate.opened else { throw .emptyGate }
    let values = try LatchedValue.values(of: readings, timing: timing)
    guard values.count >= 2 else { throw .tooFewReadings(have: values.count, need: 2) }
    let mean = Self.meanPower(values)
    let steadiness = LoadSteadiness(stability: quality.stability, seen: seen)
    let opening = try RegisterCrossing(
      of: gate.opened,
      .opening,
      in: values,
      meanPower: mean,
      steadiness
    )
    let closing = try RegisterCrossing(
      of: gate.closed,
      .closing,
      in: values,
      meanPower: mean,
      steadiness
    )
    let step = abs(try finite(timing.step, "the register's step"))
    let value = try positive(closing.estimate - opening.estimate, "the reference energy")
    let power = value / gate.duration.inSeconds * 3600
    return try ReferenceEnergy(
      value: value,
      lower: max(0, closing.before.energy - opening.after.energy - step),
      upper: closing.after.energy - opening.before.energy + step,
      components: quality.components + [.registerResolution(step: step, energy: value)]
        + opening.components(.opening, power: power, energy: value)
        + closing.components(.closing, power: power, energy: value)
    )
  }
}

extension ReferenceEnergy {
  /// W, over all the values.
  private static func meanPower(_ values: [LatchedValue]) -> Double {
    guard let first = values.first, let last = values.last else { return 0 }
    let time = last.middle.duration(since: first.middle).inSeconds
    return time > 0 ? (last.energy - first.energy) / time * 3600 : 0
  }
}

/// How far the power may leave its mean between two latched values.
private struct LoadSteadiness {
  /// What holds at any time.
  var stability: Double
  var seen: SteadySpan?

  func stability(from before: LatchedValue, to after: LatchedValue) -> Double {
    guard let seen, seen.deviation.isFinite, seen.from <= before.earliest, after.latest <= seen.to
    else { return stability }
    return min(stability, abs(seen.deviation))
  }
}

/// An end of a gate between two latched values.
private struct RegisterCrossing {
  var before: LatchedValue
  var after: LatchedValue
  var fraction: Double
  /// How far the power may leave its mean between them.
  var stability: Double

  /// The pair of values around a moment that places it best: of the two values nearest to it on either side, each
  /// by the reading that tells best when it was latched. A value whose step was caught is known to a poll; one that
  /// was read again later, to an update and its latency.
  init(
    of moment: Instant,
    _ end: MetrologyError.GateEnd,
    in values: [LatchedValue],
    meanPower: Double,
    _ steadiness: LoadSteadiness
  ) throws(MetrologyError) {
    let before = Self.nearest(values.reversed().lazy.filter { $0.latest <= moment })
    let after = Self.nearest(values.lazy.filter { $0.earliest >= moment })
    var best: (crossing: RegisterCrossing, variance: Double)?
    for earlier in before {
      for later in after {
        let crossing = RegisterCrossing(before: earlier, after: later, at: moment, steadiness)
        let variance = crossing.variance(meanPower: meanPower)
        if best.map({ variance < $0.variance }) ?? true { best = (crossing, variance) }
      }
    }
    guard let best else { throw .notBracketed(end, at: moment) }
    self = best.crossing
  }

  private init(
    before: LatchedValue,
    after: LatchedValue,
    at moment: Instant,
    _ steadiness: LoadSteadiness
  ) {
    self.before = before
    self.after = after
    stability = steadiness.stability(from: before, to: after)
    let span = after.middle.duration(since: before.middle).inSeconds
    fraction = span > 0 ? moment.duration(since: before.middle).inSeconds / span : 0.5
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

  /// What the place of the moment between the two leaves open, squared, in Wh² up to a factor.
  private func variance(meanPower: Double) -> Double {
    let span = after.middle.duration(since: before.middle).inSeconds
    let local = span > 0 ? (after.energy - before.energy) / span * 3600 : 0
    let power = max(local, meanPower)
    let moment = ((1 - fraction) * before.halfWidth + fraction * after.halfWidth) * power / 3600
    let between = stability * min(fraction, 1 - fraction) * power * span / 3600
    return moment * moment + between * between
  }

  var estimate: Double { before.energy + fraction * (after.energy - before.energy) }

  func components(
    _ end: MetrologyError.GateEnd,
    power: Double,
    energy: Double
  ) -> [UncertaintyBudget.Component] {
    let between = after.energy - before.energy
    let span = after.middle.duration(since: before.middle).inSeconds
    let localPower = span > 0 ? between / span * 3600 : 0
    let halfWidth = (1 - fraction) * before.halfWidth + fraction * after.halfWidth
    return [
      .momentOfReading(
        end,
        halfWidth: .seconds(rounding: halfWidth),
        power: max(power, localPower),
        energy: energy
      ),
      .rectangular(
        "register interpolation, \(end.rawValue)",
        halfWidth: stability * min(fraction, 1 - fraction) * between / energy
      ),
    ]
  }
}
