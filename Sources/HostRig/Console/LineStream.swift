import CHost
import Glibc
import Quantities
import Rig

/// Hands lines to a program from a thread of its own, so that nobody waits for a reader that stands still
/// or has gone away. The lines that wait for it have a bound: what comes beyond is lost, and is named.
public final class LineStream: Sendable {
  /// What became of the lines.
  public struct Outcome: Hashable, Sendable {
    /// Lines that found no room, by their number: the first line has number 0.
    public var lost: [ClosedRange<Int>]
    /// The first line that was not taken whole, and those that stand behind it; nil where all were that are
    /// not lost.
    public var untaken: Int?
    /// Why no more can be written; nil where more could be.
    public var failure: String?
  }

  private struct State {
    var waiting: [(number: Int, bytes: [UInt8])] = []
    /// Of the waiting lines and those that are being written.
    var bytes = 0
    /// The first line that is being written.
    var writing: Int?
    var count = 0
    var lost: [ClosedRange<Int>] = []
    /// Whether lines are lost until the reader has taken all that waits: gaps are few and long rather than
    /// many and short.
    var isLosing = false
    var failure: String?
    /// Rises as the reader takes bytes.
    var taken = 0
  }

  private let state = Locked(State())
  private let doorbell: Doorbell?
  private let capacity: Int

  /// A stream to a descriptor, which stays open.
  ///
  /// - Parameters:
  ///   - descriptor: where the lines go.
  ///   - capacity: how many bytes wait at most. A line that is longer alone waits all the same.
  public init(descriptor: Int32, capacity: Int) {
    self.capacity = capacity
    doorbell = try? Doorbell()
    let state = state
    guard let doorbell,
      // The thread may stand in a write that never ends, so nobody can wait for its end.
      let thread = try? HostThread(name: "events", { Self.run(state, doorbell, descriptor) })
    else {
      state.withLock { $0.failure = "the system gives no thread for it" }
      return
    }
    thread.detach()
  }

  /// Hands a line over, its line end included. It never waits; any thread may call it.
  public func offer(_ line: [UInt8]) {
    let isTaken = state.withLock { state in
      let number = state.count
      state.count += 1
      if state.bytes == 0 { state.isLosing = false }
      if state.isLosing || state.failure != nil
        || state.bytes > 0 && state.bytes + line.count > capacity
      {
        state.isLosing = true
        if let last = state.lost.last, last.upperBound == number - 1 {
          state.lost[state.lost.count - 1] = last.lowerBound...number
        } else {
          state.lost.append(number...number)
        }
        return false
      }
      state.waiting.append((number, line))
      state.bytes += line.count
      return true
    }
    if isTaken { doorbell?.ring() }
  }

  /// Waits until the reader has taken everything, at the longest until it stood still for so long.
  public func finish(patience: Duration) -> Outcome {
    var seen = -1
    var deadline = HostClock.now
    while true {
      let (taken, isDone) = state.withLock { ($0.taken, $0.bytes == 0 || $0.failure != nil) }
      if isDone { break }
      if taken != seen { (seen, deadline) = (taken, HostClock.now + patience) }
      if HostClock.now >= deadline { break }
      // No descriptor ends this wait: only its time does.
      _ = chost_wait(-1, false, -1, 1_000_000)
    }
    return state.withLock { state in
      let untaken = state.bytes == 0 ? nil : state.writing ?? state.waiting.first?.number
      return Outcome(lost: state.lost, untaken: untaken, failure: state.failure)
    }
  }

  private static func run(_ state: Locked<State>, _ doorbell: Doorbell, _ descriptor: Int32) {
    while true {
      doorbell.silence()
      let lines = state.withLock { state in
        defer { state.waiting = [] }
        state.writing = state.waiting.first?.number
        return state.waiting
      }
      if lines.isEmpty { _ = chost_wait(doorbell.raw, false, -1, .max) }
      for line in lines {
        state.withLock { $0.writing = line.number }
        guard write(line.bytes, descriptor, state) else { return }
      }
    }
  }

  /// Writes a line; false where no more can be written.
  private static func write(
    _ bytes: [UInt8],
    _ descriptor: Int32,
    _ state: Locked<State>
  ) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        buffer.baseAddress.map { Glibc.write(descriptor, $0 + sent, buffer.count - sent) } ?? 0
      }
      let code = errno
      if count > 0 {
        sent += count
        state.withLock { state in
          state.taken += count
          state.bytes -= count
        }
      } else if count < 0, code == EAGAIN {
        // Whoever shares the descriptor may have made it non-blocking.
        _ = chost_wait(descriptor, true, -1, .max)
      } else if code != EINTR {
        state.withLock { $0.failure = systemText(code) }
        return false
      }
    }
    return true
  }
}
