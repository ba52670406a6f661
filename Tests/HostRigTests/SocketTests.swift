import Glibc
import Quantities
import Rig
import Testing

@testable import HostRig

@Suite(.timeLimit(.minutes(1)))
struct SocketTests {
  @Test(arguments: ["127.0.0.1", "localhost"])
  func `bytes pass over TCP in both directions`(host: String) async throws {
    try await withLane { lane in
      let listener = try SocketListener(.tcp(host: host, port: 0), lane: lane)
      let (client, server) = try await links(listener, lane)
      try await client.write([1, 2, 3])
      #expect(try await server.read(count: 3, until: lane.farAway) == [1, 2, 3])
      try await server.write([4])
      #expect(try await client.read(until: lane.farAway) == [4])
      #expect(try await client.read(until: lane.now + .milliseconds(5)) == [])
    }
  }

  @Test func `bytes that came before a peer closed are still read`() async throws {
    try await withLane { lane in
      let listener = try SocketListener(.tcp(host: "127.0.0.1", port: 0), lane: lane)
      let client = try await clientOfClosedPeer(listener, lane, sending: [7, 8])
      #expect(try await client.read(count: 2, until: lane.farAway) == [7, 8])
      let failure = await failure { () async throws(LinkFailure) in
        _ = try await client.read(until: lane.farAway)
      }
      #expect(failure == .disconnected(listener.address.description))
    }
  }

  @Test func `nobody at an address is a refusal with a reason`() async throws {
    try await withLane { lane in
      var listener: SocketListener? = try SocketListener(
        .tcp(host: "127.0.0.1", port: 0),
        lane: lane
      )
      let address = try #require(listener?.address)
      listener = nil
      let text = refusal { () throws(LinkFailure) in
        _ = try SocketConnection(to: address, within: .seconds(5))
      }
      #expect(text == "\(address) cannot be reached: Connection refused; is it running?")
    }
  }

  @Test func `a connection without time is not made`() {
    let text = refusal { () throws(LinkFailure) in
      // An address for documentation (RFC 5737), where nobody answers.
      _ = try SocketConnection(to: .tcp(host: "192.0.2.1", port: 502), within: .zero)
    }
    #expect(text.contains("192.0.2.1:502 cannot be reached"))
  }

  @Test func `a port that is taken is refused`() async throws {
    try await withLane { lane in
      let listener = try SocketListener(.tcp(host: "127.0.0.1", port: 0), lane: lane)
      let address = listener.address
      let text = refusal { () throws(LinkFailure) in
        _ = try SocketListener(address, lane: lane)
      }
      #expect(
        text
          == "cannot listen on \(address): Address already in use; another program listens there: end it, or choose another port"
      )
      withExtendedLifetime(listener) {}
    }
  }

  @Test func `waiting for a client ends at the deadline and when cancelled`() async throws {
    try await withLane { lane in
      let ownListener = try SocketListener(.tcp(host: "127.0.0.1", port: 0), lane: lane)
      // Both tasks run on the lane, one after the other.
      nonisolated(unsafe) let listener = ownListener
      let client = try await listener.accept(until: lane.now + .milliseconds(5))
      #expect(client == nil)
      await inCancelledTask(on: lane) {
        let failure = await failure { () async throws(LinkFailure) in
          _ = try await listener.accept(until: lane.farAway)
        }
        #expect(failure == .cancelled)
      }
    }
  }

  @Test func `a socket file that nobody serves is replaced, and removed at the end`() async throws {
    let path = freshPath("rig")
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(stale, $0, size) }
    }
    #expect(bound == 0)
    close(stale)
    try await withLane { lane in
      let listener = try SocketListener(.unix(path: path), lane: lane)
      let (client, server) = try await links(listener, lane)
      try await client.write([1])
      #expect(try await server.read(until: lane.farAway) == [1])
    }
    #expect(access(path, F_OK) != 0)
  }

  @Test func `a socket file that is served, or is none, is refused`() async throws {
    let path = freshPath("rig")
    try await withLane { lane in
      let listener = try SocketListener(.unix(path: path), lane: lane)
      let inUse = refusal { () throws(LinkFailure) in
        _ = try SocketListener(.unix(path: path), lane: lane)
      }
      #expect(inUse == "\(path) is in use by another process")
      let noSocket = refusal { () throws(LinkFailure) in
        _ = try SocketListener(.unix(path: "/dev/null"), lane: lane)
      }
      #expect(
        noSocket == "/dev/null exists and is not a socket; choose another name or remove it"
      )
      withExtendedLifetime(listener) {}
    }
  }
}

