import Benches
import MeterProfiles
import Quantities
import Scenarios
import Verdicts

/// Limits that follow from the load and the settings.
extension Planner {
  /// Puts the limits that the scenario left open into the step's rules.
  mutating func settleLimits(_ planned: inout PlannedStep) {
    for open in planned.step.openLimits {
      guard let index = planned.step.rules.firstIndex(where: { $0.id == open.rule }) else {
        continue
      }
      switch open.kind {
      case .accuracyClass(let share): settleClass(&planned.step.rules[index], share, planned)
      case .accuracy(let quantity): settleAccuracy(&planned.step.rules[index], quantity)
      }
    }
  }

  /// A maker states accuracy for its meter's measuring range and under reference conditions only.
  private mutating func checkConditions(_ rule: Rule, withinRange name: String? = nil) {
    if let quantity = name.flatMap(scenario.profile.quantity), let source = measuredSource,
      case .around(let nominal, _, _, .voltage) = rule.criterion, nominal.hasSuffix(" of source")
    {
      let volts = source.voltage.nominal.base * (quantity.isLineToLine ? 3.0.squareRoot() : 1)
      for position in active {
        guard let range = quantity.range(variant: position.variant), !range.holds(volts) else {
          continue
        }
        let variant = position.variant.map { " (\($0))" } ?? ""
        refuse(
          "the source gives \(name ?? "") of \(text(Quantity(volts, .volt))), and the meter of position \(position.name)\(variant) is made for \(range.from) to \(range.to)",
          at: rule.origin
        )
        break
      }
    }
    guard let conditions = scenario.profile.referenceConditions else { return }
    if let source = bench.source, !conditions.frequencies.isEmpty,
      !conditions.frequencies.contains(where: {
        abs(source.frequency.nominal.base - $0.nominal.base) <= $0.halfWidth
      })
    {
      let allowed = conditions.frequencies.map(\.description).joined(separator: " or ")
      refuse(
        "the accuracy holds at \(allowed), and the source of bench '\(bench.name)' gives \(source.frequency)",
        at: rule.origin
      )
    }
    let texts = conditions.texts(variants: Set(active.compactMap(\.variant)))
    warn(
      "accuracy holds under the reference conditions, which nothing on the bench watches: \(texts.joined(separator: "; ")) (\(conditions.source))"
    )
  }

  private mutating func settleAccuracy(_ rule: inout Rule, _ name: String) {
    guard let accuracy = scenario.profile.quantity(name)?.accuracy,
      case .around(let nominal, let relative, _, let dimension) = rule.criterion
    else { return }
    checkConditions(rule, withinRange: name)
    let system = known.last { $0.name == "system-type" }?.value
    let part = accuracy.absolutePart(system: system) { name in
      known.last { $0.name == name }.flatMap {
        scenario.profile.setting(name)?.quantity(for: $0.value)
      }
    }
    guard let part else {
      let open = accuracy.settings.filter { name in !known.contains { $0.name == name } }
      return refuse(
        "the accuracy of \(name) depends on \(open.isEmpty ? accuracy.settings.joined(separator: ", ") : open.joined(separator: ", ")); set it before with 'configure', or state it under 'assume'",
        at: rule.origin
      )
    }
    rule.criterion = .around(
      nominal: nominal,
      relative: relative,
      absolute: part,
      dimension: dimension
    )
    let share = Measurement.text(relative, .ratio)
    rule.text += " (± (\(share) + \(Measurement.text(part, dimension, digits: 4))))"
  }

