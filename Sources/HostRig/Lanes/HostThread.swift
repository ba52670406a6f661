import CHost
import Glibc
import Rig

/// A thread of this process; joined or detached exactly once by its owner.
struct HostThread: Sendable {
  let id: pthread_t

  /// Starts a thread that runs `body`; it holds what `body` holds until it ends.
  init(name: String, _ body: @escaping @Sendable () -> Void) throws(RigFault) {
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    var id = pthread_t()
    let result = pthread_create(
      &id,
      nil,
      { argument in
        guard let argument else { return nil }
        let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        chost_thread_set_name(start.name)
        // A signal ends any wait; whatever handles it can do so on another thread.
        chost_thread_block_signals()
        // The default of 50 µs lands on every pause between frames; where the kernel refuses, the
        // pauses are that much longer.
        _ = chost_thread_set_timer_slack_ns(1)
        start.body()
        return nil
      },
      start.toOpaque()
    )
    guard result == 0 else {
      start.release()
      throw RigFault(
        Part(.host, ""),
        "cannot start the thread '\(name)': \(systemText(result))"
      )
    }
    self.id = id
  }

  /// Whether the caller runs on this thread.
  var isCurrent: Bool { pthread_equal(pthread_self(), id) != 0 }

  /// Waits for the thread's end.
  func join() { pthread_join(id, nil) }

  /// Leaves the thread to itself.
  func detach() { pthread_detach(id) }

  private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }
}
