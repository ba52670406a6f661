import Benches
import MeterProfiles
import Modbus
import Planning
import Rig
import Scenarios
import Verdicts

extension PositionRunner {
  /// `assign-address`: this meter alone has supply. It is found at the address that new meters have, given
  /// its own, and found there after a restart.
  func assignAddress(_ assignment: AssignAddress, _ step: PlannedStep) async throws {
    let own = position.address
    guard let setting = profile.setting("address") else { return }
    address = own
    defer { address = own }
    // Nobody has supply yet: whoever answers now would answer for this meter, too.
    let strangers = try await [own, assignment.from].asyncFilter { try await self.hears($0, step) }
    measure(
      step,
      "others",
      .text(
        strangers.isEmpty
          ? "silent" : "a unit answers at \(strangers.map { "\($0)" }.joined(separator: " and "))"
      ),
      from: lane.now,
      remark: "asked while no meter had supply"
    )
    guard strangers.isEmpty else {
      // Which one would be written to?
      throw RigFault(
        Part(.bus, position.bus),
        "a unit answers at an address that is to be given while no meter has supply; find it before addresses are written"
      )
    }
    try await switchboard.power(self, on: true)
    try await give(own, from: assignment.from, setting: setting.name, step)
    // The next meter wakes alone.
    try await switchboard.power(self, on: false)
  }

  private func give(
    _ own: UInt8,
    from old: UInt8,
    setting name: String,
    _ step: PlannedStep
  ) async throws {
    guard let setting = profile.setting(name) else { return }
    address = old
    guard try await wakes(step) else {
      address = own
      if try await awaitReady(within: .seconds(5), step) != nil {
        measure(
          step,
          "old-address",
          .text("left"),
          from: lane.now,
          remark: "it had its own address already; nothing was written"
        )
        measure(step, "new-address", .text("answers"), from: lane.now)
        hasOwnAddress = true
        return
      }
      throw await silence(
        "no meter answers at address \(old) nor at \(own), in two starts",
        heard: heardGarbled
      )
    }
    var wasAnswered = true
    if own != old {
      let written: Written
      do {
        written = try await write(setting, Double(own), step, remembers: false)
      } catch is MeterSilence {
        // Whether the write got through shows after the restart.
        written = .changed(from: Double(old))
        wasAnswered = false
      }
      switch written {
      case .changed: noteWrites(1, step)
      case .same: break
      case .refused(let blamesMeter):
        // What may be the profile's mistake is said already.
        if blamesMeter {
          measure(step, "old-address", .text("cannot be written"), from: lane.now)
        }
        return
      }
    }
    try await powerCycle(offFor: .seconds(5))
    address = own
    let isThere = try await wakes(step)
    if !isThere, heardGarbled {
      observe(
        step,
        .condition,
        "bytes came that are no valid reply, so the line may be disturbed"
      )
    }
    if !isThere, !wasAnswered {
      return observe(
        step,
        .undecided,
        "the write of the address got no reply, and the meter does not answer there; the line may have been away"
      )
    }
    measure(step, "new-address", .text(isThere ? "answers" : "silent"), from: lane.now)
    let stays = own == old ? false : try await hears(old, step)
    let former = own == old ? "is its own" : stays ? "still answers" : "left"
    measure(step, "old-address", .text(former), from: lane.now)
    hasOwnAddress = isThere && !stays
  }

  /// Waits for the meter, and through a second start where the first brought nothing: nobody else has supply, so
  /// nothing shows meanwhile that the line is there.
  private func wakes(_ step: PlannedStep) async throws -> Bool {
    if try await awaitReady(within: Self.restartLimit, step) != nil { return true }
    let wasGarbled = heardGarbled
    try await powerCycle(offFor: .seconds(5))
    let isReady = try await awaitReady(within: Self.restartLimit, step) != nil
    heardGarbled = heardGarbled || wasGarbled
    if isReady { note(step, "the meter answered after a second start only") }
    return isReady
  }

  /// Whether any unit answers at an address.
  func hears(_ unit: UInt8, _ step: PlannedStep) async throws -> Bool {
    let usual = address
    address = unit
    defer { address = usual }
    guard let request = profile.quantities.first?.register.readRequest else { return false }
    do {
      _ = try await ask(request, step)
      return true
    } catch is MeterSilence {
      return false
    }
  }
}

extension Array {
  fileprivate func asyncFilter(
    _ matches: (Element) async throws -> Bool
  ) async rethrows -> [Element] {
    var found: [Element] = []
    for element in self where try await matches(element) { found.append(element) }
    return found
  }
}
