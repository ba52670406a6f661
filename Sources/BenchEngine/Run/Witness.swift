import Quantities
import Rig

/// What was proven in this run: which units answered on which bus, and which inputs gave pulses.
final class Witness: Sendable {
  private struct State {
    var answers: [String: [UInt8: Instant]] = [:]
    var pulsed: Set<LineName> = []
    var lastSwitched: Instant?
  }

  private let state = Locked(State())

  /// A unit gave a valid reply.
  func answered(_ unit: UInt8, on bus: String, at now: Instant) {
    state.withLock { $0.answers[bus, default: [:]][unit] = now }
  }

  /// Whether another unit on the bus has answered in this run.
  func anotherAnswered(than unit: UInt8, on bus: String) -> Bool {
    state.withLock { $0.answers[bus]?.keys.contains { $0 != unit } ?? false }
  }

  /// Whether this unit has answered in this run.
  func hasAnswered(_ unit: UInt8, on bus: String) -> Bool {
    state.withLock { $0.answers[bus]?[unit] != nil }
  }

  /// A supply or a load was switched.
  func switched(at now: Instant) { state.withLock { $0.lastSwitched = now } }

  /// When a supply or a load was switched last; nil where that was not in this run.
  var lastSwitched: Instant? { state.withLock { $0.lastSwitched } }

  /// Pulses came through this input.
  func pulsed(_ line: LineName) { state.withLock { _ = $0.pulsed.insert(line) } }

  /// Whether pulses came through this input in this run.
  func hasPulsed(_ line: LineName) -> Bool { state.withLock { $0.pulsed.contains(line) } }
}
