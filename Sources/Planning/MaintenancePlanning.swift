import Benches
import MeterProfiles
import Quantities
import Scenarios
import Verdicts

/// Steps that change what meters hold, or how they talk.
extension Planner {
  mutating func planMaintenance(_ planned: inout PlannedStep) {
    let step = planned.step
    switch step.action {
    case .reset(let reset):
      checkCounters(reset, step)
      checkAvailability(reset.cleared + reset.kept, step)
      if let reset = scenario.profile.reset(reset.reset), case .menu(let menu) = reset.access {
        warn(
          "\(reset.name) is done in the meter's menu ('\(menu)'), by whoever stands at the bench"
        )
      }
      hasChanged = true
      let count = (reset.cleared.count + reset.kept.count) * 2 + 1
      planned.predictedDuration = communication(count, step) + ageOfReadings() * 2
    case .restart(let restart):
      needSwitchedSupply(step)
      needNoLoad(step)
      needSupply(step)
      hasChanged = true
      checkAvailability(restart.kept, step)
      checkKept(restart.kept, step)
      planned.predictedDuration = restart.offTime + restart.patience / 2 + supplyDwell
    case .assignAddress:
      needSwitchedSupply(step)
      needNoLoad(step)
      // It switches the supplies itself, one after the other, and leaves them on.
      supplied = true
      checkExclusions(step)
      planned.predictedDuration = (Self.restartTime + supplyDwell) * (active.count * 3)
    case .communication(let test):
      needSwitchedSupply(step)
      needNoLoad(step)
      needSupply(step)
      checkAddresses(test)
      let cases = test.cases.count + 1
      planned.predictedDuration = (Self.restartTime + supplyDwell) * (active.count * cases)
    case .shippingSettings(let assignments):
      needSwitchedSupply(step)
      needNoLoad(step)
      checkSettings(assignments)
      if let first = assignments.first(where: {
        $0.setting != "address" && lineSettings.contains($0.setting)
      }) {
        checkAdapters(at: first.origin)
      }
      learn(assignments)
      supplied = true
      planned.predictedDuration =
        communication(assignments.count * 3, step) * active.count
        + (Self.restartTime + supplyDwell) * active.count
      isLineUnknown = isLineUnknown || assignments.contains { lineSettings.contains($0.setting) }
      // It wakes one meter after the other, and leaves all without supply.
      supplied = bench.positions.allSatisfy { $0.supply == nil || $0.disabled != nil }
    case .restoreSettings:
      let assumed = Self.assumed(scenario).map(\.name)
      let changed = known.map(\.name).filter { !assumed.contains($0) }
      if changed.isEmpty {
        refuse(
          "no step before this one sets anything, so there is nothing to give back",
          at: step.origin
        )
      }
      // What a person set stays until a person sets it back.
      let byHand = known.filter { known in
        if case .menu? = scenario.profile.setting(known.name)?.access { true } else { false }
      }
      known = Self.assumed(scenario) + byHand
      hasChanged = true
      planned.predictedDuration = communication(max(1, changed.count) * 3, step)
    case .mustRefuse(let refusals):
      for write in refusals.writes where !write.isLocked {
        guard scenario.profile.setting(write.setting)?.permits(write.number) == true else {
          continue
        }
        refuse(
          "\(Decimal.text(write.number)) is a value of \(write.setting) in this lineage",
          at: step.origin
        )
      }
      let locked = refusals.writes.contains(where: \.isLocked)
      let window = scenario.profile.password?.window ?? .zero
      planned.predictedDuration =
        communication(refusals.writes.count * 6, step) + (locked ? window + .seconds(5) : .zero)
    default: break
    }
  }

  /// Two meters at one address answer at once.
  private func checkAddresses(_ test: CommunicationTest) {
    for assignment in test.cases.flatMap(\.settings) where assignment.setting == "address" {
      // A socket without a switched supply has it, whether it takes part or not.
      let powered = bench.positions.filter { $0.supply == nil || $0.disabled == nil }
      let others = powered.filter { "\($0.address)" == assignment.value }
      for position in active {
        guard
          let other = others.first(where: { $0.bus == position.bus && $0.name != position.name })
        else { continue }
        refuse(
          "address \(assignment.value) is that of position \(other.name), whose meter is on bus '\(other.bus)' too; choose one that no position has",
          at: assignment.origin
        )
        break
      }
    }
    checkAdapters(at: test.cases.first?.settings.first?.origin ?? scenario.needs.origin)
  }

  /// Settings that say how a meter talks.
  private var lineSettings: [String] { ["address", "baud", "parity-stop", "parity", "stop-bits"] }

  /// The line of a bus can be set where it hangs on an adapter only.
  private func checkAdapters(at origin: Rule.Origin) {
    for position in active {
      guard let bus = bench.bus(position.bus) else { continue }
      if case .adapter = bus.connection { continue }
      return refuse(
        "bus '\(bus.name)' is reached through the network, where line settings cannot be changed; this step needs an adapter",
        at: origin
      )
    }
  }

  /// A reset clears what the profile says and nothing else; only what counts or holds a maximum is kept.
  private func checkCounters(_ reset: Reset, _ step: Step) {
    guard let known = scenario.profile.reset(reset.reset) else { return }
    for name in reset.cleared where !known.clears.contains(name) {
      refuse("\(reset.reset) does not clear \(name) by the profile", at: step.origin)
    }
    for name in reset.kept where known.clears.contains(name) {
      refuse("\(reset.reset) clears \(name) by the profile", at: step.origin)
    }
    checkKept(reset.kept, step)
  }

  private func checkKept(_ names: [String], _ step: Step) {
    let lasting = scenario.profile.resets.flatMap(\.clears)
    for name in names where !lasting.contains(name) {
      let dimension = scenario.profile.quantity(name)?.unit.dimension
      if let dimension, [.activeEnergy, .reactiveEnergy, .apparentEnergy].contains(dimension) {
        continue
      }
      refuse(
        "\(name) moves by itself, so nothing shows whether it was kept; name counters and maxima",
        at: step.origin
      )
    }
  }

  /// What a setting is from now on.
  mutating func learn(_ assignments: [SettingAssignment]) {
    hasChanged = true
    for assignment in assignments {
      known.append(.init(name: assignment.setting, value: assignment.value))
    }
  }

  /// Settings that only a person can set: nobody reads them back.
  mutating func noteByHand(_ assignments: [SettingAssignment]) {
    for assignment in assignments {
      guard let setting = scenario.profile.setting(assignment.setting),
        case .menu(let menu) = setting.access
      else { continue }
      warn(
        "\(setting.name) is set in the meter's menu ('\(menu)') by whoever stands at the bench, and not read back"
      )
    }
  }

  mutating func warn(_ text: String) {
    if !warnings.contains(text) { warnings.append(text) }
  }

  /// A meter must be switched off and on by itself.
  private func needSwitchedSupply(_ step: Step) {
    for position in active where position.supply == nil {
      refuse(
        "position \(position.name) has no switched supply, which a restart needs; wire one, or leave the position out with --position",
        at: step.origin
      )
    }
  }

  private func needNoLoad(_ step: Step) {
    guard let load, load.output != nil else { return }
    refuse(
      "load \(load.name) is on, and this step switches supplies; switch it off before",
      at: step.origin
    )
  }

  /// How long supplies stay off at least.
  private var supplyDwell: Duration {
    active.compactMap(\.supply?.dwell).max() ?? .zero
  }

  /// A power cycle: off, on, ready.
  private static let restartTime = Duration.seconds(15)
}
