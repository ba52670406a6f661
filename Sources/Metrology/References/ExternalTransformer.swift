import Glibc
public import Quantities
public import Verdicts

/// A current transformer of the bench between the load and a meter: what it does to what the meter is given, and
/// how well that is known.
///
/// IEC 61869-2:2012 clauses 3.4.3 and 3.4.4 define the ratio error ε = (k·Is − Ip)/Ip, and the phase
/// displacement δ, positive where the secondary current leads. Behind it
///
///     P′ = (1 + ε)·(P·cos δ + Q·sin δ)    Q′ = (1 + ε)·(Q·cos δ − P·sin δ)    S′ = (1 + ε)·S
///
/// with Q above zero for a current that lags; the same holds for energies.
public struct ExternalTransformer: Hashable, Sendable {
  /// ε, a ratio, with its tolerance.
  public var ratioError: ToleratedQuantity
  /// δ, an angle, with its tolerance.
  public var displacement: ToleratedQuantity

  /// What flows through it, in one unit: powers or energies.
  public struct Flow: Hashable, Sendable {
    public var active: Double
    public var reactive: Double
    /// How far the other part may be off, where it was not measured but follows from the power factor: the half-width
    /// of `reactive` where the active one is known, and the other way about.
    public var otherHalfWidth: Double

    /// What flows.
    public init(active: Double, reactive: Double, otherHalfWidth: Double = 0) {
      self.active = active
      self.reactive = reactive
      self.otherHalfWidth = otherHalfWidth
    }
  }

  /// What a meter is given: a value, and what is not known of it, in its unit.
  public struct Given: Hashable, Sendable {
    public var value: Double
    public var components: [UncertaintyBudget.Component]

    /// What it is given.
    public init(value: Double, components: [UncertaintyBudget.Component]) {
      self.value = value
      self.components = components
    }
  }

  /// The parts of a flow.
  public enum Part: Hashable, Sendable {
    case active, reactive
    /// Apparent power and energy, and the current: no phase bears on them.
    case apparent
  }

  /// A transformer.
  public init(ratioError: ToleratedQuantity, displacement: ToleratedQuantity) {
    self.ratioError = ratioError
    self.displacement = displacement
  }

  /// What the meter is given of a value that no phase bears on.
  public func given(apparent value: Double) -> Given {
    let ratio = 1 + ratioError.nominal.base
    return Given(value: ratio * value, components: [ratioPart(of: value)])
  }

  /// What the meter is given of a part of a flow.
  ///
  /// The tolerances of ε and δ are rectangular, with the sensitivities of the formulas above
  /// (JCGM 100:2008 clauses 4.3.7 and 5.1.3).
  public func given(_ part: Part, of flow: Flow) -> Given {
    let ratio = 1 + ratioError.nominal.base
    let delta = Self.radians(displacement.nominal.base)
    let (own, other): (Double, Double)
    switch part {
    case .active: (own, other) = (flow.active, flow.reactive)
    case .reactive: (own, other) = (flow.reactive, -flow.active)
    case .apparent:
      return given(
        apparent: (flow.active * flow.active + flow.reactive * flow.reactive).squareRoot()
      )
    }
    let inPhase = own * cos(delta) + other * sin(delta)
    let slope = other * cos(delta) - own * sin(delta)
    let half = Self.radians(displacement.halfWidth)
    var components = [
      ratioPart(of: inPhase),
      .rectangular(
        "phase displacement of the current transformer",
        halfWidth: half,
        // To the second order, which is all there is where the slope vanishes (clause 5.1.2, note).
        sensitivity: ratio * (abs(slope) + abs(inPhase) * half / 2),
        isSystematic: true
      ),
    ]
    if flow.otherHalfWidth > 0, delta != 0 {
      components.append(
        .rectangular(
          "power factor behind the current transformer",
          halfWidth: flow.otherHalfWidth,
          sensitivity: ratio * sin(delta)
        )
      )
    }
    return Given(value: ratio * inPhase, components: components)
  }

  private func ratioPart(of value: Double) -> UncertaintyBudget.Component {
    .rectangular(
      "ratio error of the current transformer",
      halfWidth: ratioError.halfWidth,
      sensitivity: value,
      isSystematic: true
    )
  }

  private static func radians(_ degrees: Double) -> Double { degrees * Double.pi / 180 }
}
