import Modbus
import Quantities

/// Fair turns on one bus: one transaction at a time, and among those who wait the meter that was
/// served longest ago comes first, so that a caller with many requests cannot starve the others.
///
/// A lock and not actor state, because a cancelled caller must leave the queue at once, and
/// cancellation handlers may not enter an actor.
final class Turnstile: Sendable {
  private struct Waiting {
    var unit: UnitIdentifier
    var arrival: UInt64
    var waker: Waker
  }

  private struct State {
    var busy = false
    var arrivals: UInt64 = 0
    var services: UInt64 = 0
    var lastServed: [UnitIdentifier: UInt64] = [:]
    var waiting: [Waiting] = []
    /// Who was given the turn while asleep.
    var granted: Set<UInt64> = []
  }

  private let state = Locked(State())

  /// Waits for the turn.
  ///
  /// - Throws: `CancellationError`; the turn was not taken then.
  func enter(_ unit: UnitIdentifier, on lane: any Lane) async throws(CancellationError) {
    let arrival: UInt64? = state.withLock { state in
      guard state.busy else {
        Self.serve(unit, &state)
        state.busy = true
        return nil
      }
      state.arrivals += 1
      return state.arrivals
    }
    guard let arrival else { return }
    let waking = await lane.park(until: nil) { waker in
      let free = state.withLock { state in
        if !state.busy {
          Self.serve(unit, &state)
          state.busy = true
          state.granted.insert(arrival)
          return true
        }
        state.waiting.append(Waiting(unit: unit, arrival: arrival, waker: waker))
        return false
      }
      if free { waker.wake() }
    }
    let granted = state.withLock { state in
      state.waiting.removeAll { $0.arrival == arrival }
      return state.granted.remove(arrival) != nil
    }
    guard waking == .cancelled || !granted else { return }
    if granted { leave() }
    throw CancellationError()
  }

  /// Hands the turn on.
  func leave() {
    let next = state.withLock { state -> Waker? in
      let best = state.waiting.indices.min { a, b in
        let (first, second) = (state.waiting[a], state.waiting[b])
        return (state.lastServed[first.unit] ?? 0, first.arrival)
          < (state.lastServed[second.unit] ?? 0, second.arrival)
      }
      guard let best else {
        state.busy = false
        return nil
      }
      let chosen = state.waiting.remove(at: best)
      Self.serve(chosen.unit, &state)
      state.granted.insert(chosen.arrival)
      return chosen.waker
    }
    next?.wake()
  }

  private static func serve(_ unit: UnitIdentifier, _ state: inout State) {
    state.services += 1
    state.lastServed[unit] = state.services
  }
}
