import Glibc
import Quantities
import Rig
import Testing

@testable import TwinRig

@Suite struct VirtualLaneTests {
  @Test func sleepersWakeInTheOrderOfTheirDeadlinesThenOfTheirArrival() throws {
    let lane = VirtualLane()
    let order = Locked<[Int]>([])
    try lane.run {
      await withTaskGroup(of: Void.self) { group in
        for (index, seconds) in [3, 1, 2, 1, 3].enumerated() {
          group.addTask {
            try? await lane.sleep(until: .at(Double(seconds)))
            order.withLock { $0.append(index) }
          }
        }
      }
    }
    #expect(order.withLock { $0 } == [1, 3, 2, 0, 4])
    #expect(lane.now == .at(3))
  }

  @Test func timePassesOnlyByDeadlines() throws {
    let lane = VirtualLane()
    let moments = try lane.run {
      var moments = [lane.now]
      for _ in 0..<3 {
        try await lane.sleep(until: lane.now + .seconds(3600))
        moments.append(lane.now)
      }
      return moments
    }
    #expect(moments == [.zero, .at(3600), .at(7200), .at(10800)])
  }

  @Test func aSecondRunGoesOnFromWhereTheFirstEnded() throws {
    let lane = VirtualLane()
    try lane.run { try await lane.sleep(until: .at(5)) }
    #expect(try lane.run { lane.now } == .at(5))
  }

  @Test func waitingForWhatCannotComeIsADeadlock() {
    let lane = VirtualLane()
    #expect(throws: VirtualTimeError(kind: .deadlock, at: .at(7))) {
      try lane.run {
        try await lane.sleep(until: .at(7))
        _ = await lane.park(until: nil)
      }
    }
  }

  @Test func aDeadlockThatIgnoresCancellationIsGivenUp() {
    let lane = VirtualLane()
    let kept = Locked<UnsafeContinuation<Void, Never>?>(nil)
    #expect(throws: VirtualTimeError(kind: .deadlock, at: .zero)) {
      try lane.run {
        await withUnsafeContinuation { continuation in kept.withLock { $0 = continuation } }
      }
    }
  }

  @Test func aRunPastItsLimitIsGivenUp() {
    let lane = VirtualLane()
    #expect(throws: VirtualTimeError(kind: .limit(.seconds(100)), at: .at(90))) {
      try lane.run(limit: .seconds(100)) {
        while true { try await lane.sleep(until: lane.now + .seconds(30)) }
      }
    }
  }

  @Test func workThatNeverLetsTimePassIsAStandstill() {
    let lane = VirtualLane()
    #expect(throws: VirtualTimeError(kind: .standstill, at: .at(1))) {
      try lane.run {
        try await lane.sleep(until: .at(1))
        while !Task.isCancelled { await Task.yield() }
      }
    }
  }

  @Test func aRunThatIgnoresItsCancellationIsGivenUp() {
    let lane = VirtualLane()
    #expect(throws: VirtualTimeError(kind: .limit(.seconds(1)), at: .zero)) {
      try lane.run(limit: .seconds(1)) {
        // After the cancellation this goes on at one moment, for ever.
        while true {
          try? await lane.sleep(until: .at(2))
          await Task.yield()
        }
      }
    }
  }

  @Test func cancellationWakesASleeperAtOnce() throws {
    let lane = VirtualLane()
    let woken = try lane.run {
      await withTaskGroup(of: Instant.self) { group in
        group.addTask {
          try? await lane.sleep(until: .at(1000))
          return lane.now
        }
        try? await lane.sleep(until: .at(1))
        group.cancelAll()
        return await group.next()
      }
    }
    #expect(woken == .at(1))
  }

  @Test func aWakerEndsAWaitBeforeItsDeadline() throws {
    let lane = VirtualLane()
    let result = try lane.run {
      let published = Locked<Waker?>(nil)
      return await withTaskGroup(of: Waking.self) { group in
        group.addTask { await lane.park(until: .at(9)) { w in published.withLock { $0 = w } } }
        try? await lane.sleep(until: .at(4))
        published.withLock { $0 }?.wake()
        return await group.next()
      }
    }
    #expect(result == .woken)
    #expect(lane.now == .at(4))
  }

  @Test func aJobFromAnotherThreadIsAnError() {
    let lane = VirtualLane()
    #expect(throws: VirtualTimeError(kind: .foreignJob, at: .at(2))) {
      try lane.run {
        try await lane.sleep(until: .at(2))
        startForeignTask(on: lane)
      }
    }
  }

  @Test func errorsOfTheBodyComeThrough() {
    let lane = VirtualLane()
    #expect(throws: CancellationError.self) { try lane.run { throw CancellationError() } }
  }
}

/// Starts a task on the lane from a thread of its own, and waits for that thread.
private func startForeignTask(on lane: VirtualLane) {
  let box = Unmanaged.passRetained(lane)
  var thread = pthread_t()
  pthread_create(
    &thread,
    nil,
    { pointer in
      guard let pointer else { return nil }
      let lane = Unmanaged<VirtualLane>.fromOpaque(pointer).takeRetainedValue()
      Task(executorPreference: lane) {}
      return nil
    },
    box.toOpaque()
  )
  pthread_join(thread, nil)
}
