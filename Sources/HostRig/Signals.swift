import CHost
import Glibc
public import Rig

/// The signals that stop a run: SIGINT, SIGTERM, and SIGHUP unless the process was started with
/// that ignored (nohup).
///
/// They are taken by a thread of their own. The first asks for an orderly stop; every further one
/// means that this takes too long, and goes from that thread straight to the safe state, past
/// every actor.
public final class Signals: Sendable {
  private struct State {
    var hasStopped = false
    var untaken: Int32?
    var waiter: Waker?
  }

  private let thread: HostThread
  private let descriptor: Int32
  private let state: Locked<State>
  private let doorbell: Doorbell

  /// Takes the signals over until this value goes; there may be one such value at a time. SIGPIPE
  /// is ignored from here on.
  ///
  /// - Parameter emergency: called at the second signal and every later one, on the thread of the
  ///   signals; it must not wait for anything that a stuck run could hold.
  /// - Throws: `RigFault` where the system refuses.
  public init(emergency: @escaping @Sendable () -> Void) throws(RigFault) {
    chost_ignore_sigpipe()
    let doorbell: Doorbell
    do { doorbell = try Doorbell() } catch { throw RigFault(Part(.host, ""), "\(error)") }
    var signals = [SIGINT, SIGTERM]
    if !chost_signal_is_ignored(SIGHUP) { signals.append(SIGHUP) }
    let descriptor = chost_signals_open(signals, signals.count)
    guard descriptor >= 0 else {
      throw RigFault(Part(.host, ""), "signals cannot be taken: \(systemText(-descriptor))")
    }
    let state = Locked(State())
    do {
      thread = try HostThread(name: "signals") {
        while true {
          switch chost_signals_take(descriptor) {
          case -EAGAIN:
            let result = chost_wait(descriptor, false, doorbell.raw, .max)
            if result == Int32(CHOST_WAIT_WOKEN.rawValue) || result < 0 && result != -EINTR {
              return
            }
          case let signal where signal > 0:
            Self.take(signal, state, emergency)
          default:
            continue
          }
        }
      }
    } catch {
      chost_signals_close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.doorbell = doorbell
    self.state = state
  }

  deinit {
    doorbell.ring()
    thread.join()
    chost_signals_close(descriptor)
  }

  /// The number of the signal that asked for a stop; waits for it.
  ///
  /// - Returns: nil where the task was cancelled before.
  public func next(on lane: any Lane) async -> Int32? {
    if let signal = takeUntaken() { return signal }
    _ = await lane.park(until: nil) { waker in
      let hasCome = state.withLock { state in
        state.waiter = waker
        return state.untaken != nil
      }
      if hasCome { waker.wake() }
    }
    return takeUntaken()
  }

  private func takeUntaken() -> Int32? {
    state.withLock { state in
      defer { state.untaken = nil }
      return state.untaken
    }
  }

  private static func take(
    _ signal: Int32,
    _ state: Locked<State>,
    _ emergency: @Sendable () -> Void
  ) {
    let isFirst = state.withLock { state in
      defer { state.hasStopped = true }
      if !state.hasStopped { state.untaken = signal }
      return !state.hasStopped
    }
    guard isFirst else { return emergency() }
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.wake()
  }
}
