public import Quantities
public import Rig

/// Lines of UTF-8 text over a connection, each ended by a newline.
public final class SocketLineChannel {
  private let stream: ByteStream
  private var received: [UInt8] = []
  /// How many bytes at the start of `received` are known to hold no newline.
  private var searched = 0

  /// The longest line that is taken; a peer that sends more is not one of ours.
  private static let limit = 1 << 20

  /// A channel over a connection, which has no other user.
  ///
  /// - Parameters:
  ///   - connection: the open connection.
  ///   - lane: the lane whose thread the channel may block; every call must come from there.
  public init(_ connection: SocketConnection, lane: ThreadLane) throws(LinkFailure) {
    stream = try ByteStream(connection.descriptor, name: connection.name, lane: lane)
  }

  /// Sends a line.
  ///
  /// - Parameter line: the text without its newline; it must hold none.
  public nonisolated(nonsending) func send(_ line: String) async throws(LinkFailure) {
    precondition(!line.utf8.contains(0x0A), "a line holds no newline")
    try await stream.write(Array(line.utf8) + [0x0A])
  }

  /// The next line without its newline, or nil where the deadline comes first.
  ///
  /// - Throws: `LinkFailure.disconnected` where the peer closed the connection, also in the middle
  ///   of a line; `.system` where the line is no UTF-8 or longer than 1 MiB.
  public nonisolated(nonsending) func receive(
    until deadline: Instant
  ) async throws(LinkFailure) -> String? {
    while true {
      if let end = received[searched...].firstIndex(of: 0x0A) { return try takeLine(endingAt: end) }
      searched = received.count
      guard received.count <= Self.limit else {
        throw .system("\(stream.name) sent a line of more than \(Self.limit) bytes")
      }
      let bytes = try await stream.read(until: deadline)
      guard !bytes.isEmpty else { return nil }
      received += bytes
    }
  }

  private func takeLine(endingAt end: Int) throws(LinkFailure) -> String {
    let line = String(validating: received[..<end], as: UTF8.self)
    received.removeSubrange(...end)
    searched = 0
    guard let line else { throw .system("\(stream.name) sent a line that is no UTF-8") }
    return line
  }
}
