import CHost
import Glibc
import Quantities
import Rig

/// Sends lines of text over a connection without ever waiting, from any thread.
///
/// The kernel takes several thousand lines for a peer that is busy. One that lets these run full
/// has stopped reading: the connection is then shut, because a part of a line, or lines that are
/// left out, would be worse than none.
public final class SocketLineSender: Sendable {
  private let connection: SocketConnection
  private let isOpen = Locked(true)

  /// A sender over a connection; a `SocketLineChannel` may receive from it at the same time.
  public init(_ connection: SocketConnection) { self.connection = connection }

  /// Sends a line.
  ///
  /// - Parameter line: the text without its newline; it must hold none.
  /// - Returns: false where the connection was shut, before or just now.
  public func send(_ line: String) -> Bool {
    precondition(!line.utf8.contains(0x0A), "a line holds no newline")
    let bytes = Array(line.utf8) + [0x0A]
    let raw = connection.descriptor.raw
    return isOpen.withLock { isOpen in
      guard isOpen else { return false }
      var written: Int64
      repeat {
        written = bytes.withUnsafeBytes { buffer in
          buffer.baseAddress.map { chost_write(raw, $0, buffer.count) } ?? 0
        }
      } while written == -Int64(EINTR)
      if written != bytes.count {
        isOpen = false
        shutdown(raw, Int32(SHUT_RDWR))
      }
      return isOpen
    }
  }

  /// Ends the connection in both directions; the peer reads its end after what was sent.
  public func shut() {
    isOpen.withLock { isOpen in
      guard isOpen else { return }
      isOpen = false
      shutdown(connection.descriptor.raw, Int32(SHUT_RDWR))
    }
  }

  /// Sends a last line and waits, on the calling thread, until the peer has ended the connection
  /// for its part; what it still sends is thrown away.
  ///
  /// - Returns: whether the peer's end came within the time.
  func finish(with line: String, within limit: Duration) -> Bool {
    guard send(line) else { return false }
    let raw = connection.descriptor.raw
    shutdown(raw, Int32(SHUT_WR))
    let deadline = chost_monotonic_ns() + limit.nanoseconds
    while chost_monotonic_ns() < deadline {
      // No descriptor wakes this wait: only the deadline ends it.
      _ = chost_wait(raw, false, -1, deadline - chost_monotonic_ns())
      let count = withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
        Glibc.read(raw, buffer.baseAddress, buffer.count)
      }
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return true }
    }
    return false
  }
}
