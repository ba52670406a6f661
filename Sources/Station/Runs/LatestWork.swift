import Dispatch
import Rig

/// Does what it was asked for last, on a thread of its own: what waits when something newer comes is not done.
final class LatestWork: Sendable {
  private struct State {
    var waiting: (@Sendable () -> Void)?
    var isBusy = false
  }

  private let state = Locked(State())
  private let queue = DispatchQueue(label: "meterbench.latest-work")

  /// Has some work done soon, and returns at once.
  func ask(for work: @escaping @Sendable () -> Void) {
    let mustBegin = state.withLock { state in
      defer { state.isBusy = true }
      state.waiting = work
      return !state.isBusy
    }
    if mustBegin { queue.async { self.work() } }
  }

  /// Waits until nothing is left to do.
  func finish() { queue.sync {} }

  private func work() {
    while let next = takeNext() { next() }
  }

  private func takeNext() -> (@Sendable () -> Void)? {
    state.withLock { state in
      defer { state.waiting = nil }
      if state.waiting == nil { state.isBusy = false }
      return state.waiting
    }
  }
}
