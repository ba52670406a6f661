import Glibc

/// State behind a lock, for what threads and cancellation handlers share.
///
/// A `pthread_mutex_t` and not `Synchronization.Mutex`: the thread sanitizer reports correct code
/// over the latter as a race.
public final class Locked<State>: @unchecked Sendable {
  // `@unchecked Sendable`: `state` is touched under `mutex` only.
  private var state: State
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// Guards `state`, which nothing else may refer to.
  public init(_ state: sending State) {
    self.state = state
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Runs `body` while no other thread can. It must not wait for one that needs this lock.
  public func withLock<Result, Failure: Error>(
    _ body: (inout sending State) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state)
  }
}
