import Glibc

extension SocketConnection {
  /// Whether the peer is a program of this machine: its address is a loopback one, or the same as
  /// this end's.
  var staysOnThisMachine: Bool {
    guard let peer = Self.address(of: descriptor.raw, getpeername),
      let own = Self.address(of: descriptor.raw, getsockname)
    else { return true }
    return peer == own || Self.isLoopback(peer)
  }

  /// The host part of an address; empty for a socket in the file system, nil where there is none.
  private static func address(
    of raw: Int32,
    _ look: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> [UInt8]? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { look(raw, $0, &size) }
    }
    guard result == 0 else { return nil }
    let family = Int32(storage.ss_family)
    return withUnsafeBytes(of: storage) { bytes in
      switch family {
      // sockaddr_in: family, port, 4 bytes; sockaddr_in6: family, port, flow, 16 bytes.
      case AF_INET: Array(bytes[4..<8])
      case AF_INET6: Array(bytes[8..<24])
      default: []
      }
    }
  }

  /// 127.0.0.0/8 (RFC 1122 clause 3.2.1.3), also mapped into IPv6, and ::1 (RFC 4291).
  static func isLoopback(_ address: [UInt8]) -> Bool {
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127]
    return switch address.count {
    case 4: address[0] == 127
    case 16: address == [UInt8](repeating: 0, count: 15) + [1] || address.starts(with: mapped)
    default: true
    }
  }
}
