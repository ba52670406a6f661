import CHost
import Glibc
import Quantities
import Rig

/// Draws a few lines of a terminal over again from a thread of its own, each second and when told, so that
/// nobody waits for a terminal that was stopped.
public final class LiveScreen: Sendable {
  private struct State {
    var isEnding = false
    var hasEnded = false
  }

  /// How soon after one drawing the next may follow; whoever looks sees no more.
  private static let pause: Int64 = 100_000_000
  private static let second: Int64 = 1_000_000_000

  private let state = Locked(State())
  private let doorbell: Doorbell?

  /// A screen; it draws nothing where the system gives it no thread.
  ///
  /// - Parameters:
  ///   - descriptor: the terminal; it stays open.
  ///   - turn: whose turn it is on that terminal.
  ///   - lines: what is to be seen now; fewer lines than the terminal has, none as wide as it.
  public convenience init(
    descriptor: Int32,
    lines: @escaping @Sendable (_ columns: Int, _ rows: Int) -> [String]
  ) {
    self.init(descriptor: descriptor, turn: .shared, lines: lines)
  }

  init(
    descriptor: Int32,
    turn: TerminalTurn,
    lines: @escaping @Sendable (_ columns: Int, _ rows: Int) -> [String]
  ) {
    doorbell = try? Doorbell()
    let state = state
    guard let doorbell,
      // The thread may stand in a write that never ends, so nobody can wait for its end.
      let thread = try? HostThread(
        name: "screen",
        { Self.run(state, doorbell, descriptor, turn, lines) }
      )
    else {
      state.withLock { $0.hasEnded = true }
      return
    }
    thread.detach()
  }

  /// Says that something has changed; any thread may call it.
  public func refresh() { doorbell?.ring() }

  /// Draws once more what is to be seen, and leaves it there; waits for that at the longest for the limit.
  public func finish(within limit: Duration) {
    state.withLock { $0.isEnding = true }
    doorbell?.ring()
    let deadline = HostClock.now + limit
    while HostClock.now < deadline, !state.withLock({ $0.hasEnded }) {
      // No descriptor ends this wait: only its time does.
      _ = chost_wait(-1, false, -1, 1_000_000)
    }
  }

  private static func run(
    _ state: Locked<State>,
    _ doorbell: Doorbell,
    _ descriptor: Int32,
    _ turn: TerminalTurn,
    _ lines: (_ columns: Int, _ rows: Int) -> [String]
  ) {
    var drawn = 0
    var generation = 0
    var isEnding = false
    while !isEnding {
      doorbell.silence()
      isEnding = state.withLock { $0.isEnding }
      let block = lines(
        Terminal.columns(at: descriptor) ?? 80,
        Terminal.rows(at: descriptor) ?? 24
      )
      turn.draw { present in
        // Below a question the block begins anew.
        if present != generation { drawn = 0 }
        generation = present
        write(text(block, over: drawn), descriptor)
        drawn = block.count
      }
      guard !isEnding else { break }
      _ = chost_wait(doorbell.raw, false, -1, second)
      if !state.withLock({ $0.isEnding }) { _ = chost_wait(-1, false, -1, pause) }
    }
    state.withLock { $0.hasEnded = true }
  }

  /// Up to where the block began, each line over the old one, and nothing left below (ECMA-48).
  private static func text(_ block: [String], over drawn: Int) -> String {
    let up = drawn == 0 ? "" : "\r\u{1B}[\(drawn)A"
    return up + block.map { "\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J"
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
