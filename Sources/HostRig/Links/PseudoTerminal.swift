import CHost
import Glibc
public import Quantities
public import Rig

/// A new pseudo-terminal, seen from the side that serves: what others open as a serial line ends
/// here.
///
/// Clients may come and go: the peer side is kept open, so an absent client is silence and not a
/// hang-up. What nobody reads is lost, as on a wire.
public final class PseudoTerminal: SerialLink {
  /// The device file that clients open.
  public let path: String

  private let peer: Descriptor
  private let stream: ByteStream
  private let link: SymbolicLink?

  /// Opens a pair.
  ///
  /// - Parameters:
  ///   - linkPath: where a symbolic link to the device file shall stand until this value goes;
  ///     replaces a dangling link and nothing else.
  ///   - lane: the lane whose thread the link may block; every call must come from there.
  public init(linkPath: String? = nil, lane: ThreadLane) throws(LinkFailure) {
    var (controllerRaw, peerRaw): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 64)
    let result = chost_pty_open(&controllerRaw, &peerRaw, &name, name.count)
    guard result == 0 else { throw .system("no pseudo-terminal: \(systemText(-result))") }
    let controller = Descriptor(owning: controllerRaw)
    let path = bufferText(name)
    self.path = path
    peer = Descriptor(owning: peerRaw)
    stream = try ByteStream(controller, name: path, lane: lane)
    if let linkPath { link = try SymbolicLink(at: linkPath, to: path) } else { link = nil }
  }

  /// How many bytes wait for a client.
  var unreadCount: Int { max(0, Int(chost_tty_pending(peer.raw))) }

  /// The line rate that a client has set; nil where none has. A pseudo-terminal takes any rate and keeps
  /// it, but no parity.
  public var clientBaud: Int? {
    var found = chost_tty_settings()
    return chost_tty_look(peer.raw, &found) == 0 ? Int(found.baud) : nil
  }

  public nonisolated(nonsending) func write(_ bytes: [UInt8]) async throws(LinkFailure) {
    // Half the terminal's buffer of 4096 bytes: far more than a client leaves that still listens.
    if unreadCount > 2048 { loseUnread() }
    try await stream.write(bytes, whenFull: { loseUnread() })
  }

  public nonisolated(nonsending) func read(
    until deadline: Instant
  ) async throws(LinkFailure) -> [UInt8] {
    try await stream.read(until: deadline)
  }

  /// Reads in the clients' place, because discarding empties the terminal's buffer only, and not
  /// the one before it from which that is filled.
  private func loseUnread() {
    var count = 0
    repeat {
      withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
        count = Glibc.read(peer.raw, buffer.baseAddress, buffer.count)
      }
    } while count > 0
  }
}
