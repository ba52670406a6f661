import Benches
import Glibc
import Modbus
import Quantities
import Rig
import Testing

@testable import HostRig

@Suite(.timeLimit(.minutes(1)))
struct TTYLinkTests {
  @Test func `every byte passes unchanged in both directions`() async throws {
    try await withLane { lane in
      let (terminal, link) = try pair(on: lane)
      let bytes = [UInt8](0...255)
      try await link.write(bytes)
      #expect(try await terminal.read(count: 256, until: lane.farAway) == bytes)
      try await terminal.write(bytes)
      #expect(try await link.read(count: 256, until: lane.farAway) == bytes)
    }
  }

  @Test(arguments: [300, 9600, 12_345, 31_250, 250_000])
  func `any rate is set and read back`(baud: Int) async throws {
    try await withLane { lane in
      let (_, link) = try pair(on: lane, LineSettings(baud: baud))
      #expect(link.appliedBaud == baud)
      #expect(link.settingsNotApplied == [])
    }
  }

  @Test func `a pseudo-terminal is told from hardware and says what it did not apply`()
    async throws
  {
    try await withLane { lane in
      let settings = LineSettings(baud: 9600, parity: "even", stopBits: 2)
      let (_, link) = try pair(on: lane, settings)
      #expect(link.isPseudoTerminal)
      #expect(link.settingsNotApplied == ["even parity"])
    }
  }

  @Test func `a line that is open is refused as in use, and free after its end`() async throws {
    try await withLane { lane in
      let terminal = try PseudoTerminal(lane: lane)
      let path = terminal.path
      let first = try TTYLink(path: path, settings: LineSettings(), lane: lane)
      let text = refusal { () throws(LinkFailure) in
        _ = try TTYLink(path: path, settings: LineSettings(), lane: lane)
      }
      #expect(text == "\(path) is in use by this process already")
      withExtendedLifetime(first) {}
    }
    try await withLane { lane in
      let terminal = try PseudoTerminal(lane: lane)
      for _ in 0..<3 {
        _ = try TTYLink(path: terminal.path, settings: LineSettings(), lane: lane)
      }
    }
  }

  @Test(
    arguments: [
      ("/dev/ttyNONE", LineSettings(), "/dev/ttyNONE does not exist; is the adapter plugged in?"),
      ("/dev/null", LineSettings(), "/dev/null is not a serial line"),
      ("/dev/x", LineSettings(baud: 0), "/dev/x: no line can be set to 0 8N1"),
      ("/dev/x", LineSettings(baud: .max), "/dev/x: no line can be set to \(Int.max) 8N1"),
      ("/dev/x", LineSettings(stopBits: 3), "/dev/x: no line can be set to 9600 8N3"),
      ("/dev/x", LineSettings(parity: "mark"), "/dev/x: no line can be set to 9600 8M1"),
    ])
  func `what cannot be opened is refused with a reason`(
    path: String,
    settings: LineSettings,
    text: String
  ) async throws {
    try await withLane { lane in
      let refusal = refusal { () throws(LinkFailure) in
        _ = try TTYLink(path: path, settings: settings, lane: lane)
      }
      #expect(refusal.hasPrefix(text), "\(refusal)")
    }
  }

  @Test func `what came before the line was opened is discarded`() async throws {
    try await withLane { lane in
      let terminal = try PseudoTerminal(lane: lane)
      try await terminal.write([1, 2, 3])
      try await until { terminal.unreadCount == 3 }
      let link = try TTYLink(path: terminal.path, settings: LineSettings(), lane: lane)
      try await terminal.write([4])
      #expect(try await link.read(until: lane.farAway) == [4])
    }
  }

  @Test func `a hang-up is a disconnection and no time-out`() async throws {
    try await withLane(name: "hang-up") { lane in
      let other = try ThreadLane(name: "far side")
      defer { other.stop() }
      let path = Locked<String?>(nil)
      let serving = Task(executorPreference: other) {
        let terminal = try PseudoTerminal(lane: other)
        path.withLock { $0 = terminal.path }
        _ = try await terminal.read(until: other.farAway)
        try await untilThreadSleeps("hang-up")
      }
      try await until { path.withLock { $0 != nil } }
      let name = try #require(path.withLock { $0 })
      let link = try TTYLink(path: name, settings: LineSettings(), lane: lane)
      try await link.write([1])
      let read = await failure { () async throws(LinkFailure) in
        _ = try await link.read(until: lane.farAway)
      }
      #expect(read == .disconnected(name))
      let write = await failure { () async throws(LinkFailure) in try await link.write([1]) }
      #expect(write == .disconnected(name))
      try await serving.value
    }
  }

