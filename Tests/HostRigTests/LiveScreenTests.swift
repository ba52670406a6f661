import Glibc
import Quantities
import Rig
import Testing

@testable import HostRig

@Suite(.timeLimit(.minutes(1)))
struct LiveScreenTests {
  @Test func `a block is drawn over the one before, and the last one stays`() async throws {
    try await withLane { lane in
      let terminal = try PseudoTerminal(lane: lane)
      let descriptor = Descriptor(owning: open(terminal.path, O_RDWR | O_NOCTTY))
      let block = Locked(["one", "two"])
      let screen = LiveScreen(descriptor: descriptor.raw, turn: TerminalTurn()) { _, _ in
        block.withLock { $0 }
      }
      let first = "one\u{1B}[K\ntwo\u{1B}[K\n\u{1B}[J"
      #expect(try await text(terminal, first.utf8.count, lane) == first)
      block.withLock { $0 = ["three"] }
      let second = "\r\u{1B}[2Athree\u{1B}[K\n\u{1B}[J"
      screen.refresh()
      #expect(try await text(terminal, second.utf8.count, lane) == second)
      screen.finish(within: .seconds(30))
      let last = "\r\u{1B}[1Athree\u{1B}[K\n\u{1B}[J"
      #expect(try await text(terminal, last.utf8.count, lane) == last)
    }
  }

  @Test func `a question keeps the block away, which begins anew below it`() async throws {
    try await withLane { lane in
      let terminal = try PseudoTerminal(lane: lane)
      let descriptor = Descriptor(owning: open(terminal.path, O_RDWR | O_NOCTTY))
      let turn = TerminalTurn()
      let asked = Locked(0)
      turn.beginQuestion()
      let screen = LiveScreen(descriptor: descriptor.raw, turn: turn) { _, _ in
        asked.withLock { $0 += 1 }
        return ["one"]
      }
      screen.refresh()
      try await until { asked.withLock { $0 } > 1 }
      #expect(terminal.unreadCount == 0)
      turn.endQuestion()
      screen.refresh()
      let first = "one\u{1B}[K\n\u{1B}[J"
      #expect(try await text(terminal, first.utf8.count, lane) == first)
      turn.beginQuestion()
      turn.endQuestion()
      screen.finish(within: .seconds(30))
      #expect(try await text(terminal, first.utf8.count, lane) == first)
    }
  }

  @Test func `nobody waits for a terminal that takes nothing`() throws {
    HostProcess.secure()
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    // More than a pipe holds, so the first drawing never ends; the pipe is never closed, for its numbers would
    // be those of another test.
    let screen = LiveScreen(descriptor: ends[1], turn: TerminalTurn()) { _, _ in
      [String](repeating: String(repeating: "x", count: 1000), count: 2000)
    }
    for _ in 0..<1000 { screen.refresh() }
    screen.finish(within: .milliseconds(1))
  }

  private nonisolated(nonsending) func text(
    _ terminal: PseudoTerminal,
    _ count: Int,
    _ lane: ThreadLane
  ) async throws -> String {
    String(decoding: try await terminal.read(count: count, until: lane.farAway), as: UTF8.self)
  }
}
