import CHost
import Glibc
public import Quantities
public import Rig

/// Takes connections of clients.
public final class SocketListener {
  /// Where it listens, with the port that the kernel chose.
  public let address: SocketAddress

  private let waiting: DescriptorWait
  private let file: SocketFile?

  /// Listens.
  ///
  /// - Parameters:
  ///   - address: where; the file of a unix socket that nobody serves any more is replaced.
  ///   - lane: the lane whose thread `accept` may block.
  public init(_ address: SocketAddress, lane: ThreadLane) throws(LinkFailure) {
    let raw: Int32
    switch address {
    case .tcp(let host, let port):
      var why: UnsafePointer<CChar>?
      raw = chost_tcp_listen(host, "\(port)", &why)
      if let why { throw .system("\(host) is unknown: \(String(cString: why))") }
    case .unix(let path):
      try SocketFile.clear(path)
      raw = chost_unix_listen(path)
    }
    guard raw >= 0 else {
      let advice =
        raw == -EADDRINUSE ? "; another program listens there: end it, or choose another port" : ""
      throw .system("cannot listen on \(address): \(systemText(-raw))\(advice)")
    }
    let descriptor = Descriptor(owning: raw)
    switch address {
    case .tcp(let host, _):
      guard let port = UInt16(exactly: chost_local_port(raw)) else {
        throw .system("cannot listen on \(address): it has no port")
      }
      self.address = .tcp(host: host, port: port)
      file = nil
    case .unix(let path):
      self.address = address
      file = SocketFile(path)
    }
    waiting = try DescriptorWait(descriptor, name: self.address.description, lane: lane)
  }

  /// The next client, or nil where the deadline comes first.
  ///
  /// - Throws: `LinkFailure`; `.cancelled` where the task was cancelled.
  public nonisolated(nonsending) func accept(
    until deadline: Instant
  ) async throws(LinkFailure) -> SocketConnection? {
    try await waiting.run { () throws(LinkFailure) in
      while true {
        if Task.isCancelled { throw .cancelled }
        let raw = chost_accept(waiting.descriptor.raw)
        if raw >= 0 {
          return SocketConnection(Descriptor(owning: raw), name: "the client of \(waiting.name)")
        }
        switch -raw {
        // A client that gave up before it was taken (accept(2)) is no failure of the listener.
        case ECONNABORTED, EINTR, EPROTO: continue
        case EAGAIN: guard try waiting.wait(until: deadline) else { return nil }
        default: throw waiting.failure(-raw)
        }
      }
    }
  }
}

/// The file of a listening unix socket; removed when this value goes, unless it has become another.
private final class SocketFile: Sendable {
  private let path: String
  private let node: (dev_t, ino_t)?

  init(_ path: String) {
    self.path = path
    node = Self.node(at: path)
  }

  deinit {
    guard let node, let present = Self.node(at: path), present == node else { return }
    unlink(path)
  }

  /// Makes room: removes a socket that nobody serves, and refuses everything else.
  static func clear(_ path: String) throws(LinkFailure) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw .system("\(path) exists and is not a socket; choose another name or remove it")
    }
    let client = chost_unix_connect(path)
    guard client == -ECONNREFUSED else {
      if client >= 0 { close(client) }
      throw .system("\(path) is in use by another process")
    }
    unlink(path)
  }

  private static func node(at path: String) -> (dev_t, ino_t)? {
    var status = stat()
    return lstat(path, &status) == 0 ? (status.st_dev, status.st_ino) : nil
  }
}
