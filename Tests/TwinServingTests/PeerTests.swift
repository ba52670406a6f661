import Quantities
import Rig
import Station
import Testing

@testable import HostRig

/// Peers of a rig socket that do not behave.
@Suite(.timeLimit(.minutes(1)))
struct PeerTests {
  @Test func `a client that speaks something else is cut off, and the next one served`()
    async throws
  {
    let files = RigFiles.withSocket()
    let path = try #require(files.socket)
    try await withTwin(files) { _, _ in
      try await onLane { lane in
        let client = try SocketConnection(to: .unix(path: path), within: .seconds(5))
        let channel = try SocketLineChannel(client, lane: lane)
        let greeting = try await channel.receive(until: lane.now + .seconds(300))
        #expect(greeting != nil)
        #expect(SocketLineSender(client).send("GET / HTTP/1.1"))
        let rest = await readToEnd(channel, on: lane)
        #expect(rest.end == .disconnected(path))
      }
      let isOn = try await withRig(try files.bench(isServed: false)) { rig in
        try await rig.outputs.readBack(.load("bank"))
      }
      #expect(isOn == false)
    }
  }

  @Test func `what waits for a busy peer goes out when it reads`() async throws {
    let path = freshPath("busy")
    try await onLane { lane in
      let listener = try SocketListener(.unix(path: path), lane: lane)
      let peer = try SocketConnection(to: .unix(path: path), within: .seconds(5))
      let client = try #require(try await listener.accept(until: lane.now + .seconds(300)))
      let sender = SocketLineSender(client, backlog: 1 << 20)
      let channel = try SocketLineChannel(peer, lane: lane)
      for number in 0..<5000 { #expect(sender.send("\(number)")) }
      #expect(!sender.flush())
      for number in 0..<5000 {
        var line = try await channel.receive(until: lane.now)
        if line == nil {
          _ = sender.flush()
          line = try await channel.receive(until: lane.now + .seconds(300))
        }
        #expect(line == "\(number)")
      }
      #expect(sender.flush())
    }
  }

  @Test(arguments: [0, 100_000])
  func `a peer that does not read gets whole lines up to the limit, and then the end`(
    backlog: Int
  ) async throws {
    let path = freshPath("deaf")
    try await onLane { lane in
      let listener = try SocketListener(.unix(path: path), lane: lane)
      let peer = try SocketConnection(to: .unix(path: path), within: .seconds(5))
      let client = try #require(try await listener.accept(until: lane.now + .seconds(300)))
      let sender = SocketLineSender(client, backlog: backlog)
      var sent = 0
      while sent < 100_000, sender.send("\(sent)") { sent += 1 }
      #expect((100..<100_000).contains(sent))
      #expect(!sender.send("late"))
      let channel = try SocketLineChannel(peer, lane: lane)
      let (received, end) = await readToEnd(channel, on: lane)
      #expect(end == .disconnected(path))
      #expect(received == (0..<received.count).map { "\($0)" })
      #expect(backlog > 0 ? received.count < sent : received.count == sent)
    }
  }
}

/// Everything that a peer sends, and how it ends; no end where it does not in time.
nonisolated(nonsending) private func readToEnd(
  _ channel: SocketLineChannel,
  on lane: ThreadLane
) async -> (lines: [String], end: LinkFailure?) {
  var lines: [String] = []
  do throws(LinkFailure) {
    while let line = try await channel.receive(until: lane.now + .seconds(300)) {
      lines.append(line)
    }
    return (lines, nil)
  } catch {
    return (lines, error)
  }
}

/// Runs `body` on a lane of its own.
private func onLane(_ body: @escaping @Sendable (ThreadLane) async throws -> Void) async throws {
  let lane = try ThreadLane(name: "test")
  defer { lane.stop() }
  try await Task(executorPreference: lane) { try await body(lane) }.value
}