@Suite(.timeLimit(.minutes(1)))
struct SocketLineChannelTests {
  @Test(arguments: [["a\nbb\n", "\nccc\n"], ["a", "\nb", "b\n\ncc", "c\n"], ["a\nbb\n\nccc\n"]])
  func `lines are found in any chunks`(chunks: [String]) async throws {
    try await withChannel { lane, channel, peer in
      for chunk in chunks { try await peer.write(Array(chunk.utf8)) }
      for line in ["a", "bb", "", "ccc"] {
        #expect(try await channel.receive(until: lane.farAway) == line)
      }
      #expect(try await channel.receive(until: lane.now + .milliseconds(5)) == nil)
    }
  }

  @Test func `a line that is not complete at the deadline is kept`() async throws {
    try await withChannel { lane, channel, peer in
      try await peer.write(Array("{\"t\":".utf8))
      #expect(try await channel.receive(until: lane.now + .milliseconds(20)) == nil)
      try await peer.write(Array("1}\n".utf8))
      #expect(try await channel.receive(until: lane.farAway) == "{\"t\":1}")
    }
  }

  @Test func `a sent line ends with a newline`() async throws {
    try await withChannel { lane, channel, peer in
      try await channel.send("{}")
      #expect(try await peer.read(count: 3, until: lane.farAway) == Array("{}\n".utf8))
    }
  }

  @Test func `a closed connection is said, also in the middle of a line`() async throws {
    try await withLane { lane in
      let listener = try SocketListener(.unix(path: freshPath("rig")), lane: lane)
      let connection = try SocketConnection(to: listener.address, within: .seconds(5))
      let channel = try SocketLineChannel(connection, lane: lane)
      let accepted = try #require(try await listener.accept(until: lane.farAway))
      try await SocketLink(accepted, lane: lane).write(Array("half".utf8))
      // The last user of `accepted` goes with this scope's end; closing it is the peer's.
      shutdown(accepted.descriptor.raw, Int32(SHUT_RDWR))
      let failure = await failure { () async throws(LinkFailure) in
        _ = try await channel.receive(until: lane.farAway)
      }
      #expect(failure == .disconnected(listener.address.description))
    }
  }

  @Test func `a line without end and one that is no text are refused`() async throws {
    try await withChannel { lane, channel, peer in
      try await peer.write([0xFF, 0x0A])
      let noText = await failure { () async throws(LinkFailure) in
        _ = try await channel.receive(until: lane.farAway)
      }
      #expect(noText?.description.hasSuffix("sent a line that is no UTF-8") == true)
      var endless: LinkFailure?
      while endless == nil {
        try await peer.write([UInt8](repeating: 0x61, count: 65536))
        endless = await failure { () async throws(LinkFailure) in
          _ = try await channel.receive(until: .zero)
        }
      }
      #expect(endless?.description.hasSuffix("sent a line of more than 1048576 bytes") == true)
    }
  }
}

private nonisolated(nonsending) func links(
  _ listener: SocketListener,
  _ lane: ThreadLane
) async throws -> (client: SocketLink, server: SocketLink) {
  let connection = try SocketConnection(to: listener.address, within: .seconds(5))
  let accepted = try #require(try await listener.accept(until: lane.farAway))
  return (try SocketLink(connection, lane: lane), try SocketLink(accepted, lane: lane))
}

private nonisolated(nonsending) func clientOfClosedPeer(
  _ listener: SocketListener,
  _ lane: ThreadLane,
  sending bytes: [UInt8]
) async throws -> SocketLink {
  let (client, server) = try await links(listener, lane)
  try await server.write(bytes)
  return client
}

private func withChannel(
  _ body: @escaping @Sendable (ThreadLane, SocketLineChannel, SocketLink) async throws -> Void
) async throws {
  try await withLane { lane in
    let listener = try SocketListener(.unix(path: freshPath("rig")), lane: lane)
    let connection = try SocketConnection(to: listener.address, within: .seconds(5))
    let accepted = try #require(try await listener.accept(until: lane.farAway))
    try await body(
      lane,
      try SocketLineChannel(connection, lane: lane),
      try SocketLink(accepted, lane: lane)
    )
  }
}
