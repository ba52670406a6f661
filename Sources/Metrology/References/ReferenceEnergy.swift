public import Verdicts

/// The energy that passed during a gate according to a reference.
public struct ReferenceEnergy: Hashable, Sendable, Codable {
  /// The best estimate in Wh; above zero.
  public var value: Double
  /// The least energy in Wh that the reference's own observations allow, before its accuracy.
  public var lower: Double
  /// The greatest energy in Wh that the reference's own observations allow, before its accuracy.
  public var upper: Double
  /// Where its uncertainty comes from: relative standard uncertainties of `value`. The reference's
  /// accuracy and calibration are among them where they were given.
  public var components: [UncertaintyBudget.Component]

  /// An energy with its bounds, all in Wh; a bound on the wrong side of the value is moved to it.
  ///
  /// - Throws: ``MetrologyError`` where the value is not above zero or a bound is not finite.
  public init(
    value: Double,
    lower: Double,
    upper: Double,
    components: [UncertaintyBudget.Component]
  ) throws(MetrologyError) {
    self.value = try positive(value, "the reference energy")
    self.lower = try finite(min(lower, value), "the reference energy's lower bound")
    self.upper = try finite(max(upper, value), "the reference energy's upper bound")
    self.components = components
  }

  /// The same gate's energy as a meter counts it whose set transformer ratio is so many times the wired
  /// one.
  ///
  /// - Throws: ``MetrologyError`` where the factor is not above zero.
  public func scaled(by factor: Double) throws(MetrologyError) -> ReferenceEnergy {
    try ReferenceEnergy(
      value: value * factor,
      lower: lower * factor,
      upper: upper * factor,
      components: components
    )
  }

  /// The budget of the energy itself, relative to its value.
  public var budget: UncertaintyBudget { UncertaintyBudget(components) }
}

/// What is known of a reference besides its observations.
public struct ReferenceQuality: Hashable, Sendable, Codable {
  /// Relative limit of its error: 0.001 for ± 0.1 %; nil where a certificate's uncertainty stands
  /// for it.
  public var accuracy: Double?
  /// Relative expanded uncertainty of its calibration, k = 2.
  public var calibration: Double?
  /// How far the power may leave its mean between two observations, relative to that mean: 0.002
  /// for a load held to ± 0.2 %, 1 where nothing is known but its sign.
  public var loadStability: Double

  /// What is known of a reference besides its observations.
  public init(accuracy: Double? = nil, calibration: Double? = nil, loadStability: Double = 1) {
    self.accuracy = accuracy
    self.calibration = calibration
    self.loadStability = loadStability
  }

  /// The components that do not depend on the kind of reference.
  var components: [UncertaintyBudget.Component] {
    [
      accuracy.map { .referenceAccuracy($0) },
      calibration.map { .calibration(expanded: $0) },
    ].compactMap(\.self)
  }

  /// How far energy between two observations may be from where time alone puts it, as a share of all that passed between
  /// them.
  ///
  /// While the power stays within its mean times 1 ± s, that is at most s·min(f, 1 − f): rectangular (JCGM 100:2008, clause
  /// 4.3.7). Where nothing is known but its sign, all of the energy may have come at one moment, before the fraction or
  /// after it. With both that moment and the fraction anywhere, what is off is their difference: triangular, up to a whole
  /// share (clause 4.3.9).
  func interpolation(at fraction: Double) -> Interpolation {
    guard fraction > 0, fraction < 1 else {
      return Interpolation(halfWidth: 0, distribution: .rectangular)
    }
    guard loadStability.isFinite, loadStability < 1 else {
      return Interpolation(halfWidth: 1, distribution: .triangular)
    }
    return Interpolation(
      halfWidth: max(0, loadStability) * min(fraction, 1 - fraction),
      distribution: .rectangular
    )
  }
}

/// What an interpolation leaves open.
struct Interpolation: Hashable {
  var halfWidth: Double
  var distribution: UncertaintyBudget.Distribution

  var standardUncertainty: Double { halfWidth / distribution.divisor }

  func scaled(by factor: Double) -> Self {
    Self(halfWidth: halfWidth * factor, distribution: distribution)
  }
}
