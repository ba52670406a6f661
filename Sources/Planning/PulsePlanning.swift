import Benches
import Documents
import MeterProfiles
import Quantities
import Scenarios
import Verdicts

/// What a pulse output will do in a step, or why it cannot.
extension Planner {
  mutating func expectation(
    output name: String,
    pulses: Int?,
    time: Duration?,
    needsReference: Bool,
    judgesEnergy: Bool,
    _ step: Step,
    isSlow: Bool = false,
    isOverload: Bool = false
  ) -> PulseExpectation? {
    needSupply(step)
    for position in active where !position.pulseLines.contains(where: { $0.output == name }) {
      refuse(
        "position \(position.name): \(name) is not wired; name it under needs.outputs to leave such positions out",
        at: step.origin
      )
    }
    guard let output = scenario.profile.pulseOutput(name), let resolved = resolved(name, step)
    else {
      return nil
    }
    checkConstant(resolved, step)
    if needsReference {
      checkReference(for: resolved, name, step)
      checkTransformers(step)
    }
    guard let power = load.flatMap({ self.power(of: $0, counting: resolved.quantity) }) else {
      if load == nil, !isLoadUnknown {
        refuse(
          "no load is applied at this step, so no pulses are due; 'apply' one first",
          at: step.origin
        )
      }
      return PulseExpectation(output: resolved, scale: scale, periods: pulses ?? 1)
    }
    let rate = power * resolved.constant.base / 3_600_000
    if isOverload {
      if let most = output.maximumRate, rate <= most {
        refuse(
          "\(name) is asked for \(text(Quantity(rate, .impulsesPerSecond))) here, no more than it may give; choose a greater load or less energy for each pulse, or leave 'overload' out",
          at: step.origin
        )
      }
    } else {
      checkRate(rate, output, resolved, step)
    }
    // What is due never is no gate's length; it was refused already.
    guard rate > 0 else {
      return PulseExpectation(output: resolved, scale: scale, periods: pulses ?? 1)
    }
    let counted = Double(pulses ?? 1)
    let timed = time.map { ($0.inSeconds * rate).rounded(.up) } ?? 0
    let periods = max(counted, timed)
    if judgesEnergy, periods < 2 {
      refuse(
        "a gate of one period shows no jitter, so its energy has no uncertainty; ask for at least 2 pulses",
        at: step.origin
      )
    }
    // The gate waits for its first edge up to a period. An output gives no more than it may.
    let given = isOverload ? min(rate, output.maximumRate ?? rate) : rate
    let gate = Duration.seconds(rounding: (periods + 1) / given)
    if gate > Self.longestGate, step.timeout == nil, !isSlow {
      refuse(
        "\(step.id): the output gives \(text(Quantity(rate, .impulsesPerSecond))) here, so the gate would take \(text(gate)); check the energy units and the load, ask for fewer pulses, or state a 'timeout' that allows it",
        at: step.origin
      )
    }
    if needsReference {
      checkPace(.seconds(rounding: periods / given), rate: given, step)
    }
    return PulseExpectation(
      output: resolved,
      scale: scale,
      maximumRate: output.maximumRate,
      power: power,
      rate: rate,
      periods: Int(periods),
      gate: gate
    )
  }

  /// How long a reference's registers are read on until they show the end of a gate.
  var referenceReach: Duration {
    guard case .registers? = bench.reference?.kind else { return .zero }
    return referenceProfile?.readings?.reach ?? .zero
  }

  /// A reference whose power readings have come to a stop is found out after ten of its updates.
  private mutating func checkPace(_ gate: Duration, rate: Double, _ step: Step) {
    guard case .power? = bench.reference?.kind, let readings = referenceProfile?.readings else {
      return
    }
    let least = readings.updateInterval * 10
    guard gate < least else { return }
    refuse(
      "the gate takes \(text(gate)), and the reference is renewed every \(text(readings.updateInterval)): one that stands still is found out in \(text(least)) only; ask for at least \(Int((least.inSeconds * rate).rounded(.up))) pulses",
      at: step.origin
    )
  }

  /// An output under the settings known; nil where that is refused.
  func resolved(_ name: String, _ step: Step) -> PulseOutput.Resolved? {
    guard let output = scenario.profile.pulseOutput(name) else { return nil }
    switch output.resolve(
      in: scenario.profile,
      where: { name in known.last { $0.name == name }?.value }
    ) {
    case .works(let found): return found
    case .needs(let setting):
      refuse(
        "what \(name) does depends on \(setting); set it before with 'configure', or state it under 'assume'",
        at: step.origin
      )
    case .refused(let reason): refuse(reason, at: step.origin)
    }
    return nil
  }

  /// A constant that the scenario demands must be one that the profile gives under these settings.
  private func checkConstant(_ resolved: PulseOutput.Resolved, _ step: Step) {
    guard let rule = step.rules.first(where: { $0.id == "constant" }),
      case .within(let lower, let upper, let dimension) = rule.criterion
    else { return }
    let constant = resolved.constant
    guard constant.dimension == dimension,
      constant.base < lower ?? -.infinity || constant.base > upper ?? .infinity
    else { return }
    refuse(
      "the profile gives \(constant) here, which '\(rule.text)' does not allow; correct one of the two",
      at: rule.origin
    )
  }

