public import Quantities

/// Where a part of a run lives: an executor with a clock of its own.
///
/// On the host a lane is a thread whose clock is `CLOCK_MONOTONIC`; in the twin it is one
/// deterministic executor whose clock jumps to the next deadline when nothing is left to do. The
/// engine and the buses are the same code on both. Nothing else in a run sleeps or reads the time.
public protocol Lane: SerialExecutor, TaskExecutor {
  /// The present moment of the lane's clock.
  var now: Instant { get }

  /// The bookkeeping of those who wait on this lane.
  var timetable: Timetable { get }
}

/// Why somebody who was parked goes on.
public enum Waking: Hashable, Sendable {
  /// The waker was used.
  case woken
  /// The deadline came.
  case deadline
  /// The task was cancelled.
  case cancelled
}

extension Lane {
  /// Waits until the deadline, until the waker is used, or until the task is cancelled.
  ///
  /// This is the one way to wait: sleeping, taking turns and waiting for edges are made of it.
  ///
  /// - Parameters:
  ///   - deadline: the latest moment; nil waits for the waker or the cancellation.
  ///   - isolation: the caller's; without it the wait would leave the caller's lane.
  ///   - publish: hands the waker to whoever will use it. It runs before the wait begins, so a
  ///     waker that is used at once is not lost.
  public func park(
    until deadline: Instant?,
    isolation: isolated (any Actor)? = #isolation,
    publish: (Waker) -> Void = { _ in }
  ) async -> Waking {
    let waker = Waker(timetable: timetable, ticket: timetable.issueTicket())
    return await withTaskCancellationHandler {
      // A closure that does not name the isolation would run on the task's preferred executor.
      _ = isolation
      return await withCheckedContinuation { continuation in
        timetable.park(waker.ticket, until: deadline, continuation)
        publish(waker)
        if Task.isCancelled { timetable.end(waker.ticket, .cancelled) }
      }
    } onCancel: {
      timetable.end(waker.ticket, .cancelled)
    }
  }

  /// Waits until the deadline, also where the task is cancelled: for what keeps its time on the way
  /// to safety. Whoever calls this bounds the wait.
  public func endure(until deadline: Instant, isolation: isolated (any Actor)? = #isolation) async {
    guard deadline > now else { return }
    _ = await withCheckedContinuation { continuation in
      _ = isolation
      timetable.park(timetable.issueTicket(), until: deadline, continuation)
    }
  }

  /// Sleeps until the deadline.
  ///
  /// - Throws: `CancellationError` where the task was cancelled before.
  public func sleep(until deadline: Instant) async throws(CancellationError) {
    if Task.isCancelled { throw CancellationError() }
    if deadline <= now { return }
    if await park(until: deadline) == .cancelled { throw CancellationError() }
  }
}

/// Ends one wait; using it twice, or late, does nothing. Any thread may use it.
public struct Waker: Sendable {
  let timetable: Timetable
  let ticket: Timetable.Ticket

  /// Ends the wait as `woken`.
  public func wake() { timetable.end(ticket, .woken) }
}
