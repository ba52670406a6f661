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
  ///   - profile: finds the profile of a position.
  ///   - diagnostics: gets every refusal at the line of the file that cannot work.
  /// - Throws: the refusals.
  public init(
    _ scenario: Scenario,
    on bench: Bench,
    profile: ProfileLookup,
    into diagnostics: Diagnostics = Diagnostics()
  ) throws(DocumentError) {
    var planner = Planner(scenario: scenario, bench: bench, diagnostics: diagnostics)
    let plan = try planner.plan(profile)
    try diagnostics.throwIfErrors()
    self = plan
  }
}

/// Walks through the steps in order and keeps account of what will be switched on and known.
struct Planner {
  let scenario: Scenario
  let bench: Bench
  let diagnostics: Diagnostics

  var supplied: Bool
  /// Said once: the steps after it lack the same.
  var missedSupply = false
  var load: Load?
  /// A load that the bench does not have was reported; what it would do cannot be checked.
  var isLoadUnknown = false
  var known: [PlannedStep.KnownSetting]
  var active: [Position] = []
  var warnings: [String] = []
  /// Something was switched or set, and no reading has waited for it to show yet.
  var hasChanged = false
  var referenceProfile: MeterProfile?

  /// Longer gates must be asked for with a `timeout`.
  private static let longestGate = Duration.seconds(4 * 3600)

  init(scenario: Scenario, bench: Bench, diagnostics: Diagnostics) {
    self.scenario = scenario
    self.bench = bench
    self.diagnostics = diagnostics
    supplied = bench.positions.allSatisfy { $0.supply == nil || $0.disabled != nil }
    load = bench.loads.first { $0.output == nil }
    known = scenario.assumptions.map { .init(name: $0.setting, value: $0.value) }
  }

