/// Where a socket is reached.
public enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
  /// A TCP port of a host; port 0 lets the kernel choose when listening.
  case tcp(host: String, port: UInt16)
  /// A socket in the file system; the path has at most 107 bytes.
  case unix(path: String)

  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): path
    }
  }
}
