import Benches
import MeterProfiles
import Quantities
import Scenarios
import Verdicts

/// Rules that hold only where the load gives what the bench file declares.
extension Planner {
  /// Notes that rules rest on the load, and refuses those that contradict it.
  mutating func checkLoad(_ planned: inout PlannedStep) {
    guard let load = planned.load, let source = bench.source else { return }
    let rules = LoadRules(of: planned)
    refuseBehindTransformers(rules.ofPhase)
    guard !rules.isEmpty else { return }
    holdToDeclaration(&planned, load, rules.measured + rules.byClass)
    for rule in rules.stated + rules.byClass {
      checkContradiction(rule, load, measuredSource ?? source)
    }
    refuseBehindTransformers(rules.stated)
    allowForDeclaration(&planned, load, rules.stated)
    vouch(for: load, source, rules, &planned)
  }

  /// Finds what shows that the load gives what the bench file declares, or has the rules do without.
  private mutating func vouch(
    for load: Load,
    _ source: Source,
    _ rules: LoadRules,
    _ planned: inout PlannedStep
  ) {
    guard let reference = bench.reference else {
      return trust("nothing shows", load, rules.stated, &planned)
    }
    let name = "the reference of bench '\(bench.name)'"
    switch reference.kind {
    case .pulses, .power: break
    case .registers:
      return trust("\(name) does not show", load, rules.stated, &planned)
    case .declaredLoad:
      guard reference.certificate == nil else {
        planned.restsOnCertificate = true
        return
      }
      let trusting = planned.step.rules.filter {
        (rules.stated + rules.byClass + rules.measured).contains($0)
      }
      return trust("no certificate vouches", load, trusting, &planned)
    }
    guard rules.needPower, let kind = PowerKind(reference.energy.dimension) else { return }
    let sign = reference.energy.isExport ? -1.0 : 1
    let power = load.power(kind, on: source) * Bounds(sign)
    guard power.nominal > 0 else {
      return trust(
        "\(name) measures \(reference.energy.rawValue) energy, of which load \(load.name) has none, and nothing shows",
        load,
        rules.stated,
        &planned
      )
    }
    planned.reliedOnLoad = ReliedOnLoad(
      load: load.name,
      power: power,
      isLimit: rules.needLimit
    )
  }

  /// Notes how far the load may be off by its declaration, for fixed limits of what it decides: a load that is
  /// shown to be as declared may still be off by as much.
  private func allowForDeclaration(_ planned: inout PlannedStep, _ load: Load, _ rules: [Rule]) {
    guard let source = measuredSource else { return }
    for rule in rules {
      guard case .within(_, _, let dimension) = rule.criterion else { continue }
      let given: Bounds
      switch dimension {
      case .current: given = load.current(on: source)
      case .pulseRate:
        // A cap is the output's own, whatever the load asks for.
        guard rule.id == "rate",
          let kind = planned.pulses.flatMap({ PowerKind($0.output.quantity.unit.dimension) })
        else { continue }
        given = load.power(kind, on: source)
      default:
        guard let kind = PowerKind(dimension) else { continue }
        given = load.power(kind, on: source)
      }
      guard given.nominal != 0 else { continue }
      planned.loadTolerances[rule.measurement] =
        abs(given.most - given.least) / 2 / abs(given.nominal)
    }
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
