import Benches
import Glibc
import Modbus
import Quantities
import Rig
import Testing

@testable import HostRig

@Suite(.timeLimit(.minutes(1)))
struct PseudoTerminalTests {
  @Test func `clients may come and go`() async throws {
    try await withLane { lane in
      let terminal = try PseudoTerminal(lane: lane)
      for number in UInt8(1)...5 {
        let link = try TTYLink(path: terminal.path, settings: LineSettings(), lane: lane)
        try await link.write([number])
        #expect(try await terminal.read(until: lane.farAway) == [number])
        try await terminal.write([number, number])
        #expect(try await link.read(count: 2, until: lane.farAway) == [number, number])
      }
      #expect(try await terminal.read(until: lane.now + .milliseconds(5)) == [])
    }
  }

  @Test func `what nobody reads is lost, and the next client hears the present`() async throws {
    try await withLane { lane in
      let terminal = try PseudoTerminal(lane: lane)
      for _ in 0..<500 { try await terminal.write([UInt8](repeating: 1, count: 256)) }
      let link = try TTYLink(path: terminal.path, settings: LineSettings(), lane: lane)
      try await link.write([2])
      #expect(try await terminal.read(until: lane.farAway) == [2])
      try await terminal.write([3])
      var last: UInt8?
      while last != 3 { last = try await link.read(until: lane.farAway).last }
    }
  }

  @Test func `its link stands as long as it does`() async throws {
    let path = freshPath("meter")
    try await withLane { lane in
      let terminal = try PseudoTerminal(linkPath: path, lane: lane)
      _ = try TTYLink(path: path, settings: LineSettings(), lane: lane)
      withExtendedLifetime(terminal) {}
    }
    #expect(!exists(path))
  }

  @Test func `a dangling link is replaced`() async throws {
    let path = freshPath("meter")
    symlink("/dev/pts/no-such", path)
    try await withLane { lane in
      let terminal = try PseudoTerminal(linkPath: path, lane: lane)
      #expect(access(path, F_OK) == 0)
      withExtendedLifetime(terminal) {}
    }
    #expect(!exists(path))
  }

  @Test func `a link that leads somewhere is refused and left alone`() async throws {
    let path = freshPath("meter")
    symlink("/dev/null", path)
    try await withLane { lane in
      let text = refusal { () throws(LinkFailure) in
        _ = try PseudoTerminal(linkPath: path, lane: lane)
      }
      #expect(
        text == "\(path) leads to /dev/null, which is in use; choose another name or remove it"
      )
    }
    #expect(exists(path))
    unlink(path)
  }

  @Test func `a file is refused and left alone`() async throws {
    let path = freshPath("meter")
    close(open(path, O_CREAT | O_WRONLY, 0o600))
    try await withLane { lane in
      let text = refusal { () throws(LinkFailure) in
        _ = try PseudoTerminal(linkPath: path, lane: lane)
      }
      #expect(text == "\(path) exists and is not a link; choose another name or remove it")
    }
    #expect(exists(path))
    unlink(path)
  }

  @Test func `a link that has become another's is left alone`() async throws {
    let path = freshPath("meter")
    try await withLane { lane in
      let terminal = try PseudoTerminal(linkPath: path, lane: lane)
      unlink(path)
      symlink("/dev/null", path)
      withExtendedLifetime(terminal) {}
    }
    #expect(exists(path))
    unlink(path)
  }
}

private func exists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}
