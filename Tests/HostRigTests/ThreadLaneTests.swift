import Benches
import Modbus
import Quantities
import Rig
import Testing

@testable import HostRig

@Suite(.timeLimit(.minutes(1)))
struct ThreadLaneTests {
  @Test func `jobs run in the order of their arrival`() async throws {
    let order = Locked<[Int]>([])
    try await withLane { lane in
      let tasks = (0..<200).map { number in
        Task(executorPreference: lane) { order.withLock { $0.append(number) } }
      }
      for task in tasks { await task.value }
    }
    #expect(order.withLock { $0 } == Array(0..<200))
  }

  @Test func `sleepers wake in the order of their deadlines and never early`() async throws {
    let order = Locked<[Int]>([])
    try await withLane { lane in
      let start = lane.now
      let tasks = [30, 10, 20].map { milliseconds in
        Task(executorPreference: lane) {
          let deadline = start + .milliseconds(milliseconds)
          try await lane.sleep(until: deadline)
          #expect(lane.now >= deadline)
          order.withLock { $0.append(milliseconds) }
        }
      }
      for task in tasks { try await task.value }
    }
    #expect(order.withLock { $0 } == [10, 20, 30])
  }

  @Test func `an earlier deadline overtakes one that the thread waits for already`() async throws {
    try await withLane(name: "overtaken") { lane in
      let late = Task(executorPreference: lane) { try await lane.sleep(until: lane.farAway) }
      let early = Task.detached {
        try await untilThreadSleeps("overtaken")
        // Parked here, from a thread of the pool: only the nudge can reach the lane's thread.
        return await lane.park(until: lane.now + .milliseconds(5))
      }
      let waking = try await early.value
      #expect(waking == .deadline)
      late.cancel()
      await #expect(throws: CancellationError.self) { try await late.value }
    }
  }

  @Test func `a waker of another thread ends a wait`() async throws {
    try await withLane(name: "parked") { lane in
      let waking = await lane.park(until: lane.farAway) { waker in
        Task.detached {
          try await untilThreadSleeps("parked")
          waker.wake()
        }
      }
      #expect(waking == .woken)
    }
  }

  @Test func `cancelling ends a wait`() async throws {
    try await withLane { lane in
      let waiting = Task(executorPreference: lane) { await lane.park(until: nil) }
      waiting.cancel()
      #expect(await waiting.value == .cancelled)
    }
  }

  @Test func `a waker used while a link blocks the thread gets through afterwards`() async throws {
    try await withLane(name: "blocked") { lane in
      let terminal = try PseudoTerminal(lane: lane)
      let link = try TTYLink(path: terminal.path, settings: LineSettings(), lane: lane)
      let waker = Locked<Waker?>(nil)
      let parked = Task(executorPreference: lane) {
        await lane.park(until: nil) { own in waker.withLock { $0 = own } }
      }
      await Task.yield()
      try await until { waker.withLock { $0 != nil } }
      let other = Task.detached {
        try await untilThreadSleeps("blocked")
        waker.withLock { $0 }?.wake()
      }
      #expect(try await link.read(until: lane.now + .milliseconds(50)) == [])
      try await other.value
      #expect(await parked.value == .woken)
    }
  }

  @Test func `stopping lets those who sleep come to their end`() async throws {
    let lane = try ThreadLane(name: "test")
    let deadline = lane.now + .milliseconds(30)
    let woke = Locked<Instant?>(nil)
    let sleeper = Task(executorPreference: lane) {
      try await lane.sleep(until: deadline)
      woke.withLock { $0 = lane.now }
    }
    lane.stop()
    let end = try #require(woke.withLock { $0 })
    #expect(end >= deadline)
    try await sleeper.value
  }

  @Test func `stopping ends at once where the sleepers were cancelled`() async throws {
    let lane = try ThreadLane(name: "test")
    let sleepers = (0..<50).map { _ in
      Task(executorPreference: lane) { await lane.park(until: nil) }
    }
    let foreign = Task.detached { await lane.park(until: nil) }
    try await until { lane.timetable.count == 51 }
    for sleeper in sleepers { sleeper.cancel() }
    foreign.cancel()
    lane.stop()
    for sleeper in sleepers { #expect(await sleeper.value == .cancelled) }
    #expect(await foreign.value == .cancelled)
  }

  @Test func `a lane may be stopped on itself, and twice`() async throws {
    let lane = try ThreadLane(name: "test")
    await Task(executorPreference: lane) { lane.stop() }.value
    lane.stop()
  }

  @Test func `nothing holds a lane after its end`() async throws {
    weak var remains: ThreadLane?
    do {
      let lane = try ThreadLane(name: "test")
      remains = lane
      await Task(executorPreference: lane) {}.value
      lane.stop()
    }
    try await until { remains == nil }
  }

  /// A waker on another thread hands in the job with which the lane's last task ends, and may be
  /// slow to return. What it touched after that was another lane's memory by then: a crash once in
  /// some ten thousand lanes, or somebody else's wake-up lost.
  @Test func `a lane may be gone before its last waker returns`() async throws {
    let parked = Locked<Waker?>(nil)
    let isDone = Locked(false)
    let thread = try HostThread(name: "waker") {
      while !isDone.withLock({ $0 }) {
        let waker = parked.withLock { parked in
          defer { parked = nil }
          return parked
        }
        waker?.wake()
      }
    }
    for _ in 0..<5000 {
      let waking = try await withLane { lane in
        await lane.park(until: lane.farAway) { waker in parked.withLock { $0 = waker } }
      }
      #expect(waking == .woken)
    }
    isDone.withLock { $0 = true }
    thread.join()
  }

  @Test func `eight blocked lanes do not starve the pool`() async throws {
    let lanes = try (0..<8).map { number throws in try ThreadLane(name: "starve-\(number)") }
    defer { for lane in lanes { lane.stop() } }
    let finished = Locked(0)
    let readers = lanes.map { lane in
      Task(executorPreference: lane) {
        let terminal = try PseudoTerminal(lane: lane)
        let failure = await failure { () async throws(LinkFailure) in
          _ = try await terminal.read(until: lane.farAway)
        }
        finished.withLock { $0 += 1 }
        return failure
      }
    }
    for number in 0..<8 { try await untilThreadSleeps("starve-\(number)") }
    for _ in 0..<100 { await Task.detached {}.value }
    #expect(finished.withLock { $0 } == 0)
    for reader in readers { reader.cancel() }
    for reader in readers { #expect(try await reader.value == .cancelled) }
  }
}
