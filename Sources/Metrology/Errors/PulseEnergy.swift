/// What pulses mean in energy. Active energy and power are in Wh and W with a constant in imp/kWh;
/// the same formulas hold for reactive (varh, var, imp/kvarh) and apparent quantities.
public enum PulseEnergy {
  /// The energy of whole periods in Wh: 1000·N/K.
  ///
  /// - Parameters:
  ///   - periods: Whole periods N from leading edge to leading edge.
  ///   - constant: The meter constant K in imp/kWh.
  public static func energy(periods: Int, constant: Double) throws(MetrologyError) -> Double {
    1000 * Double(periods) / (try positive(constant, "the meter constant"))
  }

  /// The relative error ε = (measured − reference)/reference, a ratio: a hundredth of
  /// the percentage error that IEC 62052-11 defines.
  ///
  /// - Parameters:
  ///   - measured: The energy that the meter registered.
  ///   - reference: The true energy, in the same unit; above zero.
  public static func relativeError(
    measured: Double,
    reference: Double
  ) throws(MetrologyError) -> Double {
    let reference = try positive(reference, "the reference energy")
    return (try finite(measured, "the measured energy") - reference) / reference
  }

  /// The rate that a power should show, in pulses per second: P·K/3 600 000.
  ///
  /// - Parameters:
  ///   - power: The power P in W.
  ///   - constant: The meter constant K in imp/kWh.
  public static func expectedRate(
    power: Double,
    constant: Double
  ) throws(MetrologyError) -> Double {
    try finite(power, "the power") * (try positive(constant, "the meter constant")) / 3_600_000
  }

  /// The relative error by the time method, a ratio: (t_expected − t_measured)/t_measured.
  ///
  /// A meter that takes longer than expected for its pulses is slow: its error is negative.
  ///
  /// - Parameters:
  ///   - expected: How long the pulses should have taken.
  ///   - measured: How long they took, in the same unit.
  public static func timeMethodError(
    expected: Double,
    measured: Double
  ) throws(MetrologyError) -> Double {
    let measured = try positive(measured, "the measured time")
    return (try positive(expected, "the expected time") - measured) / measured
  }
}
