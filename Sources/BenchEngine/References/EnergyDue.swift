import MeterProfiles
import Metrology
import Planning
import Quantities

/// What a counter of energy saw pass in a time, in Wh or in periods of an output.
struct EnergyDue {
  /// So much for certain.
  var least: Double
  /// So much more may have passed, for it counts in steps that are no finer.
  var unseen: Double

  static func * (due: EnergyDue, factor: Double) -> EnergyDue {
    EnergyDue(least: due.least * factor, unseen: due.unseen * factor)
  }
}

extension PulseExpectation {
  /// Periods for each Wh that the reference measures.
  var periodsPerEnergy: Double { output.constant.base * scale / 1000 }

  /// How long a counter needs for two of its steps, which are in Wh as the meter counts; no longer than a gate, for what
  /// takes longer tells nothing of one.
  func timeOfTwoSteps(_ step: Double) -> Duration {
    guard let power, let gate, power > 0 else { return .zero }
    return min(gate, .seconds(rounding: min(2 * step / power * 3600, 1e6)))
  }
}

extension ReadingWindow {
  /// How far the register went on from one moment to another, in Wh; nil where its readings do not tell.
  func energyDue(from start: Instant, to end: Instant, _ timing: RegisterTiming) -> EnergyDue? {
    (try? RegisterAdvance.least(in: remembered, from: start, to: end, timing: timing))
      .map { EnergyDue(least: $0, unseen: 2 * timing.step) }
  }
}
