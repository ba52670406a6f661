import CHost
import Glibc
import Quantities
import Rig

/// Blocks a lane's thread until a descriptor is ready, a deadline comes, or the task is cancelled.
final class DescriptorWait: Sendable {
  let descriptor: Descriptor
  /// How failures call the other side.
  let name: String
  private let doorbell: Doorbell
  private let lane: ThreadLane

  init(_ descriptor: Descriptor, name: String, lane: ThreadLane) throws(LinkFailure) {
    self.descriptor = descriptor
    self.name = name
    self.lane = lane
    doorbell = try Doorbell()
  }

  /// Runs what may block, where the caller is isolated; a cancellation of the task ends its waits
  /// as `LinkFailure.cancelled`.
  func run<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () throws(LinkFailure) -> Result
  ) async throws(LinkFailure) -> Result {
    // The handler's operation can throw no typed error, so a result carries it out.
    let outcome = await withTaskCancellationHandler {
      // Only a closure that captures the isolation stays on the caller's executor; another one
      // would go to the cooperative pool and block that.
      _ = isolation
      lane.checkIsolated()
      return Swift.Result { () throws(LinkFailure) in try body() }
    } onCancel: { [doorbell] in
      doorbell.ring()
    }
    return try outcome.get()
  }

  /// Waits inside of `run`.
  ///
  /// - Returns: false where the deadline came before the descriptor was ready.
  func wait(toWrite: Bool = false, until deadline: Instant) throws(LinkFailure) -> Bool {
    while true {
      if Task.isCancelled { throw .cancelled }
      let left = deadline.nanoseconds.subtractingReportingOverflow(HostClock.now.nanoseconds)
      let timeout = left.overflow ? Int64.max : max(0, left.partialValue)
      let result = chost_wait(descriptor.raw, toWrite, doorbell.raw, timeout)
      switch result {
      case Int32(CHOST_WAIT_TIMEOUT.rawValue): return false
      case Int32(CHOST_WAIT_READY.rawValue): return true
      // It may have rung for an earlier task, too late: the loop asks about this one.
      case Int32(CHOST_WAIT_WOKEN.rawValue): doorbell.silence()
      case Int32(CHOST_WAIT_HANGUP.rawValue): throw .disconnected(name)
      case -EINTR: continue
      default: throw failure(-result)
      }
    }
  }

  /// What an error number of this descriptor means.
  func failure(_ code: Int32) -> LinkFailure {
    switch code {
    // A pulled adapter reads as EIO, ENODEV or ENXIO, a closed pseudo-terminal as EIO.
    case EIO, ENODEV, ENXIO, EPIPE, ECONNRESET: .disconnected(name)
    default: .system("\(name): \(systemText(code))")
    }
  }
}
