public import Quantities
public import Rig

/// A bus over a TCP connection: a gateway, a device server, or a twin.
public final class SocketLink: SerialLink {
  private let stream: ByteStream

  /// A link over a connection, which has no other user.
  ///
  /// - Parameters:
  ///   - connection: the open connection.
  ///   - lane: the lane whose thread the link may block; every call must come from there.
  public init(_ connection: SocketConnection, lane: ThreadLane) throws(LinkFailure) {
    stream = try ByteStream(connection.descriptor, name: connection.name, lane: lane)
  }

  public nonisolated(nonsending) func write(_ bytes: [UInt8]) async throws(LinkFailure) {
    try await stream.write(bytes)
  }

  public nonisolated(nonsending) func read(
    until deadline: Instant
  ) async throws(LinkFailure) -> [UInt8] {
    try await stream.read(until: deadline)
  }
}
