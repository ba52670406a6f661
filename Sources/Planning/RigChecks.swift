import Benches
import Documents
import MeterProfiles
import Modbus
import Quantities
import Scenarios
import Verdicts

/// Whether the bench can take the scenario: who takes part, on which lines, against which reference.
extension Planner {
  func reasonNotApplicable(_ position: Position) -> String? {
    if let reason = position.disabled { return "disabled: \(reason)" }
    if position.profile != scenario.profile.name, !extending.contains(position.profile) {
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

  func checkVariants() {
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
  func checkLines() {
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

  func checkSharedAddresses() {
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

  mutating func loadReferenceProfile(_ profile: ProfileLookup) throws(DocumentError) {
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
      if quantity.contains("-demand") {
        diagnostics.report(
          "\(quantity) is a mean over minutes, which shows no load as it is; take a power",
          at: reference.quantityLocation
        )
      }
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

  func checkReferenceNeed() {
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

  mutating func noteCertainty() {
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

  /// Warns where a verdict rests on how old register values may be, and nobody has stated or measured that.
  mutating func noteMoments() {
    let steps = scenario.steps
    var judged: [MeterProfile] = []
    if steps.contains(where: \.action.judgesRegisters) { judged.append(scenario.profile) }
    if let referenceProfile, steps.contains(where: \.action.asksReference) {
      judged.append(referenceProfile)
    }
    for profile in judged {
      guard let moments = profile.readings, moments.certainty == .inferred else { continue }
      warn(
        "the profile \(profile.name) only infers that the meter renews its registers every \(text(moments.updateInterval)), with values up to \(text(moments.latency)) old, and verdicts rest on that; measure both, for times too short could pass a bad meter"
      )
    }
  }
}

extension Action {
  /// Whether a moment of the meter's own register values bears on a verdict.
  fileprivate var judgesRegisters: Bool {
    switch self {
    case .compareRegisters, .demand: true
    default: false
    }
  }

  /// Whether the energy or power of the bench's reference bears on a verdict.
  fileprivate var asksReference: Bool {
    switch self {
    case .countPulses(let test): test.needsReference
    case .remeasure(let test): test.gate.needsReference
    case .demand(let test): test.needsReference
    case .startingCurrent: true
    default: false
    }
  }
}
