public import Benches
public import Documents
public import MeterProfiles
import Quantities
public import Scenarios
import Verdicts

extension Plan {
  /// Plans a scenario on a bench.
  ///
  /// - Parameters:
  ///   - scenario: the test.
  ///   - bench: the rig.
  ///   - allowsUndecidable: whether a rule that nothing could pass is a warning and no refusal.
  ///   - units: the meters that the positions are said to hold.
  ///   - profile: finds the profile of a position.
  ///   - diagnostics: gets every refusal at the line of the file that cannot work.
  /// - Throws: the refusals.
  public init(
    _ scenario: Scenario,
    on bench: Bench,
    allowsUndecidable: Bool = false,
    units: ExpectedUnits = ExpectedUnits(),
    profile: ProfileLookup,
    into diagnostics: Diagnostics = Diagnostics()
  ) throws(DocumentError) {
    var planner = Planner(scenario: scenario, bench: bench, diagnostics: diagnostics)
    planner.allowsUndecidable = allowsUndecidable
    planner.units = units
    let plan = try planner.plan(profile)
    try diagnostics.throwIfErrors()
    self = plan
  }
}

/// Walks through the steps in order and keeps account of what will be switched on and known.
struct Planner {
  private(set) var scenario: Scenario
  let bench: Bench
  let diagnostics: Diagnostics

  /// Whether a rule that nothing could pass is a warning and no refusal.
  var allowsUndecidable = false
  /// The meters that the positions are said to hold.
  var units = ExpectedUnits()
  var supplied: Bool
  /// Said once: the steps after it lack the same.
  var missedSupply = false
  var load: Load?
  /// A load that the bench does not have was reported; what it would do cannot be checked.
  var isLoadUnknown = false
  /// Outputs that exclude one another and were reported.
  var refusedTogether: Set<[String]> = []
  var known: [PlannedStep.KnownSetting]
  var active: [Position] = []
  var warnings: [String] = []
  /// Something was switched or set, and no reading has waited for it to show yet.
  var hasChanged = false
  var referenceProfile: MeterProfile?
  /// Outputs that have given pulses in an earlier step.
  var proven: Set<String> = []
  /// Profiles of this bench that extend the scenario's.
  var extending: Set<String> = []
  private var others: [String: MeterProfile] = [:]
  /// The line settings were written for good: nothing can be asked after that.
  var isLineUnknown = false

  /// Longer gates must be asked for with a `timeout`.
  static let longestGate = Duration.seconds(4 * 3600)

  init(scenario: Scenario, bench: Bench, diagnostics: Diagnostics) {
    self.scenario = scenario
    self.bench = bench
    self.diagnostics = diagnostics
    supplied = bench.positions.allSatisfy { $0.supply == nil || $0.disabled != nil }
    load = bench.loads.first { $0.output == nil }
    known = Self.assumed(scenario)
  }

  /// What is known before the first step.
  static func assumed(_ scenario: Scenario) -> [PlannedStep.KnownSetting] {
    let fixed = scenario.profile.onlySystem.map {
      [PlannedStep.KnownSetting(name: "system-type", value: $0)]
    }
    return (fixed ?? []) + scenario.assumptions.map { .init(name: $0.setting, value: $0.value) }
  }

  mutating func plan(_ profile: ProfileLookup) throws(DocumentError) -> Plan {
    for name in Set(bench.positions.map(\.profile)).sorted() where name != scenario.profile.name {
      if let other = try profile(name), other.extended == scenario.profile.name {
        extending.insert(other.name)
        others[other.name] = other
      }
    }
    var positions = bench.positions.map { position in
      PlannedPosition(position: position, notApplicable: reasonNotApplicable(position))
    }
    expectUnits(&positions)
    active = positions.filter { $0.notApplicable == nil }.map(\.position)
    if active.isEmpty {
      let reasons = positions.map { "\($0.position.name): \($0.notApplicable ?? "")" }
      refuse(
        "no position of bench '\(bench.name)' can take part: \(reasons.joined(separator: "; "))",
        at: scenario.needs.origin
      )
    }
    checkVariants()
    takeLineage()
    checkSourceRange()
    checkLines()
    checkSharedAddresses()
    try loadReferenceProfile(profile)
    checkReferenceNeed()
    for assumption in scenario.assumptions {
      warnings.append("\(assumption.setting) is taken to be \(assumption.value) without proof")
    }
    let steps = scenario.steps.map { plan($0) }
    let finally = scenario.finally.map { plan($0) }
    if !scenario.steps.contains(where: { !$0.rules.isEmpty && !$0.isPrecondition }) {
      refuse(
        "no step has a rule, so nothing could be proven; say what a step must find",
        at: scenario.steps.first?.origin ?? scenario.needs.origin
      )
    }
    checkDistinction()
    checkProofAfterNoLoad()
    noteCertainty()
    noteMoments()
    return Plan(
      scenario: scenario,
      bench: bench,
      positions: positions,
      steps: steps,
      finally: finally,
      warnings: warnings,
      referenceProfile: referenceProfile
    )
  }

