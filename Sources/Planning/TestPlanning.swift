import Benches
import MeterProfiles
import Quantities
import Scenarios
import Verdicts

/// Type tests.
extension Planner {
  mutating func planTest(_ planned: inout PlannedStep) {
    let step = planned.step
    switch step.action {
    case .demand(let test): plan(test, &planned)
    case .noLoad(let test): plan(test, &planned)
    case .startingCurrent(let test): plan(test, &planned)
    case .remeasure(let test):
      planned.pulses = expectation(
        output: test.gate.output,
        pulses: test.gate.atLeastPulses,
        time: test.gate.atLeastTime,
        needsReference: true,
        judgesEnergy: true,
        step
      )
      planned.predictedDuration = ((planned.pulses?.gate ?? .zero) + referenceReach) * test.gates
      proven.insert(test.gate.output)
    default: break
    }
  }

  private mutating func plan(_ test: DemandTest, _ planned: inout PlannedStep) {
    let step = planned.step
    checkAvailability([test.quantity] + (test.maximum.map { [$0] } ?? []), step)
    checkDemand(test, step)
    if let load {
      refuse(
        "load \(load.name) is on already; a demand is watched from the moment its load comes",
        at: step.origin
      )
    }
    let settle = plan(Apply(supply: nil, load: .on(test.load)), step)
    planned.load = load
    if test.needsReference { checkPhases(step) }
    if load?.isExport == true {
      refuse(
        "load \(test.load) exports, and what a demand makes of that is not known; choose one that imports",
        at: step.origin
      )
    }
    if !showsPower, step.rules.contains(where: { $0.id == "integration-time" }) {
      refuse(
        "nothing on bench '\(bench.name)' shows whether the load stays as it is while the demand rises, and one that moved would look like another window; it needs a reference with pulses or power readings of active-import",
        at: step.origin
      )
    }
    guard let setting = scenario.profile.setting(test.period),
      let value = known.last(where: { $0.name == test.period })?.value,
      let period = setting.quantity(for: value)?.duration
    else {
      return refuse(
        "the window of the demand depends on \(test.period); set it before with 'configure', or state it under 'assume'",
        at: step.origin
      )
    }
    guard let readings = scenario.profile.readings else {
      return refuse(
        "\(scenario.profile.name) does not say what moment its register values belong to, so its demands cannot be judged",
        at: step.origin
      )
    }
    if test.needsReference, let quantity = scenario.profile.quantity(test.quantity) {
      if let reference = bench.reference {
        if reference.energy.powerDimension != quantity.unit.dimension {
          refuse(
            "\(test.quantity) is \(quantity.unit.dimension.rawValue), the reference of bench '\(bench.name)' measures \(reference.energy.rawValue) energy",
            at: step.origin
          )
        }
      } else {
        refuse(
          "the rule needs a reference, and bench '\(bench.name)' has none; add one, or drop 'value'",
          at: step.origin
        )
      }
    }
    let age = readings.updateInterval + readings.latency
    planned.scale = scale
    planned.demand = DemandExpectation(
      period: period,
      scale: scale,
      watchesReference: test.needsReference || showsPower
    )
    planned.predictedDuration = settle + period + period / 20 + age * 4 + .seconds(10)
  }

  private func checkDemand(_ test: DemandTest, _ step: Step) {
    let quantity = scenario.profile.quantity(test.quantity)
    if !test.quantity.contains("-demand") || test.quantity.contains("-max") {
      refuse("\(test.quantity) is no demand", at: step.origin)
    }
    guard let name = test.maximum, let maximum = scenario.profile.quantity(name) else { return }
    if !name.contains("-demand-max") || maximum.unit.dimension != quantity?.unit.dimension {
      refuse("\(name) is not the maximum of \(test.quantity)", at: step.origin)
    }
  }

  /// Whether the reference shows how the load's power moves.
  private var showsPower: Bool {
    switch bench.reference?.kind {
    case .pulses, .power: bench.reference?.energy == .activeImport
    case .registers, .declaredLoad, nil: false
    }
  }

  /// Warns where an output that dies in a test without load would pass it.
  mutating func checkProofAfterNoLoad() {
    for (index, step) in scenario.steps.enumerated() {
      guard case .noLoad(let test) = step.action,
        !(scenario.steps[index...] + scenario.finally)
          .contains(where: { $0.action.countsPulses(of: test.output) })
      else { continue }
      warn(
        "'\(step.id)' would pass with an output that dies meanwhile, for nothing counts pulses of \(test.output) after it; count some under load once more"
      )
    }
  }