  mutating func plan(_ profile: ProfileLookup) throws(DocumentError) -> Plan {
    let positions = bench.positions.map { position in
      PlannedPosition(position: position, notApplicable: reasonNotApplicable(position))
    }
    active = positions.filter { $0.notApplicable == nil }.map(\.position)
    if active.isEmpty {
      let reasons = positions.map { "\($0.position.name): \($0.notApplicable ?? "")" }
      refuse(
        "no position of bench '\(bench.name)' can take part: \(reasons.joined(separator: "; "))",
        at: scenario.needs.origin
      )
    }
    checkVariants()
    checkLines()
    checkSharedAddresses()
    try loadReferenceProfile(profile)
    checkReferenceNeed()
    for assumption in scenario.assumptions {
      warnings.append("\(assumption.setting) is taken to be \(assumption.value) without proof")
    }
    let steps = scenario.steps.map { plan($0) }
    let finally = scenario.finally.map { plan($0) }
    if !scenario.steps.contains(where: { !$0.rules.isEmpty }) {
      refuse(
        "no step has a rule, so nothing could be proven; say what a step must find",
        at: scenario.steps.first?.origin ?? scenario.needs.origin
      )
    }
    noteCertainty()
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

  func refuse(_ message: String, at origin: Rule.Origin) {
    diagnostics.report(
      message,
      at: SourceLocation(file: origin.file, line: origin.line, column: origin.column)
    )
  }

  // MARK: Positions and reference

  private func reasonNotApplicable(_ position: Position) -> String? {
    if let reason = position.disabled { return "disabled: \(reason)" }
    if position.profile != scenario.profile.name {
      return "its meter is \(position.profile), the scenario is for \(scenario.profile.name)"
    }
    if let variant = scenario.needs.variant, position.variant != variant {
      return
        "its meter is \(position.variant.map { "the \($0) variant" } ?? "of no stated variant"), the scenario needs \(variant)"
    }
    for output in scenario.needs.outputs
    where !position.pulseLines.contains(where: { $0.output == output }) {
      return "\(output) is not wired"
    }
    return nil
  }

  private func checkVariants() {
    let profile = scenario.profile
    for position in active {
      if let variant = position.variant, !profile.variants.contains(variant) {
        let hint = nearest(variant, in: profile.variants).map { "; did you mean '\($0)'?" } ?? ""
        diagnostics.report(
          "\(profile.name) has no variant '\(variant)'\(hint)",
          at: position.variantLocation
        )
      }
      if let lineage = position.lineage, !profile.lineages.contains(lineage) {
        let hint = nearest(lineage, in: profile.lineages).map { "; did you mean '\($0)'?" }
        let names = profile.lineages.joined(separator: ", ")
        diagnostics.report(
          "\(profile.name) has no lineage '\(lineage)'\(hint ?? "; it has \(names.isEmpty ? "none" : names)")",
          at: position.lineageLocation
        )
      }
      for line in position.pulseLines {
        guard let output = profile.pulseOutput(line.output) else {
          diagnostics.report(
            "\(profile.name) has no output '\(line.output)'",
            at: line.line.location
          )
          continue
        }
        if let variant = position.variant, !output.variants.isEmpty,
          !output.variants.contains(variant)
        {
          diagnostics.report(
            "the \(variant) variant of \(profile.name) has no \(line.output); correct the variant, or leave the line out",
            at: line.line.location
          )
        }
      }
    }
  }

  /// A line that no meter on it can be set to carries no answer.
  private func checkLines() {
    let profile = scenario.profile
    for bus in bench.buses where active.contains(where: { $0.bus == bus.name }) {
      guard case .adapter = bus.connection else { continue }
      let known = profile.communication
      let line = bus.line
      guard
        !known.baudRates.contains(line.baud) || !known.parities.contains(line.parity)
          || !known.stopBits.contains(line.stopBits)
      else { continue }
      let rates = known.baudRates.map { "\($0)" }.joined(separator: ", ")
      let bits = known.stopBits.map { "\($0)" }.joined(separator: " or ")
      diagnostics.report(
        "\(profile.name) cannot be set to \(line.text): it has \(rates) baud, parity \(known.parities.joined(separator: ", ")), \(bits) stop bits",
        at: bus.location,
        path: "buses.\(bus.name)"
      )
    }
  }

  private func checkSharedAddresses() {
    for (index, position) in active.enumerated() {
      guard
        let other = active[..<index].first(where: {
          $0.bus == position.bus && $0.address == position.address
        })
      else { continue }
      diagnostics.report(
        "positions \(other.name) and \(position.name) share address \(position.address) on bus '\(position.bus)', and the scenario supplies both at once; give each its own address, or choose one with --position",
        at: position.addressLocation
      )
    }
  }

  private mutating func loadReferenceProfile(_ profile: ProfileLookup) throws(DocumentError) {
    let name: String
    let quantity: String
    switch bench.reference?.kind {
    case .registers(let profile, _, _, let wanted), .power(let profile, _, _, let wanted):
      (name, quantity) = (profile, wanted)
    default: return
    }
    guard let reference = bench.reference else { return }
    referenceProfile = try profile(name)
    guard let found = referenceProfile else {
      diagnostics.report("there is no profile '\(name)'", at: reference.profileLocation)
      return
    }
    guard let measured = found.quantity(quantity) else {
      let hint = nearest(quantity, in: found.quantities.map(\.name)).map {
        "; did you mean '\($0)'?"
      }
      diagnostics.report(
        "\(name) has no quantity '\(quantity)'\(hint ?? "")",
        at: reference.quantityLocation
      )
      return
    }
    let wanted: Dimension
    if case .power = reference.kind {
      wanted =
        switch reference.energy.dimension {
        case .reactiveEnergy: .reactivePower
        case .apparentEnergy: .apparentPower
        default: .activePower
        }
    } else {
      wanted = reference.energy.dimension
    }
    if measured.unit.dimension != wanted {
      diagnostics.report(
        "\(quantity) measures \(measured.unit.dimension.rawValue), a reference of \(reference.energy.rawValue) energy needs \(wanted.rawValue)",
        at: reference.quantityLocation
      )
    }
    if found.readings == nil {
      diagnostics.report(
        "\(name) does not say what moment its register values belong to, so no energy can be judged by them",
        at: reference.profileLocation
      )
    }
  }

  private func checkReferenceNeed() {
    guard let need = scenario.needs.reference else { return }
    guard let reference = bench.reference else {
      refuse(
        "the scenario needs a reference of \(need); bench '\(bench.name)' has none, so add a 'reference' to it",
        at: scenario.needs.origin
      )
      return
    }
    if reference.energy.dimension.rawValue != need.replacing("-", with: " ") {
      refuse(
        "the scenario needs a reference of \(need); that of bench '\(bench.name)' measures \(reference.energy.rawValue) energy",
        at: scenario.needs.origin
      )
    }
  }

  private mutating func noteCertainty() {
    var inferred: [String] = []
    for step in scenario.steps {
      let names: [String] =
        switch step.action {
        case .identify(let identify): identify.items
        case .read(let read): read.quantities
        case .configure(let settings): settings.map(\.setting)
        default: []
        }
      for name in names where !inferred.contains(name) {
        let certainty =
          scenario.profile.quantity(name)?.certainty ?? scenario.profile.setting(name)?.certainty
        if certainty == .inferred { inferred.append(name) }
      }
    }
    if !inferred.isEmpty {
      warnings.append(
        "the profile only infers the registers of \(inferred.joined(separator: ", ")); no document of the meter confirms them"
      )
    }
  }

  // MARK: Steps

  private mutating func plan(_ step: Step) -> PlannedStep {
    var planned = PlannedStep(
      step: step,
      predictedDuration: .zero,
      timeout: .zero,
      pulses: nil,
      load: load,
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
      hasChanged = true
      for assignment in assignments {
        known.append(.init(name: assignment.setting, value: assignment.value))
      }
      planned.predictedDuration = communication(assignments.count * 2, step)
    case .countPulses(let count):
      planned.pulses = expectation(
        output: count.output,
        pulses: count.atLeastPulses,
        time: count.atLeastTime,
        needsReference: count.needsReference,
        judgesEnergy: count.needsReference,
        step
      )
      planned.predictedDuration = planned.pulses?.gate ?? .zero
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
      planned.predictedDuration = planned.pulses?.gate ?? .zero
    case .apply(let apply):
      hasChanged = true
      planned.predictedDuration = plan(apply, step)
    case .wait(.time(let time)), .wait(.warmUp(let time)):
      planned.predictedDuration = time
    case .ask: break
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
    if case .ask = action { return .seconds(24 * 3600) }
    return .seconds(60)
  }

  func text(_ duration: Duration) -> String {
    text(Quantity(duration.inSeconds, .second).readable)
  }

  /// A predicted value: more than four digits would pretend to knowledge.
  func text(_ predicted: Quantity) -> String {
    "\(Decimal.text(predicted.value, digits: 4)) \(predicted.unit)"
  }

  private mutating func needSupply(_ step: Step) {
    if !supplied, !missedSupply {
      refuse("the meters have no supply at this step; switch it on first", at: step.origin)
    }
    missedSupply = missedSupply || !supplied
  }

  private mutating func plan(_ apply: Apply, _ step: Step) -> Duration {
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
      load = found
      settle = found.settle
    }
    return settle
  }

  /// How long a reading waits until registers show the last change.
  private mutating func ageOfReadings() -> Duration {
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

  private mutating func communication(_ requests: Int, _ step: Step) -> Duration {
    needSupply(step)
    let limits = scenario.profile.communication
    let each = limits.responseLimit + limits.minimumPause
    let busiest = Dictionary(grouping: active, by: \.bus).values.map(\.count).max() ?? 1
    return each * (requests * max(1, busiest))
  }

  private func checkAvailability(_ names: [String], _ step: Step) {
    let system = known.last { $0.name == "system-type" }?.value
    for name in names {
      guard let quantity = scenario.profile.quantity(name) else { continue }
      for position in active {
        let lineage = position.lineage ?? scenario.profile.lineages.first
        if let reason = quantity.reasonUnavailable(
          variant: position.variant,
          system: system,
          lineage: lineage
        ) {
          let rule = step.rules.first { $0.measurement == name }
          refuse("position \(position.name): \(reason)", at: rule?.origin ?? step.origin)
          break
        }
      }
    }
  }

  private func checkSettings(_ assignments: [SettingAssignment]) {
    for assignment in assignments {
      guard let setting = scenario.profile.setting(assignment.setting) else { continue }
      let available = scenario.profile.systemTypes.first {
        assignment.setting == "system-type" && $0.system == assignment.value
      }
      var refusals: [(reason: String, positions: [String])] = []
      for position in active {
        for reason in reasonsAgainst(setting, available, on: position) {
          if let index = refusals.firstIndex(where: { $0.reason == reason }) {
            refusals[index].positions.append(position.name)
          } else {
            refusals.append((reason, [position.name]))
          }
        }
      }
      for (reason, names) in refusals {
        let positions = "position\(names.count == 1 ? "" : "s") \(names.joined(separator: ", "))"
        refuse("\(positions): \(reason)", at: assignment.origin)
      }
    }
  }

  private func reasonsAgainst(
    _ setting: Setting,
    _ available: MeterProfile.SystemTypeAvailability?,
    on position: Position
  ) -> [String] {
    var reasons: [String] = []
    if let variant = position.variant {
      if !setting.variants.isEmpty, !setting.variants.contains(variant) {
        reasons.append("the \(variant) variant has no \(setting.name)")
      }
      if let available, !available.variants.isEmpty, !available.variants.contains(variant) {
        reasons.append("the \(variant) variant cannot measure \(available.system)")
      }
    }
    if let lineage = position.lineage ?? scenario.profile.lineages.first,
      !setting.lineages.isEmpty, !setting.lineages.contains(lineage)
    {
      reasons.append("lineage \(lineage) has no \(setting.name)")
    }
    return reasons
  }

  private func checkCompared(_ read: Read, _ step: Step) {
    for rule in step.rules {
      guard case .around(let nominal, _, _, _) = rule.criterion else { continue }
      if nominal.hasSuffix(" of source"), bench.source?.voltage.tolerance == nil {
        refuse(
          "bench '\(bench.name)' states no source voltage with a tolerance; it needs 'source: { voltage: 230 V ± 0.5 % }'",
          at: rule.origin
        )
      }
    }
    guard !read.compared.isEmpty else { return }
    guard let profile = referenceProfile else {
      refuse(
        "bench '\(bench.name)' has no reference meter that could be read; compare with 'of: source', or wire one",
        at: step.rules.first { $0.measurement == read.compared.first }?.origin ?? step.origin
      )
      return
    }
    for name in read.compared where profile.quantity(name) == nil {
      refuse("the reference meter \(profile.name) has no \(name)", at: step.origin)
    }
  }

  private func checkComparison(
    _ comparison: CompareRegisters,
    _ pulses: PulseExpectation?,
    _ step: Step
  ) {
    if scenario.profile.readings == nil {
      refuse(
        "\(scenario.profile.name) does not say what moment its register values belong to, so its registers cannot be judged",
        at: step.origin
      )
    }
    guard let pulses, let name = comparison.quantity else { return }
    if name != pulses.output.quantity.name {
      refuse(
        "\(comparison.output) counts \(pulses.output.quantity.name), not \(name)",
        at: step.origin
      )
    }
  }

  // MARK: Pulses

  private mutating func expectation(
    output name: String,
    pulses: Int?,
    time: Duration?,
    needsReference: Bool,
    judgesEnergy: Bool,
    _ step: Step
  ) -> PulseExpectation? {
    needSupply(step)
    for position in active where !position.pulseLines.contains(where: { $0.output == name }) {
      refuse(
        "position \(position.name): \(name) is not wired; name it under needs.outputs to leave such positions out",
        at: step.origin
      )
    }
    guard let output = scenario.profile.pulseOutput(name) else { return nil }
    let resolved: PulseOutput.Resolved
    switch output.resolve(
      in: scenario.profile,
      where: { name in known.last { $0.name == name }?.value }
    ) {
    case .works(let found): resolved = found
    case .needs(let setting):
      refuse(
        "what \(name) does depends on \(setting); set it before with 'configure', or state it under 'assume'",
        at: step.origin
      )
      return nil
    case .refused(let reason):
      refuse(reason, at: step.origin)
      return nil
    }
    if needsReference { checkReference(for: resolved, name, step) }
    let power = load.flatMap { totalPower(of: $0, as: resolved.quantity.unit.dimension) }
    guard let power else {
      if load == nil, !isLoadUnknown {
        refuse(
          "no load is applied at this step, so no pulses are due; 'apply' one first",
          at: step.origin
        )
      }
      return PulseExpectation(output: resolved, periods: pulses ?? 1)
    }
    let rate = power * resolved.constant.base / 3_600_000
    checkRate(rate, output, resolved, step)
    let counted = Double(pulses ?? 1)
    let timed = time.map { ($0.inSeconds * rate).rounded(.up) } ?? 0
    let periods = max(counted, timed)
    if judgesEnergy, periods < 2 {
      refuse(
        "a gate of one period shows no jitter, so its energy has no uncertainty; ask for at least 2 pulses",
        at: step.origin
      )
    }
    // The gate waits for its first edge up to a period.
    let gate = Duration.seconds(rounding: (periods + 1) / rate)
    if gate > Self.longestGate, step.timeout == nil {
      refuse(
        "\(name) gives \(text(Quantity(rate, .impulsesPerSecond))) here, so the gate would take \(text(gate)); check the energy units and the load, ask for fewer pulses, or state a 'timeout' that allows it",
        at: step.origin
      )
    }
    return PulseExpectation(
      output: resolved,
      power: power,
      rate: rate,
      periods: Int(periods),
      gate: gate
    )
  }

  private func checkReference(
    for resolved: PulseOutput.Resolved,
    _ output: String,
    _ step: Step
  ) {
    guard let reference = bench.reference else {
      // Said at the scenario's needs already.
      guard scenario.needs.reference == nil else { return }
      let rule = step.rules.first { ["error", "rate", "constant"].contains($0.id) }
      refuse(
        "the rule needs expected energy, and bench '\(bench.name)' has no reference; add one to the bench, or drop the rule",
        at: rule?.origin ?? step.origin
      )
      return
    }
    let counted = resolved.quantity.name
    let kinds: [EnergyKind: [String]] = [
      .activeImport: ["active-energy-import", "active-energy"],
      .activeExport: ["active-energy-export"],
      .reactiveImport: ["reactive-energy-import", "reactive-energy"],
      .reactiveExport: ["reactive-energy-export"],
      .apparent: ["apparent-energy"],
    ]
    if kinds[reference.energy]?.contains(counted) != true {
      refuse(
        "\(output) counts \(counted), but the reference of bench '\(bench.name)' measures \(reference.energy.rawValue) energy",
        at: step.origin
      )
    }
  }

  private func checkRate(
    _ rate: Double,
    _ output: PulseOutput,
    _ resolved: PulseOutput.Resolved,
    _ step: Step
  ) {
    guard rate > 0 else {
      refuse("\(output.name) gives no pulses at this load", at: step.origin)
      return
    }
    if let most = output.maximumRate, rate > most {
      refuse(
        "\(output.name) would have to give \(text(Quantity(rate, .impulsesPerSecond))), but it manages \(Quantity(most, .impulsesPerSecond)); choose a smaller load or more energy for each pulse",
        at: step.origin
      )
    }
    let period = 1 / rate
    // IEC 62053-31 clause 6: at least 30 ms between two pulses.
    if resolved.leastWidth.inSeconds + 0.030 > period {
      refuse(
        "\(output.name): pulses of \(text(resolved.leastWidth)) with 30 ms between them do not fit into a period of \(text(Quantity(period, .second).readable)); choose a smaller load, or a narrower pulse",
        at: step.origin
      )
    }
  }

  /// The total power of a load in the base unit of what is counted; nil where it is not known.
  private func totalPower(of load: Load, as energy: Dimension) -> Double? {
    guard let source = bench.source else { return nil }
    let voltage = source.voltage.nominal.base
    let active = Double(source.phases) * voltage * voltage / load.resistance.nominal.base
    switch energy {
    case .activeEnergy, .apparentEnergy: return active
    default: return 0
    }
  }
}
