import HostRig
import Quantities
import Rig

/// A lane whose clock runs 100 000 times as fast as the machine's, for the bus alone.
///
/// The silence that the bus keeps between frames shrinks to nanoseconds by it, so what remains of a
/// transaction is its cost. The bus, its client and the link run as they are.
final class HurriedLane: Lane {
  static let haste: Int64 = 100_000

  let origin: Instant
  private let lane: ThreadLane

  init(_ lane: ThreadLane) {
    self.lane = lane
    origin = lane.now
  }

  var now: Instant {
    Instant(nanoseconds: (lane.now.nanoseconds - origin.nanoseconds) * Self.haste)
  }
  var timetable: Timetable { lane.timetable }

  func enqueue(_ job: consuming ExecutorJob) { lane.enqueue(job) }
  func asUnownedSerialExecutor() -> UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
  func asUnownedTaskExecutor() -> UnownedTaskExecutor { lane.asUnownedTaskExecutor() }
}

/// A link with the machine's clock for a bus with a hurried one.
final class HurriedLink: SerialLink {
  private let link: TTYLink
  private let origin: Instant

  init(_ link: sending TTYLink, origin: Instant) {
    self.link = link
    self.origin = origin
  }

  func write(_ bytes: [UInt8]) async throws(LinkFailure) { try await link.write(bytes) }

  func read(until deadline: Instant) async throws(LinkFailure) -> [UInt8] {
    let real = origin.nanoseconds + deadline.nanoseconds / HurriedLane.haste
    return try await link.read(until: Instant(nanoseconds: real))
  }
}