  private mutating func checkReference(
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
    checkPhases(step)
    switch reference.kind {
    case .power, .declaredLoad:
      if bench.timeBase == nil {
        warn(
          "energy is power times time here, and nobody states how well this host's clock keeps its rate: 100 ppm are taken; write 'time-base: { rate: … }' into the bench file"
        )
      }
    case .pulses, .registers: break
    }
    if let name = reference.kind.quantity, let quantity = referenceProfile?.quantity(name),
      quantity.unit.unit(where: { _ in nil }) == nil
    {
      refuse(
        "the unit of \(name) depends on a setting of the reference meter, which nobody reads; take a quantity with a unit of its own",
        at: step.origin
      )
    }
    if reference.calibratedUntil == nil, !reference.kind.isDeclared || reference.certificate != nil
    {
      warn(
        "bench '\(bench.name)' does not say how long its reference's calibration holds; write 'calibrated-until' into the bench file"
      )
    }
    checkMeaning(of: resolved.quantity.unit.dimension, reference, step)
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

  /// Meter and reference must mean the same by energy.
  private mutating func checkMeaning(
    of dimension: Dimension,
    _ reference: Reference,
    _ step: Step
  ) {
    func differ(_ what: String, _ own: String?, _ other: String?) {
      guard let own, let other, own != other else { return }
      refuse(
        "\(scenario.profile.name) counts energy of \(what) '\(own)', and the reference of bench '\(bench.name)' of \(what) '\(other)'; under distortion or unbalance the two are not the same",
        at: step.origin
      )
    }
    differ("harmonics", scenario.profile.harmonics?.rawValue, reference.harmonics?.rawValue)
    if scenario.profile.harmonics == nil || reference.harmonics == nil {
      warn(
        "nobody says whether energy is that of the fundamental or includes the harmonics, by the meter and by the reference; keep the load free of distortion"
      )
    }
    if reference.side == .secondary,
      active.contains(where: { $0.transformerPrimary != nil || $0.transformer != nil })
    {
      refuse(
        "the reference of bench '\(bench.name)' sits behind the current transformers, and the meters count what flows before them; wire it to the primary side",
        at: step.origin
      )
    }
    guard dimension != .activeEnergy else { return }
    differ("summation", scenario.profile.summation?.rawValue, reference.summation?.rawValue)
    if scenario.profile.summation == nil || reference.summation == nil {
      warn(
        "nobody says whether \(dimension.rawValue) is summed over the phases as vectors or by magnitude, by the meter and by the reference; keep the load balanced"
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

  /// The power of a load that a quantity counts, in its base unit, as the meters' settings scale it; nil
  /// where it is not known.
  private func power(of load: Load, counting quantity: MeasuredQuantity) -> Double? {
    guard let source = measuredSource, let kind = PowerKind(quantity.unit.dimension) else {
      return nil
    }
    let power = load.power(kind, on: source).nominal * scale
    if quantity.name.contains("export") { return max(0, -power) }
    return quantity.name.contains("import") ? max(0, power) : abs(power)
  }

  /// The source as the meters are set to measure it: L1 alone in 1P2W.
  var measuredSource: Source? {
    guard var source = bench.source else { return nil }
    if measuresOnePhase { source.phases = 1 }
    return source
  }

  var measuresOnePhase: Bool { known.last { $0.name == "system-type" }?.value == "1P2W" }

  /// How many times the primary power the meters show: their set transformer ratios over those that are
  /// wired.
  var scale: Double { currentScale * voltageScale }

  private var currentScale: Double {
    guard let setting = scenario.profile.setting("ct-primary"),
      let claimed = knownQuantity(setting),
      let wired = active.first?.transformerPrimary ?? factory(setting), wired > 0
    else { return 1 }
    return claimed / wired
  }

  /// How many times the real voltage the meters show; the bench has no voltage transformers.
  var voltageScale: Double {
    guard let primary = scenario.profile.setting("vt-primary"),
      let secondary = scenario.profile.setting("vt-secondary"),
      let claimed = knownQuantity(primary) ?? factory(primary),
      let wired = knownQuantity(secondary) ?? factory(secondary), wired > 0
    else { return 1 }
    return claimed / wired
  }

  private func knownQuantity(_ setting: Setting) -> Double? {
    known.last { $0.name == setting.name }.flatMap { setting.quantity(for: $0.value)?.base }
  }

  private func factory(_ setting: Setting) -> Double? {
    setting.factory.flatMap { setting.quantity(for: $0)?.base }
  }

  /// The transformers of the bench and the ratio that the meters are set to must be known where energies are
  /// compared, and one for all.
  private func checkTransformers(_ step: Step) {
    guard scenario.profile.setting("ct-primary") != nil else { return }
    let wired = Set(active.map(\.transformerPrimary))
    if wired.count > 1 {
      refuse(
        "the positions have current transformers of different ratios; leave some out with --position",
        at: step.origin
      )
    }
    if wired.contains(where: { $0 != nil }), !known.contains(where: { $0.name == "ct-primary" }) {
      refuse(
        "the bench states its current transformers, and the meters' ct-primary is not known; set it before with 'configure', or state it under 'assume'",
        at: step.origin
      )
    }
  }
}

extension Reference.Kind {
  /// Whether nothing is measured.
  var isDeclared: Bool { if case .declaredLoad = self { true } else { false } }

  /// What is read of a reference meter; nil where the reference is none.
  fileprivate var quantity: String? {
    switch self {
    case .registers(_, _, _, let quantity), .power(_, _, _, let quantity): quantity
    case .pulses, .declaredLoad: nil
    }
  }
}
