import Benches
import MeterProfiles
import Modbus
import Planning
import Quantities
import Rig
import Verdicts

/// Switching a single meter off and on, and waiting for it.
extension PositionRunner {
  /// How long a meter may take after its supply came before it is given up.
  static let restartLimit = Duration.seconds(30)

  /// The meter's supply goes and comes back.
  func powerCycle(offFor time: Duration) async throws {
    try await switchboard.power(self, on: false)
    try await lane.sleep(until: lane.now + time)
    try await switchboard.power(self, on: true)
  }

  /// Waits for the first valid answer.
  ///
  /// - Parameter origin: since when it may have been ready.
  /// - Returns: the moments between which it became ready; nil where it did not in the time.
  func awaitReady(
    within limit: Duration,
    since origin: Instant? = nil,
    _ step: PlannedStep
  ) async throws -> Range<Instant>? {
    guard let request = profile.quantities.first?.register.readRequest else { return nil }
    let start = lane.now
    var silentSince: Instant?
    while true {
      let asked = lane.now
      // A meter that was off owes no reply, nor does one that is not up yet.
      await rig.bus(position.bus)?.unitRestarted(UnitIdentifier(rawValue: address))
      do {
        _ = try await ask(request, step)
        let ready = lane.now
        // Registers may still show what was latched before it was up.
        lastChanged = ready
        // Whatever it may still say to the requests before is over by then.
        if silentSince != nil {
          try await lane.sleep(until: ready + profile.communication.responseLimit * 2)
        }
        return min(silentSince ?? origin ?? start, ready)..<ready
      } catch is MeterSilence {
        silentSince = asked
      }
      guard lane.now.duration(since: start) < limit else { return nil }
      try await lane.sleep(until: lane.now + .milliseconds(200))
    }
  }

  /// Waits after a start until the meter can be asked; no verdict rests on it.
  func settleAfterStart() async -> Bool {
    for _ in 0..<60 {
      if await answers() {
        lastChanged = lane.now
        return true
      }
      try? await lane.sleep(until: lane.now + .milliseconds(250))
      if Task.isCancelled { return false }
    }
    return false
  }

  /// What the meter's self-test found, as far as its registers show it.
  ///
  /// - Returns: nil where the type has no input register that would show it.
  func selfTest(_ step: PlannedStep) async throws -> String? {
    let input = profile.quantities.first { $0.register.table == .input }
    guard let input else { return nil }
    guard case .exception(let code) = try await ask(input.register.readRequest, step) else {
      return "passed"
    }
    let setting = profile.settings.first {
      if case .register = $0.access { true } else { false }
    }
    guard let setting, case .register(let register, _) = setting.access,
      case .registers = try await ask(register.readRequest, step)
    else { return "failed: no register can be read (exception \(code))" }
    return "failed: input registers answer with exception \(code), settings can be read"
  }
}
