import MeterProfiles
import Modbus
import Planning
import Quantities
import Rig
import RunRecord
import Scenarios
import Verdicts

extension PositionRunner {
  /// `shipping-settings`: writes what differs, restarts, and reads everything back. This meter alone has
  /// supply: several may leave with the same address.
  func shippingSettings(_ settings: [SettingAssignment], _ step: PlannedStep) async throws {
    try await switchboard.power(self, on: true)
    guard try await awaitReady(within: Self.restartLimit, step) != nil else {
      throw await silence("the meter does not answer after its supply came")
    }
    headedFor = [TalkSettings(settings, over: home)]
    isAway = headedFor[0] != home
    var writes = 0
    var wanted: [(setting: Setting, number: Double)] = []
    var obeyed: [SettingAssignment] = []
    for assignment in settings {
      guard let setting = profile.setting(assignment.setting),
        let number = try? setting.number(for: assignment.value)
      else { continue }
      switch try await write(setting, number, step, remembers: false) {
      case .refused: continue
      case .changed: writes += 1
      case .same: break
      }
      wanted.append((setting, number))
      obeyed.append(assignment)
    }
    noteWrites(writes, step)
    isAway = true
    try await powerCycle(offFor: .seconds(5))
    try await talk(as: TalkSettings(obeyed, over: home))
    guard try await awaitReady(within: Self.restartLimit, step) != nil else {
      throw await silence("the meter does not answer after its restart")
    }
    for (setting, number) in wanted {
      try await readBack(setting, number, step, remark: "after a restart")
    }
    // The bus goes on as it is wired; the meter stays as it leaves.
    try await talk(as: home)
    isAway = false
    try await switchboard.power(self, on: false)
  }

  /// `restore-settings`: writes back what the run has changed, the last change first.
  func restoreSettings(_ step: PlannedStep) async throws {
    let changed = originals
    var kept: [String] = []
    var writes = 0
    for (name, number) in changed.reversed() {
      guard let setting = profile.setting(name) else { continue }
      switch try await write(setting, number, step) {
      case .refused: kept.append(name)
      case .same: break
      case .changed:
        writes += 1
        if try await read(setting, step) != number { kept.append(name) }
      }
    }
    noteWrites(writes, step)
    originals = changed.filter { kept.contains($0.setting) }
    if !setByHand.isEmpty {
      let names = setByHand.sorted().joined(separator: ", ")
      note(step, "set by hand in this run and left as they were set last: \(names)")
    }
    measure(
      step,
      "restored",
      .text(kept.isEmpty ? "all" : "not \(kept.joined(separator: ", "))"),
      from: lane.now,
      remark: changed.isEmpty
        ? "nothing had been changed" : changed.map(\.setting).joined(separator: ", ")
    )
  }

  /// `must-refuse`: writes what the meter must refuse, and looks whether the setting stayed as it was.
  func mustRefuse(_ refusals: MustRefuse, _ step: PlannedStep) async throws {
    let began = lane.now
    var refused: [(setting: Setting, before: Double)] = []
    for write in refusals.writes {
      guard let setting = profile.setting(write.setting),
        case .register(let register, _) = setting.access,
        let before = try await read(setting, step)
      else { continue }
      if write.isLocked,
        before == register.stored(write.number, order: profile.communication.wordOrder)
      {
        observe(
          step,
          .missing,
          "\(setting.name) is \(setting.text(for: before)) already, so a refusal would not show; name another value"
        )
        continue
      }
      if write.isLocked {
        try await lock(since: began, step)
      } else if setting.needsPassword {
        try await unlock(step)
      }
      toTakeBack = (setting, before)
      let code = try await attempt(write.number, at: register, step)
      guard let after = try await read(setting, step) else { continue }
      if after == before { toTakeBack = nil }
      if code == .serverDeviceBusy {
        observe(step, .undecided, "\(setting.name): the meter was busy, and was not asked again")
        continue
      }
      let found: String
      switch (code, after == before) {
      case (.some, true):
        found = "refused"
        if !refused.contains(where: { $0.setting.name == setting.name }) {
          refused.append((setting, before))
        }
      case (nil, true): found = "acknowledged and not stored"
      case (.some, false): found = "refused and stored nevertheless"
      case (nil, false): found = "stored"
      }
      measure(
        step,
        setting.name,
        .text(found),
        from: lane.now,
        remark: code.map { "exception \($0)" }
      )
      if after != before {
        // What should not have been stored is taken back.
        if setting.needsPassword { try await unlock(step) }
        _ = try await attempt(before, at: register, step)
        lastChanged = lane.now
        if try await read(setting, step) != before {
          originals.append((setting.name, before))
          observe(
            step,
            .undecided,
            "\(setting.name) could not be taken back to \(setting.text(for: before))"
          )
        }
        toTakeBack = nil
      }
    }
    try await proveRefusals(refused, step)
  }

  /// A meter that refuses whatever is written has not looked at the value: each setting must take the value
  /// that it has. Done last, because it opens the lock.
  private func proveRefusals(
    _ refused: [(setting: Setting, before: Double)],
    _ step: PlannedStep
  ) async throws {
    for (setting, before) in refused {
      guard case .register(let register, _) = setting.access else { continue }
      if setting.needsPassword { try await unlock(step) }
      guard let code = try await attempt(before, at: register, step) else { continue }
      observe(
        step,
        .undecided,
        "\(setting.name): the meter refuses its own value \(setting.text(for: before)) as well (exception \(code)), so that it refused another proves nothing"
      )
    }
  }

  /// Waits until the meter is locked: its window has run out.
  ///
  /// - Parameter began: the start of the step; who unlocked the meter before the run nobody knows.
  private func lock(since began: Instant, _ step: PlannedStep) async throws {
    guard let password = profile.password else { return }
    let margin = Duration.seconds(2)
    try await lane.sleep(until: max(lastUnlocked ?? began, began) + password.window + margin)
    guard let state = password.state else { return }
    // Looking keeps an unlocked meter of the family unlocked, so it is done once.
    if let open = try await number(
      at: state,
      of: "the lock's state",
      certainty: password.certainty,
      step
    ), open != 0 {
      observe(
        step,
        .undecided,
        "the meter says that it is unlocked \(Quantity(password.window.inSeconds, .second).readable) after the last password"
      )
    }
  }
}
