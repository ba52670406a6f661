public import Quantities

/// What comes back on a bus: a reply, noise, or an echo.
public struct TwinReply: Hashable, Sendable {
  /// When its first byte begins to move on the line.
  public var at: Instant
  /// The bytes.
  public var bytes: [UInt8]

  /// Bytes that begin at a moment.
  public init(at: Instant, bytes: [UInt8]) {
    self.at = at
    self.bytes = bytes
  }
}
