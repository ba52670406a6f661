import CHost
import Glibc
import Quantities
import Rig

/// Prints lines for a person from a thread of its own, so that nobody waits for a terminal that was
/// stopped or a pipe that nobody reads. What does not fit into its queue is left out.
public final class LinePrinter: Sendable {
  private struct State {
    var lines: [String] = []
    var isPrinting = false
    var hasThread = false
  }

  private static let limit = 1000

  private let state = Locked(State())
  private let doorbell: Doorbell?
  private let descriptor: Int32

  /// A printer; it prints nothing where the system gives it no thread.
  ///
  /// - Parameter descriptor: where the lines go; it stays open.
  public init(descriptor: Int32) {
    self.descriptor = descriptor
    doorbell = try? Doorbell()
    guard let doorbell else { return }
    let state = state
    // The thread may stand in a write that never ends, so nobody can wait for its end.
    guard
      let thread = try? HostThread(
        name: "printer",
        { Self.run(state, doorbell, descriptor) }
      )
    else { return }
    thread.detach()
    state.withLock { $0.hasThread = true }
  }

  /// Hands a line over; any thread may call it.
  public func print(_ line: String) {
    state.withLock { state in
      guard state.hasThread, state.lines.count < Self.limit else { return }
      state.lines.append(line)
    }
    doorbell?.ring()
  }

  /// Waits until everything is printed, at the longest for the limit.
  public func finish(within limit: Duration) {
    let deadline = HostClock.now + limit
    while HostClock.now < deadline {
      let isBusy = state.withLock { $0.hasThread && ($0.isPrinting || !$0.lines.isEmpty) }
      if !isBusy { return }
      // No descriptor ends this wait: only its time does.
      _ = chost_wait(-1, false, -1, 1_000_000)
    }
  }

  private static func run(_ state: Locked<State>, _ doorbell: Doorbell, _ descriptor: Int32) {
    while true {
      doorbell.silence()
      let lines = state.withLock { state in
        defer { state.lines = [] }
        state.isPrinting = !state.lines.isEmpty
        return state.lines
      }
      if lines.isEmpty {
        _ = chost_wait(doorbell.raw, false, -1, .max)
      } else {
        write(lines.map { $0 + "\n" }.joined(), descriptor)
      }
    }
  }

  private static func write(_ text: String, _ descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EINTR else { return }
      bytes = bytes.dropFirst(max(0, count))
    }
  }
}