  @Test func `a silent line is read until the deadline and no longer`() async throws {
    try await withLane { lane in
      let (terminal, link) = try pair(on: lane)
      let deadline = lane.now + .milliseconds(40)
      #expect(try await link.read(until: deadline) == [])
      withExtendedLifetime(terminal) {}
      let late = lane.now.duration(since: deadline)
      #expect(late >= .zero && late < .seconds(5))
    }
  }

  @Test func `a deadline that has passed still takes what is there`() async throws {
    try await withLane { lane in
      let (terminal, link) = try pair(on: lane)
      #expect(try await link.read(until: .zero) == [])
      try await link.write([9])
      #expect(try await terminal.read(count: 1, until: lane.farAway) == [9])
      try await terminal.write([5])
      try await until { terminal.unreadCount == 1 }
      #expect(try await link.read(until: .zero) == [5])
    }
  }

  @Test func `cancelling wakes a blocked read long before its deadline`() async throws {
    let lane = try ThreadLane(name: "cancelled")
    defer { lane.stop() }
    let isOpen = Locked(false)
    let reading = Task(executorPreference: lane) {
      let (terminal, link) = try pair(on: lane)
      isOpen.withLock { $0 = true }
      let failure = await failure { () async throws(LinkFailure) in
        _ = try await link.read(until: lane.farAway)
      }
      withExtendedLifetime(terminal) {}
      return failure
    }
    try await until { isOpen.withLock { $0 } }
    try await untilThreadSleeps("cancelled")
    let start = HostClock.now
    reading.cancel()
    #expect(try await reading.value == .cancelled)
    #expect(HostClock.now.duration(since: start) < .seconds(60))
  }

  @Test func `an actor blocks its own lane, whoever calls it`() async throws {
    let lane = try ThreadLane(name: "actor")
    defer { lane.stop() }
    let user = LinkUser(lane: lane)
    // This test runs on the pool; the link itself traps where it is not on its lane.
    #expect(try await user.roundTrip([1, 2]) == [1, 2])
    let silent = Task.detached { try await user.readSilence() }
    try await untilThreadSleeps("actor")
    silent.cancel()
    await #expect(throws: LinkFailure.cancelled) { try await silent.value }
  }

  @Test func `a cancelled task sends nothing, and the next one finds the link sound`()
    async throws
  {
    try await withLane { lane in
      let (terminal, ownLink) = try pair(on: lane)
      // Both tasks run on the lane, one after the other.
      nonisolated(unsafe) let link = ownLink
      await inCancelledTask(on: lane) {
        let sent = await failure { () async throws(LinkFailure) in try await link.write([1]) }
        #expect(sent == .cancelled)
        let read = await failure { () async throws(LinkFailure) in
          _ = try await link.read(until: lane.farAway)
        }
        #expect(read == .cancelled)
      }
      try await link.write([2])
      #expect(try await terminal.read(until: lane.farAway) == [2])
      #expect(try await link.read(until: lane.now + .milliseconds(5)) == [])
    }
  }

  @Test func `a line that takes no more bytes is given up after a bound`() async throws {
    try await withLane { lane in
      let (terminal, link) = try pair(on: lane)
      let failure = await failure { () async throws(LinkFailure) in
        try await link.write([UInt8](repeating: 0, count: 1 << 20))
      }
      guard case .system(let text) = failure else {
        Issue.record("\(String(describing: failure))")
        return
      }
      #expect(text.contains("took only"))
      withExtendedLifetime(terminal) {}
    }
  }
}

private func pair(
  on lane: ThreadLane,
  _ settings: LineSettings = LineSettings()
) throws(LinkFailure) -> (PseudoTerminal, TTYLink) {
  let terminal = try PseudoTerminal(lane: lane)
  return (terminal, try TTYLink(path: terminal.path, settings: settings, lane: lane))
}

/// Uses links as a bus does.
private actor LinkUser {
  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }
  private nonisolated let lane: ThreadLane

  init(lane: ThreadLane) { self.lane = lane }

  func roundTrip(_ bytes: [UInt8]) async throws -> [UInt8] {
    let (terminal, link) = try pair(on: lane)
    try await link.write(bytes)
    return try await terminal.read(count: bytes.count, until: lane.farAway)
  }

  func readSilence() async throws {
    let terminal = try PseudoTerminal(lane: lane)
    _ = try await terminal.read(until: lane.farAway)
  }
}
