import Quantities
import Rig

/// What was proven in this run: which units answered on which bus, and which inputs gave pulses.
final class Witness: Sendable {
  private struct State {
    /// The latest answers of each meter, by bus and owner.
    var answers: [String: [String: [Instant]]] = [:]
    var pulsed: Set<LineName> = []
    var lastSwitched: Instant?
  }

  private let state = Locked(State())

  /// The meter of a position, or the reference, gave a valid reply, at whatever address.
  func answered(_ owner: String, on bus: String, at now: Instant) {
    state.withLock { state in
      let known = state.answers[bus]?[owner] ?? []
      state.answers[bus, default: [:]][owner] = known.suffix(Self.kept) + [now]
    }
  }

  private static let kept = 63

  /// Whether another meter on the bus is known to have answered in a span of time.
  func anotherAnswered(than owner: String, on bus: String, in span: Range<Instant>) -> Bool {
    state.withLock { state in
      state.answers[bus]?.contains { $0.key != owner && $0.value.contains(where: span.contains) }
        ?? false
    }
  }

  /// Whether another meter on the bus has answered in this run.
  func anotherAnswered(than owner: String, on bus: String) -> Bool {
    state.withLock { $0.answers[bus]?.keys.contains { $0 != owner } ?? false }
  }

  /// Whether this meter has answered in this run.
  func hasAnswered(_ owner: String, on bus: String) -> Bool {
    state.withLock { $0.answers[bus]?[owner] != nil }
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