  /// From here on the type is that of the positions' lineage, and of their own profile where that extends
  /// the scenario's.
  private mutating func takeLineage() {
    let names = Set(active.map(\.profile))
    if names.count > 1 {
      refuse(
        "the positions have meters of different profiles (\(names.sorted().joined(separator: ", "))); run them one profile at a time with --position",
        at: scenario.needs.origin
      )
    }
    if let other = names.first.flatMap({ others[$0] }) { scenario.profile = other }
    let usual = scenario.profile.lineages.first
    let lineages = Set(active.map { $0.lineage ?? usual })
    if lineages.count > 1 {
      refuse(
        "the positions follow different lineages, whose settings differ; run them one lineage at a time with --position",
        at: scenario.needs.origin
      )
    }
    scenario.profile = scenario.profile.of(lineage: active.first?.lineage)
  }

  func refuse(_ message: String, at origin: Rule.Origin) {
    diagnostics.report(
      message,
      at: SourceLocation(file: origin.file, line: origin.line, column: origin.column)
    )
  }

  // MARK: Steps

  private mutating func plan(_ step: Step) -> PlannedStep {
    if isLineUnknown, step.talks {
      refuse(
        "the line settings that the meters leave with have been written before this step; nothing can be asked after that",
        at: step.origin
      )
    }
    var planned = PlannedStep(
      step: step,
      predictedDuration: .zero,
      timeout: .zero,
      pulses: nil,
      load: load,
      scale: scale,
      voltageScale: voltageScale,
      knownSettings: known
    )
    switch step.action {
    case .identify(let identify):
      checkAvailability(identify.items, step)
      planned.predictedDuration = communication(identify.items.count, step)
    case .read(let read):
      checkAvailability(read.quantities, step)
      checkCompared(read, step)
      planned.predictedDuration = communication(read.quantities.count, step) + ageOfReadings()
    case .configure(let assignments):
      checkSettings(assignments)
      noteByHand(assignments)
      learn(assignments)
      planned.predictedDuration = communication(assignments.count * 2, step)
    case .countPulses(let count):
      checkConditions(count.source, step)
      checkStability(count, step)
      planned.pulses = expectation(
        output: count.output,
        pulses: count.atLeastPulses,
        time: count.atLeastTime,
        needsReference: count.needsReference,
        judgesEnergy: count.needsReference,
        step,
        isOverload: count.isOverload
      )
      planned.predictedDuration =
        (planned.pulses?.gate ?? .zero) + (count.needsReference ? referenceReach : .zero)
      proven.insert(count.output)
    case .compareRegisters(let comparison):
      planned.pulses = expectation(
        output: comparison.output,
        pulses: comparison.atLeastPulses,
        time: comparison.atLeastTime,
        needsReference: false,
        judgesEnergy: true,
        step
      )
      checkComparison(comparison, planned.pulses, step)
      proven.insert(comparison.output)
      // The register is read on until it shows the end of the gate.
      planned.predictedDuration =
        (planned.pulses?.gate ?? .zero) + (scenario.profile.readings?.reach ?? .zero)
    case .apply(let apply):
      hasChanged = true
      planned.predictedDuration = plan(apply, step)
    case .wait(.time(let time)), .wait(.warmUp(let time)):
      planned.predictedDuration = time
    case .ask: break
    case .reset, .restart, .assignAddress, .communication, .shippingSettings, .restoreSettings,
      .mustRefuse:
      planMaintenance(&planned)
    case .demand, .noLoad, .startingCurrent, .remeasure: planTest(&planned)
    }
    settleLimits(&planned)
    checkLoad(&planned)
    predict(&planned)
    predictReading(&planned)
    if planned.reliedOnLoad != nil {
      let readings = scenario.profile.readings
      let age = (readings?.updateInterval ?? .zero) + (readings?.latency ?? .zero)
      planned.predictedDuration += .seconds(2) + age
    }
    planned.timeout =
      step.timeout ?? planned.predictedDuration * 2 + Self.timeoutMargin(step.action)
    if let timeout = step.timeout, timeout < planned.predictedDuration {
      refuse(
        "the step needs \(text(planned.predictedDuration)), but its timeout is \(text(timeout))",
        at: step.origin
      )
    }
    return planned
  }

