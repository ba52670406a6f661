import Quantities
import Rig

/// The plant as links, outputs and the pump of one rig share it: always at the lane's moment.
final class SharedPlant: Sendable {
  let lane: VirtualLane
  private let plant: Locked<TwinPlant>
  private let pump = Locked<Waker?>(nil)
  let readBackChanges = ReadBackChanges()

  init(_ plant: sending TwinPlant, lane: VirtualLane) {
    self.plant = Locked(plant)
    self.lane = lane
  }

  /// Looks at the plant.
  func look<Result>(_ body: (TwinPlant) -> Result) -> Result { plant.withLock { body($0) } }

  /// Brings the plant to the lane's moment, changes it, and lets the pump look again.
  func change<Result, Failure: Error>(
    _ body: (inout TwinPlant) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer {
      handOutReadBacks()
      wakePump()
    }
    return try plant.withLock { plant throws(Failure) in
      plant.advance(to: lane.now)
      return try body(&plant)
    }
  }

  private func handOutReadBacks() {
    for change in plant.withLock({ $0.takeReadBackChanges() }) { readBackChanges.push(change) }
  }

  /// How late an edge may reach its stream, as behind a reader's thread on the host. Those of a
  /// fast line then come a few at a time, and nobody is woken for each.
  private static let latency = Duration.milliseconds(20)

  /// Carries line events to `deliver` soon after they happened, until the task is cancelled.
  func run(deliver: (LineName, [LineEvent]) -> Void) async {
    while !Task.isCancelled {
      let next = plant.withLock { plant in
        plant.advance(to: lane.now)
        plant.takeLineEvents(deliver)
        return plant.nextEvent
      }
      handOutReadBacks()
      let beat = lane.now + Self.latency
      _ = await lane.park(until: next.map { max($0, beat) }) { waker in
        pump.withLock { $0 = waker }
      }
    }
  }

  private func wakePump() {
    pump.withLock { waker in
      defer { waker = nil }
      return waker
    }?.wake()
  }
}
