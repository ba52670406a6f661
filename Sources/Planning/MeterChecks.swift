import Benches
import Documents
import MeterProfiles
import Quantities
import Scenarios
import Verdicts

/// Whether the meters can do what a step asks of them.
extension Planner {
  func checkAvailability(_ names: [String], _ step: Step) {
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

  /// What the source must keep has to be seen by something: a reference meter on a bus.
  func checkConditions(_ conditions: SourceConditions, _ step: Step) {
    guard !conditions.isEmpty else { return }
    guard let source = bench.source else {
      return refuse(
        "the conditions compare with the source that the bench declares, and bench '\(bench.name)' states none",
        at: step.origin
      )
    }
    guard let profile = referenceProfile else {
      return refuse(
        "nothing on bench '\(bench.name)' shows voltage or frequency while a gate is open; conditions of the source need a reference meter on a bus ('registers' or 'power')",
        at: step.origin
      )
    }
    let names =
      (conditions.voltage == nil ? [] : (1...max(1, source.phases)).map { "voltage-l\($0)" })
      + (conditions.frequency == nil ? [] : ["frequency"])
    for name in names where profile.quantity(name) == nil {
      refuse("the reference meter \(profile.name) has no \(name)", at: step.origin)
    }
  }

  /// Readings of an energy do not show how steady the load was between them, and a declared load shows nothing.
  func checkStability(_ count: CountPulses, _ step: Step) {
    guard count.loadStability != nil, let kind = bench.reference?.kind else { return }
    switch kind {
    case .pulses, .power: return
    case .registers, .declaredLoad:
      refuse(
        "the reference of bench '\(bench.name)' does not show how steady the load is; 'load-stability' needs one with 'pulses' or 'power'",
        at: step.origin
      )
    }
  }

  /// The meters must be made for the voltage of the source.
  func checkSourceRange() {
    guard let source = bench.source else { return }
    let volts = source.voltage.nominal.base
    for position in active {
      let ranges = scenario.profile.quantities
        .filter { $0.unit.dimension == .voltage && !$0.isLineToLine }
        .compactMap { $0.range(variant: position.variant) }
      guard let range = ranges.first, !range.holds(volts) else { continue }
      let variant = position.variant.map { " (\($0))" } ?? ""
      return refuse(
        "the source of bench '\(bench.name)' gives \(source.voltage.nominal), and the meter of position \(position.name)\(variant) is made for \(range.from) to \(range.to)",
        at: scenario.needs.origin
      )
    }
  }

  /// A load must not draw more than the meters are made for, as they are set.
  func checkCurrent(of load: Load, _ step: Step) {
    guard let claimed = scenario.profile.accuracy, let rated = ratedCurrent,
      let source = measuredSource
    else { return }
    let current = load.current(on: source).nominal * scale
    guard current > claimed.maximumCurrent * rated * (1 + 1e-6) else { return }
    refuse(
      "load \(load.name) draws \(text(Quantity(current, .ampere).readable)), and the meters are made for \(text(Quantity(claimed.maximumCurrent * rated, .ampere).readable)) at most as they are set; choose a smaller load, or set their transformers before",
      at: step.origin
    )
  }

  func checkSettings(_ assignments: [SettingAssignment]) {
    for assignment in assignments {
      guard let setting = scenario.profile.setting(assignment.setting) else { continue }
      do throws(Setting.ValueError) { _ = try setting.number(for: assignment.value) } catch {
        refuse("\(error.text) in this lineage", at: assignment.origin)
      }
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

  func checkCompared(_ read: Read, _ step: Step) {
    for rule in step.rules {
      guard case .around(let nominal, _, _, let dimension) = rule.criterion else { continue }
      if nominal.hasSuffix(" of load") {
        if load == nil, !isLoadUnknown {
          refuse("no load is on at this step; 'apply' one first", at: rule.origin)
        } else if let load, load.draw.value.tolerance == nil {
          refuse(
            "load \(load.name) states no tolerance, so nothing can be compared with it",
            at: rule.origin
          )
        }
      }
      guard nominal.hasSuffix(" of source") else { continue }
      if dimension == .frequency, bench.source?.frequency.tolerance == nil {
        refuse(
          "bench '\(bench.name)' states no source frequency with a tolerance; it needs 'frequency: 50 Hz ± 0.1 %'",
          at: rule.origin
        )
      } else if dimension != .frequency, bench.source?.voltage.tolerance == nil {
        refuse(
          "bench '\(bench.name)' states no source voltage with a tolerance; it needs 'source: { voltage: 230 V ± 0.5 % }'",
          at: rule.origin
        )
      }
    }
    guard !read.compared.isEmpty else { return }
    checkPhases(step)
    guard let profile = referenceProfile else {
      // The power follows from the rate of the reference's pulses.
      if case .pulses? = bench.reference?.kind,
        read.compared.allSatisfy({ $0 == bench.reference?.energy.powerQuantity })
      {
        return
      }
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

  /// The meters and the reference must measure the same phases.
  func checkPhases(_ step: Step) {
    guard let reference = bench.reference, let source = bench.source, source.phases > 1 else {
      return
    }
    if measuresOnePhase {
      refuse(
        "in 1P2W the meters count L1 alone, and the reference of bench '\(bench.name)' measures \(source.phases) phases; state 'phases: 1' for a source of one phase",
        at: step.origin
      )
    }
    switch reference.kind {
    case .registers(_, _, _, let name), .power(_, _, _, let name):
      guard ["-l1", "-l2", "-l3"].contains(where: name.hasSuffix) else { return }
      refuse(
        "the reference of bench '\(bench.name)' measures \(name) alone, and the source has \(source.phases) phases; name the quantity of the system",
        at: step.origin
      )
    case .pulses, .declaredLoad: return
    }
  }

  func checkComparison(
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
}
