import Benches
import MeterProfiles
import Metrology
import Quantities
import Scenarios
import Verdicts

/// Predictions of rules about values that are read once.
extension Planner {
  /// Predicts the uncertainty of the rules of `read`, and refuses those that nothing could pass.
  mutating func predictReading(_ planned: inout PlannedStep) {
    guard case .read = planned.step.action else { return }
    for rule in planned.step.rules {
      guard let expected = expectedReading(of: rule, planned), expected.value != 0,
        expected.room > 0
      else { continue }
      let prediction = Prediction(
        rule: rule.id,
        limit: expected.room / abs(expected.value),
        budget: expected.budget.scaled(by: 1 / abs(expected.value))
      )
      planned.predictions.append(prediction)
      let decides = rule.decision.canPass(
        expandedUncertainty: prediction.expanded,
        lower: -prediction.limit,
        upper: prediction.limit
      )
      guard !decides else { continue }
      refuseUndecidable(
        rule,
        prediction,
        planned,
        remedy:
          "declare more closely what it is compared with, compare with a better reference, or widen the limit"
      )
    }
  }

  /// What a rule about a reading expects, with the room it leaves on either side; nil where that cannot be said
  /// before.
  private func expectedReading(
    of rule: Rule,
    _ planned: PlannedStep
  ) -> (value: Double, room: Double, budget: UncertaintyBudget)? {
    // "magnitude" judges the value of the same register.
    let name = rule.measurement.split(separator: " ").first.map(String.init) ?? rule.measurement
    guard let quantity = scenario.profile.quantity(name),
      let unit = quantity.unit.unit(where: planned.value)
    else { return nil }
    func shown(_ value: Double) -> UncertaintyBudget {
      quantity.budget(ofReading: value / unit.factor).scaled(by: unit.factor)
    }
    switch rule.criterion {
    case .within(let lower?, let upper?, _):
      let middle = (lower + upper) / 2
      var budget = shown(middle)
      if let tolerance = planned.toleranceOfLoad(for: rule.measurement) {
        budget.components.append(
          .rectangular("load as declared", halfWidth: tolerance * middle)
        )
      }
      return (middle, (upper - lower) / 2, budget)
    case .around(let nominalID, let relative, let absolute, let dimension):
      guard let nominal = nominal(nominalID, name, dimension, planned) else { return nil }
      var budget = nominal.budget
      budget.components += shown(nominal.value).components
      return (nominal.value, relative * abs(nominal.value) + absolute, budget)
    case .within, .text: return nil
    }
  }

  private func nominal(
    _ id: String,
    _ name: String,
    _ dimension: Dimension,
    _ planned: PlannedStep
  ) -> NominalValue? {
    guard let position = active.first else { return nil }
    let profile = scenario.profile
    if id == "\(name) of source" {
      return planned.nominalOfSource(name, dimension, of: profile, on: bench)
    }
    let load = planned.nominalOfLoad(name, dimension, at: position, of: profile, on: bench)
    if id == "\(name) of load" { return load }
    // Of a load only its powers and currents are declared.
    guard id == "\(name) of reference", PowerKind(dimension) != nil || dimension == .current,
      var nominal = load
    else { return nil }
    nominal.budget.components =
      nominal.budget.components.filter { $0.name != NominalValue.declaredLoad }
      + bench.referenceComponents.map { $0.scaled(by: nominal.value) }
    return nominal
  }
}
