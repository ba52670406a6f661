import CHost
import Glibc
import Quantities
import Rig

/// Sends lines of text over a connection without ever waiting, from any thread.
///
/// The kernel keeps some hundred short lines for a peer that is busy. What it does not take waits
/// here, up to a limit, for the next call. A peer that lets this run full has stopped reading: the
/// connection is then shut, because lines that are left out would be worse than none.
public final class SocketLineSender: Sendable {
  private struct State {
    var isOpen = true
    var backlog: [UInt8] = []
  }

  private let connection: SocketConnection
  private let limit: Int
  private let state = Locked(State())

  /// A sender over a connection; a `SocketLineChannel` may receive from it at the same time.
  ///
  /// - Parameter backlog: how many bytes may wait here; whoever allows any calls `flush`.
  public init(_ connection: SocketConnection, backlog: Int = 0) {
    self.connection = connection
    limit = backlog
  }

  /// Sends a line.
  ///
  /// - Parameter line: the text without its newline; it must hold none.
  /// - Returns: false where the connection was shut, before or just now.
  public func send(_ line: String) -> Bool {
    precondition(!line.utf8.contains(0x0A), "a line holds no newline")
    return state.withLock { state in
      guard state.isOpen else { return false }
      state.backlog += line.utf8
      state.backlog.append(0x0A)
      write(&state)
      if state.backlog.count > limit { shut(&state) }
      return state.isOpen
    }
  }

  /// Sends what waits here; false where some still does.
  public func flush() -> Bool {
    state.withLock { state in
      write(&state)
      return state.backlog.isEmpty
    }
  }

  /// Hands the kernel as much as it takes.
  private func write(_ state: inout State) {
    while !state.backlog.isEmpty {
      let written = state.backlog.withUnsafeBytes { buffer in
        buffer.baseAddress.map { chost_write(connection.descriptor.raw, $0, buffer.count) } ?? 0
      }
      if written > 0 {
        state.backlog.removeFirst(Int(written))
      } else if written == -Int64(EAGAIN) {
        return
      } else if written != -Int64(EINTR) {
        return shut(&state)
      }
    }
  }

  private func shut(_ state: inout State) {
    state.isOpen = false
    state.backlog = []
    shutdown(connection.descriptor.raw, Int32(SHUT_RDWR))
  }

  /// Ends the connection in both directions; the peer reads its end after what was sent.
  public func shut() { state.withLock { if $0.isOpen { shut(&$0) } } }

  /// Sends a last line and waits, on the calling thread, until the peer has ended the connection
  /// for its part.
  ///
  /// - Returns: the lines that it still sent; nil where its end did not come within the time.
  func finish(with line: String, within limit: Duration) -> [String]? {
    guard send(line) else { return nil }
    var received: ArraySlice<UInt8> = []
    let raw = connection.descriptor.raw
    shutdown(raw, Int32(SHUT_WR))
    let deadline = chost_monotonic_ns() + limit.nanoseconds
    while chost_monotonic_ns() < deadline {
      // No descriptor wakes this wait: only the deadline ends it.
      _ = chost_wait(raw, false, -1, deadline - chost_monotonic_ns())
      let count = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
        let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
        if count > 0 { received = (received + buffer.prefix(count)).suffix(Self.lastWords) }
        return count
      }
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) {
        return String(decoding: received, as: UTF8.self).split(separator: "\n").map(String.init)
      }
    }
    return nil
  }

  /// As much of what the peer sends before its end as anybody looks at.
  private static let lastWords = 1 << 16
}