  private static func timeoutMargin(_ action: Action) -> Duration {
    switch action {
    // A person is waited for.
    case .ask, .configure, .reset, .restart: .seconds(24 * 3600)
    default: .seconds(60)
    }
  }

  func text(_ duration: Duration) -> String {
    text(Quantity(duration.inSeconds, .second).readable)
  }

  /// A predicted value: more than four digits would pretend to knowledge.
  func text(_ predicted: Quantity) -> String {
    "\(Decimal.text(predicted.value, digits: 4)) \(predicted.unit)"
  }

  mutating func needSupply(_ step: Step) {
    if !supplied, !missedSupply {
      refuse("the meters have no supply at this step; switch it on first", at: step.origin)
    }
    missedSupply = missedSupply || !supplied
  }

  /// `apply` energises every position that takes part, and one load.
  mutating func checkExclusions(_ step: Step) {
    let supplies = bench.positions.filter { supplied && $0.disabled == nil && $0.supply != nil }
      .map { "\($0.name).supply" }
    let loads = load.flatMap { $0.output == nil ? nil : ["load \($0.name)"] } ?? []
    for group in bench.switching.exclusive {
      let clashing = (supplies + loads).filter { group.contains($0) }
      guard clashing.count > 1, refusedTogether.insert(clashing).inserted else { continue }
      refuse(
        "\(clashing.joined(separator: " and ")) are never on together on bench '\(bench.name)'; "
          + (loads.contains { clashing.contains($0) }
            ? "apply another load, or leave that position out with --position"
            : "leave all but one of these positions out with --position"),
        at: step.origin
      )
    }
  }

  /// How long the outputs' own times make an `apply` last at most. Nothing but the pause delays an
  /// output on its way to its safe value.
  private func switchingTime(of apply: Apply) -> Duration {
    let energised = bench.outputs.filter { output in
      guard let on = apply.switches(output) else { return false }
      return on != output.wiring.safeOn
    }
    return (energised.map(\.wiring.dwell).max() ?? .zero) + bench.switching.pause
  }

  mutating func plan(_ apply: Apply, _ step: Step) -> Duration {
    var settle = Duration.zero
    if let supply = apply.supply {
      if !supply, load?.output != nil, apply.load == nil {
        refuse(
          "the load is still on; switch it off before the supply, or in the same step",
          at: step.origin
        )
      }
      supplied = supply
      if !supply { load = load?.output == nil ? load : nil }
    }
    switch apply.load {
    case nil: break
    case .off: load = bench.loads.first { $0.output == nil }
    case .on(let name):
      guard let found = bench.load(name) else {
        let names = bench.loads.map(\.name)
        let hint =
          nearest(name, in: names).map { "; did you mean '\($0)'?" }
          ?? (names.isEmpty ? "; it has no loads" : "; it has \(names.joined(separator: ", "))")
        refuse("bench '\(bench.name)' has no load '\(name)'\(hint)", at: step.origin)
        isLoadUnknown = true
        return .zero
      }
      needSupply(step)
      checkCurrent(of: found, step)
      load = found
      settle = found.settle
    }
    checkExclusions(step)
    return settle + switchingTime(of: apply)
  }

  /// How long a reading waits until registers show the last change.
  mutating func ageOfReadings() -> Duration {
    guard hasChanged else { return .zero }
    guard let readings = scenario.profile.readings else {
      let warning =
        "\(scenario.profile.name) does not say how old a register's value may be, so what is read soon after switching may be what was before"
      if !warnings.contains(warning) { warnings.append(warning) }
      return .zero
    }
    hasChanged = false
    return readings.updateInterval + readings.latency
  }

  mutating func communication(_ requests: Int, _ step: Step) -> Duration {
    needSupply(step)
    let limits = scenario.profile.communication
    let each = limits.responseLimit + limits.minimumPause
    let busiest = Dictionary(grouping: active, by: \.bus).values.map(\.count).max() ?? 1
    return each * (requests * max(1, busiest))
  }
}

extension Apply {
  /// What becomes of an output; nil where it stays as it is.
  fileprivate func switches(_ output: SwitchedOutput) -> Bool? {
    guard output.isLoad else { return supply }
    return switch load {
    case .on(let name): name == output.owner
    case .off: false
    // Without supply no load stays on.
    case nil: supply == false ? false : nil
    }
  }
}
