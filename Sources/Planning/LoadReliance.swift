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
    let stated = planned.step.rules.filter(Self.restsOnLoad)
    let byClass = planned.step.rules.filter { rule in
      planned.step.openLimits.contains { $0.rule == rule.id && $0.kind.isByClass }
    }
    let measured = errors(planned)
    let compares = comparesPower(planned)
    // Too great a load would start a meter that starts too late.
    let isStarting = if case .startingCurrent = planned.step.action { true } else { false }
    guard !(stated + byClass + measured).isEmpty || isStarting || compares else { return }
    holdToDeclaration(&planned, load, measured + byClass)
    for rule in stated + byClass { checkContradiction(rule, load, measuredSource ?? source) }
    refuseBehindTransformers(stated + planned.step.rules.filter(Self.isPhase))
    guard let reference = bench.reference else {
      return trust("nothing shows", load, stated, &planned)
    }
    let name = "the reference of bench '\(bench.name)'"
    switch reference.kind {
    case .pulses, .power: break
    case .registers:
      return trust("\(name) does not show", load, stated, &planned)
    case .declaredLoad:
      guard reference.certificate == nil else {
        planned.restsOnCertificate = true
        return
      }
      let trusting = planned.step.rules.filter { (stated + byClass + measured).contains($0) }
      return trust("no certificate vouches", load, trusting, &planned)
    }
    guard !(stated + byClass).isEmpty || isStarting || compares,
      let kind = PowerKind(reference.energy.dimension)
    else { return }
    let sign = reference.energy.isExport ? -1.0 : 1
    let power = load.power(kind, on: source) * Bounds(sign)
    guard power.nominal > 0 else {
      return trust(
        "\(name) measures \(reference.energy.rawValue) energy, of which load \(load.name) has none, and nothing shows",
        load,
        stated,
        &planned
      )
    }
    planned.reliedOnLoad = ReliedOnLoad(
      load: load.name,
      power: power,
      isLimit: !(stated + byClass).isEmpty || isStarting
    )
  }

  /// Has a gate hold its energy against the declaration: a reference and a load that contradict each other say nothing
  /// of the meter, and which limit of a class applies follows from the load.
  private func holdToDeclaration(_ planned: inout PlannedStep, _ load: Load, _ rules: [Rule]) {
    guard !rules.isEmpty, let source = measuredSource,
      let kind = planned.pulses.flatMap({ PowerKind($0.output.quantity.unit.dimension) })
    else { return }
    let power = load.power(kind, on: source)
    guard power.nominal != 0 else { return }
    planned.pulses?.powerTolerance = (power.most - power.least) / 2 / abs(power.nominal)
  }

  /// Whether the step compares a power with what the reference reads of it.
  private func comparesPower(_ planned: PlannedStep) -> Bool {
    switch planned.step.action {
    case .read(let read): !read.compared.isEmpty
    case .demand(let test): test.needsReference
    default: false
    }
  }

  /// The rules about what a gate's energy should have been.
  private func errors(_ planned: PlannedStep) -> [Rule] {
    switch planned.step.action {
    case .remeasure: planned.step.rules
    case .countPulses:
      planned.step.rules.filter { rule in
        if case .around("expected-rate", _, _, _) = rule.criterion { return true }
        return ["error", "constant"].contains(rule.id)
      }
    default: []
    }
  }

  /// Has rules take the bench file's word for the load: what they do not pass is nobody's proven failure.
  private mutating func trust(
    _ reason: String,
    _ load: Load,
    _ rules: [Rule],
    _ planned: inout PlannedStep
  ) {
    guard !rules.isEmpty else { return }
    planned.trustedLoad = TrustedLoad(load: load.name, rules: rules.map(\.id))
    warn(
      "\(reason) that the load gives what the bench file declares; what is beyond a limit that rests on it is inconclusive"
    )
  }

  /// What transformers of the bench are off by is taken out of expected values only.
  private func refuseBehindTransformers(_ rules: [Rule]) {
    guard let position = active.first(where: { $0.transformer != nil }) else { return }
    for rule in rules {
      guard case .within = rule.criterion else { continue }
      refuse(
        "'\(rule.text)' is a fixed limit, and the transformers of position \(position.name) have an error of their own; compare with 'of: load' or 'of: reference', or write a rate as 'expected ± 1 %': these take it into account",
        at: rule.origin
      )
    }
  }

  /// A fixed limit of what the transformers' displacement moves.
  private static func isPhase(_ rule: Rule) -> Bool {
    guard case .within = rule.criterion else { return false }
    return rule.measurement.hasPrefix("power-factor") || rule.measurement.hasPrefix("phase-angle")
  }

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
