import Glibc
public import Quantities
public import Rig

/// One deterministic, single-threaded executor that takes jobs in the order of their arrival and,
/// when none is left, moves its clock to the next deadline.
///
/// Ten virtual minutes take as long as the work in them. Nothing in a run may start an
/// unstructured task or wait on another thread: the lane would see a deadlock, and says so.
public final class VirtualLane: Lane, @unchecked Sendable {
  // `@unchecked Sendable`: `ready`, `head`, `clock` and the count of jobs are touched only by the thread at
  // home here, which `enqueue` makes sure of; all else is behind the lock.
  private var ready: [UnownedJob] = []
  private var head = 0
  /// Jobs since the clock moved.
  private var jobsAtThisMoment = 0
  private var clock = Instant.zero
  private let door = Locked(Door())

  /// Where threads meet.
  private struct Door {
    /// The thread that runs the lane; nil while nobody does.
    var home: pthread_t?
    /// Jobs from anywhere else.
    var foreign: [UnownedJob] = []

    var isHome: Bool { home.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
  }

  /// Jobs at one moment after which nobody believes that time will pass again.
  private static let patience = 200_000

  public let timetable = Timetable()

  /// Virtual time at its origin.
  public init() {}

  /// The virtual moment; only for work on the lane, and between runs.
  public var now: Instant { clock }

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let isHome = door.withLock { door in
      if !door.isHome { door.foreign.append(job) }
      return door.isHome
    }
    if isHome { ready.append(job) }
  }

  public func checkIsolated() {
    precondition(door.withLock { $0.isHome }, "this code must run on the lane of its rig")
  }

  /// Runs `body` and all that it starts to the end, on the calling thread, which is busy with
  /// nothing else until then. Time goes on from where an earlier run left it.
  ///
  /// - Parameters:
  ///   - limit: the moment after which the run is given up, from the origin.
  ///   - body: the root of the tree of tasks.
  /// - Throws: `VirtualTimeError`, or what `body` throws.
  public func run<Result: Sendable>(
    limit: Duration = .seconds(30 * 86400),
    _ body: @escaping @Sendable () async throws -> Result
  ) throws -> Result {
    let isFree = door.withLock { door in
      defer { door.home = door.home ?? pthread_self() }
      return door.home == nil
    }
    precondition(isFree, "a lane has one run at a time")
    defer { door.withLock { $0.home = nil } }
    let outcome = Locked<Swift.Result<Result, any Error>?>(nil)
    let root = Task(executorPreference: self) {  // lint:allow
      let result: Swift.Result<Result, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      outcome.withLock { $0 = result }
    }
    var failure: VirtualTimeError?
    while true {
      let isExhausted = !runReadyJobs()
      let strangers = takeForeignJobs()
      if strangers, failure == nil {
        failure = VirtualTimeError(kind: .foreignJob, at: clock)
        root.cancel()
      }
      if strangers { continue }
      if let result = outcome.withLock({ $0 }) {
        if let failure { throw failure }
        return try result.get()
      }
      var kind: VirtualTimeError.Kind = .standstill
      if !isExhausted {
        if let next = timetable.nextDeadline, next.sinceOrigin <= limit {
          if next > clock {
            clock = next
            jobsAtThisMoment = 0
          }
          _ = timetable.wakeNext(dueBy: clock)
          continue
        }
        kind = timetable.nextDeadline == nil ? .deadlock : .limit(limit)
      }
      // Cancelling frees whoever waits in the usual ways; what is still stuck then is given up.
      if let failure { throw failure }
      failure = VirtualTimeError(kind: kind, at: clock)
      jobsAtThisMoment = 0
      root.cancel()
    }
  }

  /// Jobs that were wrongly put here from elsewhere are run all the same, so that their tasks end;
  /// returns whether there were any.
  private func takeForeignJobs() -> Bool {
    let jobs = door.withLock { door in
      defer { door.foreign = [] }
      return door.foreign
    }
    ready += jobs
    return !jobs.isEmpty
  }

  /// Returns false where work goes on and on at one moment.
  private func runReadyJobs() -> Bool {
    while head < ready.count {
      guard jobsAtThisMoment < Self.patience else { return false }
      jobsAtThisMoment += 1
      let job = ready[head]
      head += 1
      if head == ready.count {
        ready.removeAll(keepingCapacity: true)
        head = 0
      }
      job.runSynchronously(
        isolatedTo: asUnownedSerialExecutor(),
        taskExecutor: asUnownedTaskExecutor()
      )
    }
    return true
  }
}
