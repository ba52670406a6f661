import Glibc
import Quantities
import Rig
import Testing

@testable import HostRig

// One at a time: the disposition of signals belongs to the process.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct SignalsTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `the first signal wakes who waits for it`(signal: Int32) async throws {
    let emergencies = Locked(0)
    let signals = try Signals(emergency: { emergencies.withLock { $0 += 1 } })
    try await withLane(name: "interrupted") { lane in
      let sender = Task.detached {
        try await untilThreadSleeps("interrupted")
        kill(getpid(), signal)
      }
      #expect(await signals.next(on: lane) == signal)
      _ = try await sender.value
    }
    #expect(emergencies.withLock { $0 } == 0)
  }

  @Test func `a signal that came before is not lost`() async throws {
    let emergencies = Locked(0)
    let signals = try Signals(emergency: { emergencies.withLock { $0 += 1 } })
    kill(getpid(), SIGINT)
    let taken = try await withLane { lane in await signals.next(on: lane) }
    #expect(taken == SIGINT)
  }

  @Test func `the second signal goes straight to the safe state`() async throws {
    let emergencies = Locked(0)
    let signals = try Signals(emergency: { emergencies.withLock { $0 += 1 } })
    try await withLane { lane in
      kill(getpid(), SIGINT)
      #expect(await signals.next(on: lane) == SIGINT)
      // The lane is busy here, as a stuck run would be.
      kill(getpid(), SIGTERM)
      try await until { emergencies.withLock { $0 == 1 } }
    }
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func `a signal at a prompt is an answer, and lines that came before it are answers, too`(
    signal: Int32
  ) throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (reading, writing) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    let text = Array("one\n\ntwo".utf8)
    #expect(write(writing.raw, text, text.count) == text.count)
    let prompt = try PromptInput(reading)
    #expect(prompt.next() == .line("one") && prompt.next() == .line(""))
    kill(getpid(), signal)
    #expect(prompt.next() == .signal(signal))
    #expect(write(writing.raw, [0x0A], 1) == 1)
    #expect(prompt.next() == .line("two"))
  }

  @Test func `a prompt gives the signals back, and its end is told`() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[1])
    #expect(try PromptInput(Descriptor(owning: ends[0])).next() == .ended)
    // There can be one who takes them at a time.
    withExtendedLifetime(try Signals(emergency: {})) {}
  }

  @Test func `a cancelled wait returns nothing and loses nothing`() async throws {
    let signals = try Signals(emergency: {})
    try await withLane { lane in
      let waiting = Task(executorPreference: lane) { await signals.next(on: lane) }
      waiting.cancel()
      #expect(await waiting.value == nil)
      kill(getpid(), SIGHUP)
      #expect(await signals.next(on: lane) == SIGHUP)
    }
  }
}