  /// Whether the class sets one limit for all that the load may give. A load that is declared to 2 % stands for the
  /// point that it is meant to be, as the test currents of the standards do.
  private func isOnePoint(
    _ load: Load,
    _ source: Source,
    _ rated: Double,
    _ standard: AccuracyClass,
    _ limit: AccuracyClass.Limit,
    isReactive: Bool
  ) -> Bool {
    // The run sees the power, which moves with the voltage as well.
    let voltage = Bounds(source.voltage)
    let unseen = (voltage.most - voltage.least) / 2 / voltage.nominal
    let currents = load.current(on: source) * Bounds(scale / rated)
    let cosine = load.powerFactor.magnitude
    let isSingle = source.phases > 1 && load.phases(of: source).count == 1
    func limits(_ currents: [Double], _ cosines: [Double]) -> [Double?] {
      currents.flatMap { current in
        cosines.map { cosine in
          let cosine = min(1, max(0, cosine))
          return standard.limit(
            current: current,
            factor: isReactive ? (1 - cosine * cosine).squareRoot() : cosine,
            isCapacitive: load.powerFactor.isCapacitive,
            isSingle: isSingle
          )?.limit
        }
      }
    }
    let nominal = cosine.nominal.base
    let isClose = (currents.most - currents.least) / 2 <= 0.02 * currents.nominal
    let isAtPoint =
      limits([currents.nominal * 0.999, currents.nominal * 1.001], [nominal])
      .contains { $0 != limit.limit }
    let currentEnds =
      isClose && isAtPoint ? [] : [currents.least * (1 - unseen), currents.most * (1 + unseen)]
    let ends =
      cosine.halfWidth <= 0.02 ? [] : [nominal - cosine.halfWidth, nominal + cosine.halfWidth]
    return limits(currentEnds + [currents.nominal], ends + [nominal])
      .allSatisfy { $0 == limit.limit }
  }

  private mutating func settleClass(
    _ rule: inout Rule,
    _ share: Double,
    _ planned: PlannedStep
  ) {
    guard let pulses = planned.pulses, let load = planned.load else { return }
    checkConditions(rule)
    guard let source = measuredSource else {
      return refuse(
        "the limit of a class depends on the load's current, and bench '\(bench.name)' states no source; add one",
        at: rule.origin
      )
    }
    let carrying = load.phases(of: source).count
    guard carrying == source.phases || carrying == 1 else {
      return refuse(
        "load \(load.name) draws current in \(carrying) of \(source.phases) phases; a class has limits for balanced loads and for single phases only",
        at: rule.origin
      )
    }
    let isReactive = pulses.output.quantity.unit.dimension == .reactiveEnergy
    let claimed = scenario.profile.accuracy
    guard let standard = isReactive ? claimed?.reactive : claimed?.active, let rated = ratedCurrent
    else {
      return refuse(
        "\(scenario.profile.name) claims no class for \(pulses.output.quantity.name); write a tolerance",
        at: rule.origin
      )
    }
    let cosine = load.powerFactor.magnitude.nominal.base
    let factor = isReactive ? (1 - cosine * cosine).squareRoot() : cosine
    let current = load.current(on: source).nominal * scale / rated
    let point =
      "\(Decimal.text(current, digits: 3)) times the rated current at \(isReactive ? "sin" : "cos") φ \(Decimal.text(factor, digits: 3))"
    if let most = claimed?.maximumCurrent, current > most * (1 + 1e-6) {
      return refuse(
        "load \(load.name) draws \(point), more than the meter's maximum current",
        at: rule.origin
      )
    }
    guard
      let limit = standard.limit(
        current: current,
        factor: factor,
        isCapacitive: load.powerFactor.isCapacitive,
        isSingle: source.phases > 1 && carrying == 1
      )
    else {
      return refuse(
        "class \(standard.designation) of \(standard.standard) sets no limit at \(point); write a tolerance, or choose another load",
        at: rule.origin
      )
    }
    guard isOnePoint(load, source, rated, standard, limit, isReactive: isReactive) else {
      return refuse(
        "within the tolerances of load \(load.name) class \(standard.designation) of \(standard.standard) sets more than one limit; declare the load more closely (to 2 % at a point of the class), or choose another",
        at: rule.origin
      )
    }
    let half = limit.limit * share
    // A spread has no sign.
    let isSpread = ["repeatability", "standard-deviation"].contains(rule.id)
    rule.criterion = .within(lower: isSpread ? nil : -half, upper: half, dimension: .ratio)
    let part = share == 1 ? "" : "\(Decimal.text(share)) of "
    rule.text =
      "\(rule.id) \(isSpread ? "at most" : "±") \(Measurement.text(half, .ratio)) (\(part)class \(standard.designation), \(standard.standard) \(limit.clause))"
    if limit.certainty == .memory {
      warn(
        "limits of class \(standard.designation) by \(standard.standard) were not compared with the standard itself; do so before a certificate rests on them"
      )
    }
  }
}
