import Quantities
import Verdicts

/// An uncertainty budget as rows of words, the greatest contribution first, for every form of report.
enum BudgetRows {
  /// Source, type, distribution, u(x), c, |c|·u(x), degrees of freedom and share of each component.
  static func cells(_ budget: UncertaintyBudget, _ dimension: Dimension) -> [[String]] {
    let total = budget.combined * budget.combined
    return budget.ranked.map { part in
      let share = total > 0 ? part.contribution * part.contribution / total : 0
      return [
        part.name, part.evaluation.rawValue, part.distribution.rawValue,
        Decimal.text(part.standardUncertainty, digits: 3),
        Decimal.text(part.sensitivity, digits: 3),
        Measurement.text(part.contribution, dimension, digits: 3),
        text(degreesOfFreedom: part.degreesOfFreedom),
        Measurement.text(share, .ratio, digits: 3),
      ]
    }
  }

  /// So many degrees of freedom change no coverage factor in its fourth digit, and are written as infinitely many.
  private static let endless = 10_000.0

  static func text(degreesOfFreedom: Double?) -> String {
    degreesOfFreedom.flatMap { $0 < endless ? Decimal.text($0, digits: 3) : nil } ?? "∞"
  }
}
