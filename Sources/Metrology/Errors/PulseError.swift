public import Pulses
import Quantities
public import Verdicts

/// Puts an energy error and its budget together.
public enum PulseError {
  /// How much more than in proportion the error depends on a reference energy that is known to ± U, relative to it.
  ///
  /// The error goes by one over that energy. A straight line stands for it while U is small (JCGM 100:2008, clause 5.1.2);
  /// beyond a tenth it would fall short, and the steeper side counts: 1/(1 − U) − 1 is U/(1 − U). Where the energy may be
  /// next to nothing, the error may be anything.
  static func steepness(_ expanded: Double) -> Double {
    expanded <= 0.1 ? 1 : 1 / max(1 - expanded, 1e-3)
  }

  /// The error of a meter's pulses over a gate against a reference, and its uncertainty budget.
  ///
  /// ε = E_pulses/E_reference − 1, so each relative component of the reference enters with the
  /// sensitivity −(1 + ε) (JCGM 100:2008, clause 5.1.3); jitter and edge time act through the power
  /// at the gate's ends with (1 + ε).
  ///
  /// - Parameters:
  ///   - gate: The gate on the meter's leading edges.
  ///   - statistics: The statistics of these edges; they must be complete and reach over the gate.
  ///   - constant: The meter constant in imp/kWh.
  ///   - reference: The reference energy over the same gate.
  ///   - edgeTime: The half-width of one time stamp.
  public static func errorOfPulses(
    gate: Gate,
    statistics: PulseStatistics,
    constant: Double,
    reference: ReferenceEnergy,
    edgeTime: Duration
  ) throws(MetrologyError) -> (error: Double, budget: UncertaintyBudget) {
    guard gate.periods > 0, gate.duration > .zero else { throw .emptyGate }
    guard statistics.isComplete else {
      throw .edgesLost("the pulse output", proofs: statistics.lossCount)
    }
    guard let first = statistics.firstLeading, let last = statistics.lastLeading,
      first <= gate.opened, last >= gate.closed, statistics.wholePeriods >= gate.periods
    else { throw .gateNotCovered }
    guard let jitter = statistics.jitter else {
      throw .tooFewEdges(have: statistics.leadingEdges, need: 3)
    }
    let energy = try PulseEnergy.energy(periods: gate.periods, constant: constant)
    let error = try PulseEnergy.relativeError(measured: energy, reference: reference.value)
    let ratio = 1 + error
    let toReference = -ratio * steepness(reference.budget.expanded)
    let own: [UncertaintyBudget.Component] = [
      .pulseJitter(residual: jitter, edges: statistics.leadingEdges, gate: gate.duration),
      .edgeTime(halfWidth: edgeTime, gate: gate.duration),
    ]
    let budget = UncertaintyBudget(
      reference.components.map { $0.scaled(by: toReference) } + own.map { $0.scaled(by: ratio) }
    )
    return (error, budget)
  }
}
