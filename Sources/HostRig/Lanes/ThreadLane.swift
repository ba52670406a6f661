import Glibc
public import Quantities
public import Rig

/// A lane with a thread of its own, whose clock is `CLOCK_MONOTONIC`.
///
/// Jobs run in the order of their arrival; those who are parked become jobs when they are woken or
/// their deadline comes. A job may block: it delays nobody but the users of this lane, so the
/// cooperative pool never starves behind a slow line.
///
/// A lane must be stopped; until then its thread holds it.
public final class ThreadLane: Lane, @unchecked Sendable {
  // `@unchecked Sendable`: `thread` is written once, before anybody else has the lane; all else
  // that changes is behind the lock of `mailbox`.
  public let timetable: Timetable

  private let name: String
  private let mailbox: Mailbox
  private var thread: HostThread?

  /// Starts a lane.
  ///
  /// - Parameter name: the thread's name; what exceeds 15 bytes is cut.
  /// - Throws: `RigFault` where the system gives no thread.
  public init(name: String) throws(RigFault) {
    let mailbox = Mailbox(of: name)
    self.name = name
    self.mailbox = mailbox
    timetable = Timetable(onEarlierDeadline: { mailbox.nudge() })
    thread = try HostThread(name: name) { [self] in run() }
  }

  public var now: Instant { HostClock.now }

  /// Whoever enqueues need not hold the lane: with the job in the mailbox its task may run to its
  /// end on the lane's thread, and the lane be gone before this returns. So nothing comes after.
  public func enqueue(_ job: consuming ExecutorJob) { mailbox.put(UnownedJob(job)) }

  public func checkIsolated() {
    precondition(thread?.isCurrent == true, "not on the lane '\(name)'")
  }

  /// Ends the lane when its work is done, and waits for that: queued jobs run, and everybody who
  /// is parked goes on to their own end, so no task is lost and no wait cut short. Cancel what
  /// should not take its time. No job may come from elsewhere afterwards.
  ///
  /// Called on the lane itself it does not wait. Stopping twice does nothing.
  public func stop() {
    guard mailbox.close(), let thread else { return }
    if thread.isCurrent { thread.detach() } else { thread.join() }
  }

  private func run() {
    let serial = asUnownedSerialExecutor()
    let task = asUnownedTaskExecutor()
    while let jobs = mailbox.take(waitingWith: timetable) {
      for job in jobs { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
      let now = HostClock.now
      while timetable.wakeNext(dueBy: now) {}
    }
  }
}

/// The jobs that wait for a lane's thread, and the thread that waits for jobs.
///
/// A condition variable on the monotonic clock, because a deadline must not move when somebody
/// sets the wall clock.
private final class Mailbox: @unchecked Sendable {
  // `@unchecked Sendable`: everything that changes is touched under `mutex` only. The lock of a
  // timetable may be taken inside of it, never the other way round.
  private let laneName: String
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [UnownedJob] = []
  private var isClosing = false
  private var hasEnded = false

  init(of laneName: String) {
    self.laneName = laneName
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    changed.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Adds a job. Its signal is given within the lock: after that the mailbox may be gone.
  func put(_ job: UnownedJob) {
    locked {
      precondition(!hasEnded, "a job came for the lane '\(laneName)' after its end")
      jobs.append(job)
      pthread_cond_signal(changed)
    }
  }

  /// Makes the thread look at its deadlines again.
  func nudge() { locked { _ = pthread_cond_signal(changed) } }

  /// Asks for the end; false where that was done before.
  func close() -> Bool {
    locked {
      guard !isClosing else { return false }
      isClosing = true
      pthread_cond_signal(changed)
      return true
    }
  }

  /// Waits for jobs or for the next deadline of the timetable.
  ///
  /// - Returns: the jobs, none where a deadline came; nil at the end.
  func take(waitingWith timetable: Timetable) -> [UnownedJob]? {
    locked {
      while jobs.isEmpty {
        var deadline = timetable.nextDeadline
        if let deadline, deadline <= HostClock.now { return [] }
        if isClosing {
          guard timetable.count > 0 else {
            hasEnded = true
            return nil
          }
          // One who is parked here but runs on another lane leaves without a word to this thread.
          let nextLook = HostClock.now + .milliseconds(10)
          deadline = min(deadline ?? nextLook, nextLook)
        }
        wait(until: deadline)
      }
      defer { jobs.removeAll() }
      return jobs
    }
  }

  private func wait(until deadline: Instant?) {
    guard let deadline else {
      pthread_cond_wait(changed, mutex)
      return
    }
    let nanoseconds = max(0, deadline.nanoseconds)
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000),
      tv_nsec: Int(nanoseconds % 1_000_000_000)
    )
    pthread_cond_timedwait(changed, mutex, &time)
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
