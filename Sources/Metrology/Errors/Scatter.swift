public import Verdicts

/// What several gates of one meter, measured one after the other, say together.
public struct Scatter: Sendable {
  /// The relative errors of the gates.
  public let values: [Double]
  /// The budgets of those errors.
  private let budgets: [UncertaintyBudget]

  /// At least one gate.
  public init?(_ gates: [(error: Double, budget: UncertaintyBudget)]) {
    guard !gates.isEmpty else { return nil }
    values = gates.map(\.error)
    budgets = gates.map(\.budget)
  }

  /// The mean of the errors.
  public var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The reference's own error is the same in every gate, so the mean is no better than one of them.
  public var meanBudget: UncertaintyBudget {
    budgets.max { $0.expanded < $1.expanded } ?? UncertaintyBudget([])
  }

  /// The experimental standard deviation (JCGM 100:2008 clause 4.2.2); nil for fewer than three gates.
  public var standardDeviation: Double? {
    guard values.count >= 3 else { return nil }
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// The greatest difference between two gates.
  public var range: Double { (values.max() ?? 0) - (values.min() ?? 0) }

  /// The budget of ``range``: in a difference what is the same in every gate cancels out; the rest of two gates
  /// stays.
  public var rangeBudget: UncertaintyBudget { benchScatter.scaled(by: 2.0.squareRoot()) }

  /// The budget of a standard deviation of so many gates: what so few gates can say of it, and the bench's own
  /// scatter.
  ///
  /// - Parameter deviation: ``standardDeviation`` where it is measured.
  public func deviationBudget(_ deviation: Double, gates: Int) -> UncertaintyBudget {
    let freedom = Double(gates - 1)
    return UncertaintyBudget(
      [
        // JCGM 100:2008 clause E.4.3.
        UncertaintyBudget.Component(
          name: "a deviation from \(gates) gates",
          evaluation: .a,
          distribution: .normal,
          standardUncertainty: deviation / (2 * freedom).squareRoot(),
          degreesOfFreedom: freedom
        )
      ] + benchScatter.components
    )
  }

  /// What the bench itself scatters by from gate to gate, which looks like the meter's scatter. The jitter of the
  /// meter's pulses is the meter's.
  public var benchScatter: UncertaintyBudget {
    let greatest = budgets.map(\.varying).max { $0.combined < $1.combined }
    return UncertaintyBudget(
      (greatest?.components ?? []).filter {
        $0.name != UncertaintyBudget.Component.pulseJitterName
      }
    )
  }
}