  private mutating func plan(_ test: NoLoad, _ planned: inout PlannedStep) {
    let step = planned.step
    needSupply(step)
    if let load {
      refuse(
        "load \(load.name) is on; a test without load needs it off",
        at: step.origin
      )
    }
    if !proven.contains(test.output) {
      refuse(
        "\(test.output) has given no pulses before this step; a dead output gives none without a load either, so count some under load first",
        at: step.origin
      )
    }
    planned.pulses = resolved(test.output, step).map {
      PulseExpectation(output: $0, scale: scale, periods: 0)
    }
    let least = planned.pulses.flatMap { leastNoLoadTime($0.output) }
    guard let time = test.time ?? least else {
      return refuse(
        "the profile states no class and maximum current, so the standard's least time is not known; state 'during'",
        at: step.origin
      )
    }
    if let least, time < least {
      warn(
        "\(step.id): the standard asks for at least \(text(least)) without load at \(Decimal.text(claimedNoLoad?.voltage ?? 1)) times the nominal voltage, not \(text(time))"
      )
    }
    planned.watchTime = time
    planned.predictedDuration = time
  }

  private mutating func plan(_ test: StartingCurrent, _ planned: inout PlannedStep) {
    let step = planned.step
    planned.pulses = expectation(
      output: test.output,
      pulses: test.pulses,
      time: nil,
      needsReference: false,
      judgesEnergy: false,
      step,
      isSlow: true
    )
    if let load, let source = measuredSource, let rated = ratedCurrent,
      let standard = scenario.profile.accuracy?.active
    {
      let current = load.current(on: source).most * scale
      let starting = standard.startingCurrent * rated
      if current > 1.05 * starting {
        refuse(
          "load \(load.name) may draw \(text(Quantity(current, .ampere).readable)) by its declaration, more than the starting current of \(text(Quantity(starting, .ampere).readable)): a meter that starts too late would pass; take a smaller load",
          at: step.origin
        )
      }
    }
    checkStartingReference(step, planned.pulses)
    guard let gate = planned.pulses?.gate, let rate = planned.pulses?.rate else { return }
    // The first pulse is one of them, so that no more periods than pulses pass.
    let needed = Duration.seconds(rounding: Double(test.pulses) / rate)
    if let time = test.time, time < needed {
      refuse(
        "\(test.pulses) pulses need \(text(needed)) at this load, and 'within' allows \(text(time))",
        at: step.origin
      )
    }
    planned.watchTime = test.time ?? gate * 2
    planned.predictedDuration = planned.watchTime ?? gate
  }

  /// A load that is greater than declared would start a meter that starts too late.
  private func checkStartingReference(_ step: Step, _ pulses: PulseExpectation?) {
    guard let reference = bench.reference else {
      return refuse(
        "nothing on bench '\(bench.name)' shows how small the load is; a starting current needs a reference with pulses or power readings",
        at: step.origin
      )
    }
    switch reference.kind {
    case .power: break
    case .pulses(_, let constant):
      // A meter that starts on bursts of the load is found out only where the reference sees them.
      guard let power = pulses?.power, power > 0 else { return }
      let period = 3_600_000 / (power / (pulses?.scale ?? 1) * constant.base)
      guard period > 30 else { return }
      refuse(
        "the reference gives a pulse in \(text(Quantity(period, .second).readable)) at this load, too few to show that it is steady; take one with more pulses for each kWh",
        at: step.origin
      )
    case .registers, .declaredLoad:
      refuse(
        "the reference of bench '\(bench.name)' does not show how small the load is; a starting current needs one with pulses or power readings",
        at: step.origin
      )
    }
  }

  /// The least time of the test without load, by the standard of the class that the profile claims; nil
  /// where it is not known.
  ///
  /// IEC 62053-22:2003 clause 8.3.2: Δt ≥ c·10⁶ / (k·m·Un·Imax) minutes with k in imp/kWh, m measuring
  /// elements, and c = 600 for class 0.5 S.
  private func leastNoLoadTime(_ pulses: PulseOutput.Resolved) -> Duration? {
    guard let accuracy = scenario.profile.accuracy, let source = measuredSource,
      let standard = pulses.quantity.unit.dimension == .reactiveEnergy
        ? accuracy.reactive : accuracy.active,
      let noLoad = standard.noLoad, let rated = ratedCurrent
    else { return nil }
    // The standard tests at a multiple of the nominal voltage, which no bench file states: what the source gives
    // is taken for that multiple, so that the time is never too short.
    let nominal = source.voltage.nominal.base / noLoad.voltage
    let power = Double(source.phases) * nominal * accuracy.maximumCurrent * rated
    let minutes = noLoad.timeFactor * 1e6 / (pulses.constant.base * power)
    return minutes.isFinite ? .seconds(rounding: minutes * 60) : nil
  }

  private var claimedNoLoad: AccuracyClass.NoLoad? { scenario.profile.accuracy?.active?.noLoad }

  /// The rated current that the meters are set for, on the primary side.
  var ratedCurrent: Double? {
    scenario.profile.accuracy?.rated(in: scenario.profile) { name in
      known.last { $0.name == name }?.value
    }
  }
}

extension Action {
  /// Whether it passes only where this output gives pulses.
  fileprivate func countsPulses(of output: String) -> Bool {
    switch self {
    case .countPulses(let gate): gate.output == output
    case .compareRegisters(let test): test.output == output
    case .startingCurrent(let test): test.output == output
    case .remeasure(let test): test.gate.output == output
    default: false
    }
  }
}
