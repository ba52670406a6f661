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
      // Positions differ in their transformers.
      let each = active.compactMap { expectedReading(of: rule, planned, at: $0) }
      guard let expected = each.max(by: { $0.budget.expanded < $1.budget.expanded }),
        expected.room > 0
      else { continue }
      let prediction = Prediction(
        rule: rule.id,
        limit: expected.room,
        dimension: expected.dimension,
        budget: expected.budget,
        decision: rule.decision
      )
      planned.predictions.append(prediction)
      let decides = rule.decision.decide(
        0,
        expandedUncertainty: prediction.expanded,
        lower: expected.isMagnitude ? nil : -expected.room,
        upper: expected.room
      )
      guard decides != .passed else {
        warnOfLittleRoom(rule, prediction, planned)
        continue
      }
      refuseUndecidable(
        rule,
        prediction,
        planned,
        remedy:
          "declare more closely what it is compared with, compare with a better reference, or widen the limit"
      )
    }
  }

  private struct ExpectedReading {
    /// What the limits leave on either side of the expected value; of a magnitude above zero.
    var room: Double
    var dimension: Dimension
    var budget: UncertaintyBudget
    /// Whether nothing can be below zero.
    var isMagnitude = false
  }

  /// What a rule about a reading expects; nil where that cannot be said before.
  private func expectedReading(
    of rule: Rule,
    _ planned: PlannedStep,
    at position: Position
  ) -> ExpectedReading? {
    // "magnitude" judges the value of the same register.
    let name = rule.measurement.split(separator: " ").first.map(String.init) ?? rule.measurement
    let isMagnitude = name != rule.measurement
    guard let quantity = scenario.profile.quantity(name),
      let unit = quantity.unit.unit(where: planned.value)
    else { return nil }
    func shown(_ value: Double) -> UncertaintyBudget {
      quantity.budget(ofReading: value / unit.factor).scaled(by: unit.factor)
    }
    switch rule.criterion {
    case .within(nil, let upper?, let dimension) where isMagnitude:
      return ExpectedReading(
        room: upper,
        dimension: dimension,
        budget: shown(0),
        isMagnitude: true
      )
    case .within(let lower?, let upper?, let dimension):
      let middle = (lower + upper) / 2
      var budget = shown(middle)
      budget.components += planned.loadAsDeclared(rule.measurement).map { $0.scaled(by: middle) }
      return ExpectedReading(room: (upper - lower) / 2, dimension: dimension, budget: budget)
    case .around(let nominalID, let relative, let absolute, let dimension):
      guard let nominal = nominal(nominalID, name, dimension, planned, at: position) else {
        return nil
      }
      var budget = nominal.budget
      budget.components += shown(nominal.value).components
      return ExpectedReading(
        room: relative * abs(nominal.value) + absolute,
        dimension: dimension,
        budget: budget
      )
    case .within, .text: return nil
    }
  }

  private func nominal(
    _ id: String,
    _ name: String,
    _ dimension: Dimension,
    _ planned: PlannedStep,
    at position: Position
  ) -> NominalValue? {
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
    // A reference meter shows by a register of its own what flows; the meters multiply it by their set ratios.
    if let shown = referenceProfile?.quantity(name), let unit = shown.unit.unit(where: { _ in nil })
    {
      let scale = dimension == .current ? planned.scale / planned.voltageScale : planned.scale
      let budget = shown.budget(ofReading: nominal.value / scale / unit.factor)
      nominal.budget.components += budget.scaled(by: unit.factor * scale).components
    }
    return nominal
  }
}
