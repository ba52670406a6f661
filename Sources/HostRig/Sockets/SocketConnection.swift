import CHost
import Quantities
public import Rig

/// An open stream to one peer; it becomes a `SocketLink` or a `SocketLineChannel` on the lane that
/// serves it.
public final class SocketConnection: Sendable {
  /// How failures call the peer.
  public let name: String

  let descriptor: Descriptor

  init(_ descriptor: Descriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// Connects; blocks the calling thread until then.
  ///
  /// - Parameters:
  ///   - address: the peer.
  ///   - limit: how long the peer may take; the look-up of a host name takes its own time.
  /// - Throws: `LinkFailure.system` with a text that says what to do.
  public init(to address: SocketAddress, within limit: Duration) throws(LinkFailure) {
    let raw: Int32
    switch address {
    case .tcp(let host, let port):
      var why: UnsafePointer<CChar>?
      // A day, so that the sum with the clock cannot overflow.
      let limit = min(max(limit, .zero), .seconds(86400))
      raw = chost_tcp_connect(host, "\(port)", limit.nanoseconds, &why)
      if let why { throw .system("\(host) is unknown: \(String(cString: why))") }
    case .unix(let path):
      raw = chost_unix_connect(path)
    }
    guard raw >= 0 else {
      throw .system("\(address) cannot be reached: \(systemText(-raw)); is it running?")
    }
    descriptor = Descriptor(owning: raw)
    name = address.description
  }
}
