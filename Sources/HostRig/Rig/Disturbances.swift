import Rig

/// What came from outside and was not yet taken, in order. Nothing is lost to a cancelled wait.
final class Disturbances: Sendable {
  private struct State {
    var waiting: [Interruption] = []
    var taker: Waker?
    var firstFault: RigFault?
  }

  private let state = Locked(State())

  /// Adds one; any thread may call it.
  func add(_ interruption: Interruption) {
    let taker = state.withLock { state in
      state.waiting.append(interruption)
      state.firstFault = state.firstFault ?? interruption.fault
      defer { state.taker = nil }
      return state.taker
    }
    taker?.wake()
  }

  /// The first that took the rig or its power away, whether it was taken or not.
  var firstFault: RigFault? { state.withLock { $0.firstFault } }

  /// The next one; waits for it. `.none` where the task was cancelled before.
  func next(on lane: any Lane) async -> Interruption {
    if let first = take() { return first }
    _ = await lane.park(until: nil) { waker in
      let hasCome = state.withLock { state in
        state.taker = waker
        return !state.waiting.isEmpty
      }
      if hasCome { waker.wake() }
    }
    return take() ?? .none
  }

  private func take() -> Interruption? {
    state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
  }
}

extension Interruption {
  /// What has failed, where something has.
  fileprivate var fault: RigFault? {
    switch self {
    case .fault(let fault): fault
    case .interlockOpened(let name, _):
      RigFault(Part(.interlock, name), "interlock \(name) opened")
    case .none, .stop: nil
    }
  }
}
