public import Pulses
import Quantities
import Verdicts

extension ReferenceEnergy {
  /// The energy during a gate from the pulses of a reference.
  ///
  /// The gate's ends lie between two leading edges of the reference each; the energy is interpolated
  /// between them and nothing is extrapolated. While the power stays within its mean times 1 ± s, a
  /// fraction f of a period holds the energy f ± s·min(f, 1 − f) of that period
  /// (``ReferenceQuality/interpolation(at:)``), which is a component at each end.
  ///
  /// - Parameters:
  ///   - gate: The gate.
  ///   - opening: The reference's leading edges around the gate's opening, where there are both.
  ///   - closing: Those around its closing.
  ///   - constant: The reference's constant in imp/kWh.
  ///   - quality: The reference's accuracy and the load's stability.
  /// - Throws: ``MetrologyError/notBracketed(_:at:)`` where an edge is missing.
  public static func fromPulses(
    over gate: Gate,
    opening: EdgeBracket?,
    closing: EdgeBracket?,
    constant: Double,
    quality: ReferenceQuality
  ) throws(MetrologyError) -> ReferenceEnergy {
    guard gate.closed > gate.opened else { throw .emptyGate }
    let each = 1000 / (try positive(constant, "the reference's constant"))
    guard let opening, let first = opening.fraction(at: gate.opened) else {
      throw .notBracketed(.opening, at: gate.opened)
    }
    guard let closing, let last = closing.fraction(at: gate.closed) else {
      throw .notBracketed(.closing, at: gate.closed)
    }
    let whole = Double(closing.index) - Double(opening.index)
    let pulses = try positive(whole + (last - first), "the reference's pulses")
    let value = pulses * each
    func component(_ end: MetrologyError.GateEnd, _ fraction: Double) -> UncertaintyBudget.Component
    {
      .interpolation(
        "reference pulse interpolation, \(end.rawValue)",
        quality.interpolation(at: fraction).scaled(by: 1 / pulses)
      )
    }
    // The counts themselves allow no more than this, whatever the load did.
    let least = whole - (first > 0 ? 1 : 0)
    let most = whole + (last > 0 ? 1 : 0)
    return try ReferenceEnergy(
      value: value,
      lower: max(0, least) * each,
      upper: most * each,
      components: quality.components + [component(.opening, first), component(.closing, last)]
    )
  }
}
