/// An uncertainty budget after JCGM 100:2008 (the GUM) for one measurand whose components are
/// uncorrelated.
public struct UncertaintyBudget: Hashable, Sendable, Codable {
  /// How a component was evaluated (clauses 4.2 and 4.3).
  public enum Evaluation: String, Hashable, Sendable, Codable {
    /// By statistics of a series of observations.
    case a = "A"
    /// By other means: certificates, limits, resolution.
    case b = "B"
  }

  /// The distribution that a component was given.
  public enum Distribution: String, Hashable, Sendable, Codable {
    case normal
    case rectangular
    case triangular

    /// By what a half-width (for the normal distribution: a standard deviation) is divided to give
    /// the standard uncertainty: 1, √3 (clause 4.3.7), √6 (clause 4.3.9).
    public var divisor: Double {
      switch self {
      case .normal: 1
      case .rectangular: 3.0.squareRoot()
      case .triangular: 6.0.squareRoot()
      }
    }
  }

  /// One source of uncertainty.
  public struct Component: Hashable, Sendable, Codable {
    /// What it comes from.
    public var name: String
    /// How it was evaluated.
    public var evaluation: Evaluation
    /// Its distribution.
    public var distribution: Distribution
    /// Its standard uncertainty, in the unit of its input quantity (1 where it is relative).
    public var standardUncertainty: Double
    /// How much the measurand changes for one unit of the input quantity: ∂f/∂x (clause 5.1.3).
    public var sensitivity: Double
    /// Its degrees of freedom; nil where they are infinite, as for limits that are certain
    /// (clause G.4.3).
    public var degreesOfFreedom: Double?
    /// Whether it is off by the same in every measurement on this bench, so that a difference of two is free of it;
    /// absent where it is not.
    private var systematic: Bool?

    /// Whether it is off by the same in every measurement on this bench.
    public var isSystematic: Bool { systematic ?? false }

    /// One source of uncertainty.
    public init(
      name: String,
      evaluation: Evaluation,
      distribution: Distribution,
      standardUncertainty: Double,
      sensitivity: Double = 1,
      degreesOfFreedom: Double? = nil,
      isSystematic: Bool = false
    ) {
      self.name = name
      self.evaluation = evaluation
      self.distribution = distribution
      self.standardUncertainty = standardUncertainty
      self.sensitivity = sensitivity
      self.degreesOfFreedom = degreesOfFreedom
      systematic = isSystematic ? true : nil
    }

    /// What it gives to the measurand's uncertainty: |c|·u(x), in the measurand's unit.
    public var contribution: Double { abs(sensitivity * standardUncertainty) }

    /// The same source with its sensitivity multiplied, for a measurand computed from the first.
    public func scaled(by factor: Double) -> Component {
      var copy = self
      copy.sensitivity *= factor
      return copy
    }
  }

  /// The sources, in the order in which they are reported.
  public var components: [Component]

  /// A budget of some sources.
  public init(_ components: [Component] = []) { self.components = components }

  /// The same sources for a measurand that is this one times a factor.
  public func scaled(by factor: Double) -> UncertaintyBudget {
    UncertaintyBudget(components.map { $0.scaled(by: factor) })
  }

  /// The sources that are off anew in every measurement.
  public var varying: UncertaintyBudget {
    UncertaintyBudget(components.filter { !$0.isSystematic })
  }

  /// The sources that give anything, the greatest first.
  public var ranked: [Component] {
    components.filter { $0.contribution != 0 }
      .sorted { ($0.contribution, $1.name) > ($1.contribution, $0.name) }
  }

  /// The combined standard uncertainty: the root of the sum of the squared contributions
  /// (clause 5.1.2, equation 10). NaN where a component is not finite or negative.
  public var combined: Double {
    guard components.allSatisfy(\.isSound) else { return .nan }
    return components.reduce(0) { $0 + $1.contribution * $1.contribution }.squareRoot()
  }

  /// The effective degrees of freedom by the Welch–Satterthwaite formula (clause G.4.1,
  /// equation G.2b); nil where they are infinite.
  public var effectiveDegreesOfFreedom: Double? {
    let combined = combined
    guard combined > 0 else { return nil }
    let sum = components.reduce(0) { sum, component in
      guard let freedom = component.degreesOfFreedom else { return sum }
      let share = component.contribution / combined
      return sum + share * share * share * share / freedom
    }
    return sum > 0 ? 1 / sum : nil
  }

  /// The coverage factor for a level of confidence of 95.45 %: Student's t at the effective degrees
  /// of freedom, truncated to a whole number (clause G.4.1, note 1; table G.2); 2 where they are
  /// infinite.
  public var coverageFactor: Double {
    StudentT.coverageFactor(degreesOfFreedom: effectiveDegreesOfFreedom)
  }

  /// The expanded uncertainty U = k·u for a level of confidence of 95.45 % (clause 6.2.1), in the
  /// measurand's unit. NaN where a component is not finite or negative.
  public var expanded: Double { coverageFactor * combined }
}

extension UncertaintyBudget.Component {
  fileprivate var isSound: Bool {
    standardUncertainty.isFinite && standardUncertainty >= 0 && sensitivity.isFinite
      && (degreesOfFreedom.map { $0 > 0 } ?? true)
  }
}
