import Benches
import MeterProfiles
import Modbus
import Planning
import Quantities
import Rig
import Scenarios
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
    heardGarbled = false
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
      } catch let silence as MeterSilence {
        silentSince = asked
        heardGarbled = heardGarbled || silence.heard
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

  /// What the meter's self-test found: as far as its registers show it, and what its display says where it
  /// failed.
  func result(of test: StartUp.SelfTest, _ step: PlannedStep) async throws -> String {
    let registers =
      profile.quantities.map(\.register)
      + profile.settings.compactMap {
        if case .register(let register, _) = $0.access { register } else { nil }
      }
    guard let withheld = registers.first(where: { $0.table == test.withholds }) else {
      return "unknown: the profile has no \(test.withholds) register"
    }
    guard case .exception(let code) = try await ask(withheld.readRequest, step) else {
      return "passed"
    }
    guard let other = registers.first(where: { $0.table != test.withholds }),
      case .registers = try await ask(other.readRequest, step)
    else { return "failed: no register can be read (exception \(code))" }
    let failed =
      "failed: \(test.withholds) registers answer with exception \(code), others can be read"
    let shown = try await rig.operator.ask(
      Question(
        position: name,
        step: step.step.id,
        prompt:
          "The self-test of the meter has failed. What does its display show (\(test.shows))? Nothing, if it is not known",
        choices: [],
        work: .readDisplay
      )
    )
    try Task.checkCancellation()
    guard let shown, !shown.isEmpty else { return failed }
    return "\(failed); its display shows '\(shown)'"
  }
}
