public import Benches
import HostRig
public import MeterProfiles
import Quantities
public import Rig
import TwinRig

/// Serves a simulated rig in real time: its buses as pseudo-terminals or over TCP, and all else
/// through a rig socket. Whoever connects finds it as slow and as faulty as the bench file says.
///
/// Faults come at their times from the start. A suspended machine and an interrupted run are none
/// of a rig's and left out.
public final class TwinServer: Sendable {
  private let plant: TwinPlant
  private let serving: TwinServing

  /// A server that does not yet run.
  ///
  /// - Parameters:
  ///   - bench: the wiring, with its twin's declaration.
  ///   - profiles: the meter types, by name.
  ///   - serving: how clients reach it, and what is on from the start.
  /// - Throws: where the twin is impossible, or the doors do not fit the bench.
  public init(
    bench: Bench,
    profiles: [String: MeterProfile],
    serving: TwinServing
  ) throws(RigFault) {
    var bench = bench
    bench.twin?.faults.removeAll { $0.kind == .suspend || $0.kind == .interruption }
    var plant = try TwinPlant(bench: bench, profiles: profiles)
    if serving.energy != .safe {
      for (output, _) in plant.safeStates {
        if case .supply = output { try plant.set(output, on: true, at: .zero) }
      }
    }
    if case .load(let name) = serving.energy {
      guard let load = bench.load(name) else {
        throw RigFault(Part(.load, name), "the bench file has no such load")
      }
      if load.output != nil { try plant.set(.load(name), on: true, at: .zero) }
    }
    var named = serving
    for index in serving.doors.indices {
      named.doors[index].bus = try Self.bus(of: serving.doors[index], in: bench).name
    }
    self.plant = plant
    self.serving = named
  }

  /// Serves until a signal asks for the end.
  ///
  /// - Parameters:
  ///   - emergency: called at a second signal; it is expected to end the process.
  ///   - ready: told where clients find it, once everything is open.
  /// - Returns: the number of the signal.
  /// - Throws: where something cannot be opened, or breaks.
  public func runUntilSignal(
    emergency: @escaping @Sendable () -> Void,
    ready: @escaping @Sendable (TwinServing.Addresses) -> Void
  ) async throws(RigFault) -> Int32 {
    let signals = try Signals(emergency: emergency)
    let number = Locked<Int32>(0)
    try await run(
      until: { lane in
        let signal = await signals.next(on: lane)
        number.withLock { $0 = signal ?? 0 }
      },
      ready: ready
    )
    return number.withLock { $0 }
  }

  /// Serves until `stop` returns or the task is cancelled.
  ///
  /// - Parameters:
  ///   - stop: waits for the end, on a lane of the server's.
  ///   - ready: told where clients find it, once everything is open.
  /// - Throws: where something cannot be opened, or breaks.
  public func run(
    until stop: @escaping @Sendable (any Lane) async -> Void,
    ready: @escaping @Sendable (TwinServing.Addresses) -> Void
  ) async throws(RigFault) {
    var lanes: [ThreadLane] = []
    defer { for lane in lanes { lane.stop() } }
    func newLane(_ name: String) throws(RigFault) -> ThreadLane {
      let lane = try ThreadLane(name: name)
      lanes.append(lane)
      return lane
    }
    let plantLane = try newLane("twin")
    let keeper = PlantKeeper(plant, lane: plantLane)
    var doors: [BusDoor] = []
    for door in serving.doors {
      let bus = try Self.bus(of: door, in: plant.bench)
      let lane = try newLane("twin \(bus.name)")
      doors.append(
        try BusDoor(door.kind, bus: bus, keeper: keeper, lane: lane)
      )
    }
    var rigDoor: RigDoor?
    if let path = serving.rigSocket {
      rigDoor = try RigDoor(path: path, keeper: keeper, lane: try newLane("twin rig"))
    }
    ready(.init(buses: doors.map(\.address), rigSocket: serving.rigSocket))
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        // Begun on a lane, nothing of a server in real time waits for the cooperative pool.
        group.addTask(executorPreference: plantLane) { await keeper.run() }
        for door in doors {
          group.addTask(executorPreference: plantLane) { try await door.serve() }
        }
        if let rigDoor {
          group.addTask(executorPreference: plantLane) { try await rigDoor.serve() }
        }
        group.addTask(executorPreference: plantLane) { await stop(plantLane) }
        // Nobody but `stop`, a failure and a cancellation ends anything.
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch {
      throw error as? RigFault ?? RigFault(Part(.host, "twin"), "\(error)")
    }
  }

  private static func bus(of door: TwinDoor, in bench: Bench) throws(RigFault) -> BusWiring {
    guard let name = door.bus else {
      guard bench.buses.count == 1, let bus = bench.buses.first else {
        let names = bench.buses.map(\.name).joined(separator: ", ")
        throw RigFault(Part(.bus, ""), "the bench file has several buses (\(names)): name one")
      }
      return try check(bus, door)
    }
    guard let bus = bench.bus(name) else {
      throw RigFault(Part(.bus, name), "the bench file has no such bus")
    }
    return try check(bus, door)
  }

  private static func check(_ bus: BusWiring, _ door: TwinDoor) throws(RigFault) -> BusWiring {
    if case .tcp = door.kind { return bus }
    guard bus.isSerial else {
      throw RigFault(
        Part(.bus, bus.name),
        "the bench file wires it as Modbus TCP; it cannot be served as a serial line"
      )
    }
    return bus
  }
}

extension BusWiring {
  /// Whether its meters sit on a serial line.
  var isSerial: Bool {
    if case .tcp = connection { false } else { true }
  }
}
