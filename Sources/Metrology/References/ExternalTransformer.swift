public import Quantities
public import Verdicts

/// A current transformer of the bench between the load and a meter: what it does to the energy that the meter
/// is given, and how well that is known.
///
/// IEC 61869-2:2012 clauses 3.4.3 and 3.4.4 define the ratio error ε = (k·Is − Ip)/Ip, and the phase
/// displacement δ, positive where the secondary current leads.
public struct ExternalTransformer: Hashable, Sendable {
  /// ε, a ratio, with its tolerance.
  public var ratioError: ToleratedQuantity
  /// δ, a small angle, with its tolerance.
  public var displacement: ToleratedQuantity

  /// The energies that are compared.
  public enum EnergyPart: Hashable, Sendable {
    case active, reactive, apparent
  }

  /// A transformer.
  public init(ratioError: ToleratedQuantity, displacement: ToleratedQuantity) {
    self.ratioError = ratioError
    self.displacement = displacement
  }

  /// How many times the primary energy the meter is given: behind the transformer the active power is
  /// U·I·(1 + ε)·cos(φ − δ), the reactive one U·I·(1 + ε)·sin(φ − δ); the apparent one knows no phase.
  ///
  /// - Parameters:
  ///   - part: what is compared.
  ///   - cosine: cos φ of the load.
  ///   - sine: sin φ, positive for a current that lags (inductive).
  public func factor(_ part: EnergyPart, cosine: Double, sine: Double) -> Double {
    let delta = Self.radians(displacement.nominal.base)
    // Series for |δ| up to 5°: the next terms are below 10⁻⁷.
    let cosDelta = 1 - delta * delta / 2 + delta * delta * delta * delta / 24
    let sinDelta = delta - delta * delta * delta / 6
    let slope = Self.slope(part, cosine: cosine, sine: sine)
    let phase = part == .apparent ? 1 : cosDelta + slope * sinDelta
    return (1 + ratioError.nominal.base) * phase
  }

  /// What its tolerances, and that of the load's power factor, give to the uncertainty of the energy: rectangular,
  /// relative to the energy, with the sensitivities 1 for ε, tan φ for δ of active and −cot φ for δ of reactive
  /// energy, and δ·d(tan φ)/d(cos φ) for the power factor (JCGM 100:2008 clauses 4.3.7 and 5.1.3).
  ///
  /// - Parameter tolerance: the half-width of cos φ.
  public func components(
    _ part: EnergyPart,
    cosine: Double,
    sine: Double,
    tolerance: Double = 0
  ) -> [UncertaintyBudget.Component] {
    let bend =
      switch part {
      case .active: 1 / (cosine * cosine * abs(sine))
      case .reactive: 1 / (sine * sine * abs(sine))
      case .apparent: 0.0
      }
    let slope = Self.slope(part, cosine: cosine, sine: sine)
    let delta = Self.radians(displacement.nominal.base)
    var components: [UncertaintyBudget.Component] = [
      .rectangular(
        "ratio error of the current transformer",
        halfWidth: ratioError.halfWidth,
        isSystematic: true
      ),
      .rectangular(
        "phase displacement of the current transformer",
        halfWidth: Self.radians(displacement.halfWidth),
        sensitivity: slope,
        isSystematic: true
      ),
    ]
    if tolerance > 0, delta != 0 {
      components.append(
        .rectangular(
          "power factor behind the current transformer",
          halfWidth: tolerance,
          sensitivity: delta * bend
        )
      )
    }
    return components
  }

  /// The relative change of the energy for one radian of δ.
  private static func slope(_ part: EnergyPart, cosine: Double, sine: Double) -> Double {
    switch part {
    case .active: sine / cosine
    case .reactive: -cosine / sine
    case .apparent: 0
    }
  }

  private static func radians(_ degrees: Double) -> Double { degrees * Double.pi / 180 }
}
