import Modbus
import Quantities
import Testing
import TwinRig

@testable import Rig

/// Turns on one bus.
@Suite("Turns on a bus")
struct TurnstileTests {
  @Test("A caller with many requests does not starve the others")
  func fairness() throws {
    let lane = VirtualLane()
    let turns = Turnstile()
    let served = Locked<[UInt8]>([])
    try lane.run {
      await withTaskGroup(of: Void.self) { group in
        // Unit 1 has eight callers at once, units 2 and 3 one each, who come last.
        for unit in [1, 1, 1, 1, 1, 1, 1, 1, 2, 3] as [UInt8] {
          group.addTask {
            try? await turns.enter(UnitIdentifier(rawValue: unit), on: lane)
            served.withLock { $0.append(unit) }
            try? await lane.sleep(until: lane.now + .seconds(1))
            turns.leave()
          }
        }
      }
    }
    #expect(served.withLock { $0 } == [1, 2, 3, 1, 1, 1, 1, 1, 1, 1])
  }

  @Test("A cancelled caller leaves the queue, and the turn goes to the next")
  func cancelled() throws {
    let lane = VirtualLane()
    let turns = Turnstile()
    let served = Locked<[UInt8]>([])
    try lane.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          try? await turns.enter(UnitIdentifier(rawValue: 1), on: lane)
          try? await lane.sleep(until: .zero + .seconds(5))
          turns.leave()
        }
        group.addTask {
          await withTaskGroup(of: Void.self) { inner in
            inner.addTask {
              do {
                try await turns.enter(UnitIdentifier(rawValue: 2), on: lane)
                served.withLock { $0.append(2) }
              } catch {}
            }
            try? await lane.sleep(until: .zero + .seconds(1))
            inner.cancelAll()
          }
        }
        group.addTask {
          try? await turns.enter(UnitIdentifier(rawValue: 3), on: lane)
          served.withLock { $0.append(3) }
          turns.leave()
        }
      }
    }
    #expect(served.withLock { $0 } == [3])
    #expect(lane.now == .zero + .seconds(5))
  }
}
