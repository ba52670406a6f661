import Glibc
import Rig

/// The bridge from the synchronous command line into lanes.
enum Blocking {
  /// Runs `body` on a lane and waits for it on the calling thread.
  static func run<Result: Sendable>(
    on lane: any Lane,
    _ body: @escaping @Sendable () async -> Result
  ) -> Result {
    let result = Locked<Result?>(nil)
    let done = UnsafeSendable(UnsafeMutablePointer<sem_t>.allocate(capacity: 1))
    sem_init(done.value, 0, 0)
    Task(executorPreference: lane) {  // lint:allow
      let value = await body()
      result.withLock { $0 = value }
      sem_post(done.value)
    }
    while true {
      // A signal may end the wait early.
      guard sem_wait(done.value) == 0, let value = result.withLock({ $0 }) else { continue }
      sem_destroy(done.value)
      done.value.deallocate()
      return value
    }
  }

  /// A semaphore is made to be shared between threads.
  private struct UnsafeSendable: @unchecked Sendable {
    let value: UnsafeMutablePointer<sem_t>
    init(_ value: UnsafeMutablePointer<sem_t>) { self.value = value }
  }
}
