/// One piece of traffic, kept as evidence.
public struct TracedFrame: Hashable, Sendable {
  /// What the bytes were taken for.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// The request itself.
    case request
    /// The reply that answers the request, normal or exception.
    case reply
    /// A request that proves resynchronisation or the line's echo.
    case probe
    /// The answer to a probe.
    case probeReply
    /// A valid frame of another unit, or of none that was asked.
    case stranger
    /// A valid reply to an older request. Never used.
    case late
    /// What this side sent, heard again.
    case echo
    /// Bytes that are no valid frame.
    case noise
    /// The shape of the expected reply with a wrong CRC.
    case damaged
    /// A valid frame of the right unit that does not fit the request. Never used.
    case mismatched
  }

  /// What the bytes were taken for.
  public var kind: Kind
  /// The bytes on the line, with unit and CRC or header. A long run of noise keeps only its start.
  public var bytes: [UInt8]
  /// When the first byte was handed over or seen.
  public var at: Duration

  /// A piece of traffic.
  public init(kind: Kind, bytes: [UInt8], at: Duration) {
    self.kind = kind
    self.bytes = bytes
    self.at = at
  }
}
