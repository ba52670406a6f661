import Benches
import MeterProfiles
import Quantities
import Scenarios
import Verdicts

/// Rules that state a current, a power or a rate as a value, or whose limit a class sets by the current: they hold
/// only where the load gives what the bench file declares.
extension Planner {
  /// Notes that rules rest on the load, and refuses those that contradict it.
  mutating func checkLoad(_ planned: inout PlannedStep) {
    guard let load = planned.load, let source = bench.source else { return }
    let rules = planned.step.rules.filter { rule in
      Self.restsOnLoad(rule)
        || planned.step.openLimits.contains { $0.rule == rule.id && $0.kind.isByClass }
    }
    // Too great a load would start a meter that starts too late.
    let isStarting = if case .startingCurrent = planned.step.action { true } else { false }
    guard !rules.isEmpty || isStarting else { return }
    for rule in rules { checkContradiction(rule, load, measuredSource ?? source) }
    refuseBehindTransformers(rules)
    guard let reference = bench.reference else {
      return warn("nothing shows whether the load gives what the bench file declares\(Self.trust)")
    }
    switch reference.kind {
    case .pulses, .power: break
    case .registers, .declaredLoad:
      return warn(
        "the reference of bench '\(bench.name)' does not show whether the load gives what the bench file declares\(Self.trust)"
      )
    }
    guard let kind = PowerKind(reference.energy.dimension) else { return }
    let sign = reference.energy.isExport ? -1.0 : 1
    let power = load.power(kind, on: source) * Bounds(sign)
    guard power.nominal > 0 else {
      return warn(
        "the reference of bench '\(bench.name)' measures \(reference.energy.rawValue) energy, of which load \(load.name) has none, so nothing shows whether the load is as declared\(Self.trust)"
      )
    }
    planned.reliedOnLoad = ReliedOnLoad(load: load.name, power: power)
  }

  /// What transformers of the bench are off by is taken out of expected values only.
  private func refuseBehindTransformers(_ rules: [Rule]) {
    guard let position = active.first(where: { $0.transformer != nil }) else { return }
    for rule in rules where Self.restsOnLoad(rule) {
      guard case .within = rule.criterion else { continue }
      refuse(
        "'\(rule.text)' is a fixed limit, and the transformers of position \(position.name) have an error of their own; compare with 'of: load' or 'of: reference', which take it into account",
        at: rule.origin
      )
    }
  }

  private static let trust =
    "; limits of currents, powers and rates trust it, and a load that is off would look like the meter's failure"

  /// A fixed limit of what depends on the load. The limits of a class depend on it as well.
  private static func restsOnLoad(_ rule: Rule) -> Bool {
    let dimension: Dimension
    switch rule.criterion {
    case .within(nil, nil, _): return false
    case .within(_, _, let own): dimension = own
    case .around(let nominal, _, _, let own) where nominal.hasSuffix(" of load"): dimension = own
    case .around, .text: return false
    }
    switch dimension {
    case .current, .activePower, .reactivePower, .apparentPower, .pulseRate: return true
    default: return false
    }
  }

  /// The value that the load gives must be one that the rule allows.
  private func checkContradiction(_ rule: Rule, _ load: Load, _ source: Source) {
    guard case .within(let lower, let upper, let dimension) = rule.criterion else { return }
    let expected: Bounds
    switch (dimension, rule.measurement) {
    case (.current, "current-l1"), (.current, "current-l2"), (.current, "current-l3"):
      let shown = rule.measurement.last.flatMap { ["1": 0, "2": 1, "3": 2][$0] } ?? 0
      let phase = PlannedStep.phase(
        shown,
        incomer: known.last { $0.name == "incomer-entry" }?.value
      )
      expected =
        load.phases(of: source).contains(phase) ? load.current(on: source) : Bounds(0)
    case (.activePower, "active-power"): expected = load.power(.active, on: source)
    case (.reactivePower, "reactive-power"): expected = load.power(.reactive, on: source)
    case (.apparentPower, "apparent-power"): expected = load.power(.apparent, on: source)
    default: return
    }
    let (least, most) = (expected.least * scale, expected.most * scale)
    guard most < lower ?? -.infinity || least > upper ?? .infinity else { return }
    let gives = text(Quantity(base: expected.nominal * scale, dimension))
    refuse(
      "load \(load.name) gives \(rule.measurement) of \(gives) here, which '\(rule.text)' does not allow; correct one of the two",
      at: rule.origin
    )
  }
}

extension Step.OpenLimit.Kind {
  fileprivate var isByClass: Bool { if case .accuracyClass = self { true } else { false } }
}
