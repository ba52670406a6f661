public import Modbus
public import Quantities

/// Bytes to and from one bus: a tty, a PTY, a socket, or a twin's wire.
///
/// A link belongs to one `Bus` and is used by nobody else. The host's link blocks its lane's
/// thread, the twin's suspends.
public protocol SerialLink: AnyObject {
  /// Hands all bytes over for sending.
  nonisolated(nonsending) func write(_ bytes: [UInt8]) async throws(LinkFailure)

  /// Whatever arrives first, or nothing where the deadline comes first.
  nonisolated(nonsending) func read(until deadline: Instant) async throws(LinkFailure) -> [UInt8]
}

/// A link whose line can be set while it is open.
public protocol AdjustableLink: SerialLink {
  /// Sets the line, and discards what it had received before.
  ///
  /// - Returns: what the line is set to really; a pseudo-terminal has no parity.
  /// - Throws: `LinkFailure.system` where the line cannot be set so; it is as it was then.
  nonisolated(nonsending) func adjust(
    to line: LineSettings
  ) async throws(LinkFailure) -> LineSettings
}

/// A link whose adapter may be pulled, and plugged in again.
public protocol PluggableLink: SerialLink {
  /// Whether the bench file lets a run wait for the adapter.
  var mayComeBack: Bool { get }

  /// Whether the adapter is gone, or was, as far as that shows without using the line.
  var isLost: Bool { get }

  /// Opens the line again.
  ///
  /// - Parameter waiting: waits for the adapter as long as the bench file allows, else looks once.
  /// - Returns: what is to be known of the line that came back.
  nonisolated(nonsending) func reopen(waiting: Bool) async throws(LinkFailure) -> String
}

/// Why a link can no longer be used.
public enum LinkFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The adapter was pulled or the peer closed the connection.
  case disconnected(String)
  /// The operating system refused.
  case system(String)
  /// The task that waited was cancelled; the link itself is sound.
  case cancelled

  public var description: String {
    switch self {
    case .disconnected(let what): "\(what) is gone"
    case .system(let what): what
    case .cancelled: "cancelled"
    }
  }
}
