import Benches
import Quantities
import Scenarios
import Verdicts

/// The rules of a step that rest on what its load gives.
struct LoadRules {
  /// Those that state a current, a power or a rate as a value.
  var stated: [Rule]
  /// Those whose limit a class sets by the current.
  var byClass: [Rule]
  /// Those about what a gate's energy should have been.
  var measured: [Rule]
  /// Fixed limits of what a displacement of transformers moves.
  var ofPhase: [Rule]
  /// Whether the step starts meters on a small load: too great a one would start a meter that starts too late.
  var isStarting: Bool
  /// Whether the step compares a current or a power with what the reference reads of it.
  var compares: Bool

  init(of planned: PlannedStep) {
    let step = planned.step
    stated = step.rules.filter(Self.isStated)
    byClass = step.rules.filter { rule in
      step.openLimits.contains { $0.rule == rule.id && $0.kind.isByClass }
    }
    ofPhase = step.rules.filter(Self.isOfPhase)
    isStarting = false
    measured = []
    compares = false
    switch step.action {
    case .startingCurrent: isStarting = true
    case .remeasure: measured = step.rules
    case .countPulses: measured = step.rules.filter(Self.isOfEnergy)
    case .read: compares = step.rules.contains(where: Self.comparesPower)
    case .demand(let test): compares = test.needsReference
    default: break
    }
  }

  var isEmpty: Bool { (stated + byClass + measured).isEmpty && !isStarting && !compares }

  /// Whether a limit holds for the declared load only, so that the load must be shown to be as declared.
  var needLimit: Bool { !(stated + byClass).isEmpty || isStarting }

  /// Whether the load's power must be looked at.
  var needPower: Bool { needLimit || compares }

  /// A fixed limit of what depends on the load. The limits of a class depend on it as well.
  private static func isStated(_ rule: Rule) -> Bool {
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

  private static func isOfPhase(_ rule: Rule) -> Bool {
    guard case .within = rule.criterion else { return false }
    return rule.measurement.contains("power-factor") || rule.measurement.hasPrefix("phase-angle")
  }

  private static func isOfEnergy(_ rule: Rule) -> Bool {
    if case .around("expected-rate", _, _, _) = rule.criterion { return true }
    return ["error", "constant"].contains(rule.id)
  }

  private static func comparesPower(_ rule: Rule) -> Bool {
    guard case .around(let nominal, _, _, let dimension) = rule.criterion,
      nominal.hasSuffix(" of reference")
    else { return false }
    return dimension == .current || PowerKind(dimension) != nil
  }
}

extension Step.OpenLimit.Kind {
  fileprivate var isByClass: Bool { if case .accuracyClass = self { true } else { false } }
}
