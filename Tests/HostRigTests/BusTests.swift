import Benches
import HostRig
import Modbus
import Quantities
import Rig
import Testing

/// A bus on a lane of its own, over a real pseudo-terminal, called from the pool: what the parts of
/// this module are for.
@Suite(.timeLimit(.minutes(1)))
struct BusTests {
  @Test func `callers side by side each get their own reply`() async throws {
    try await withBus { bus in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for unit in UInt8(1)...8 {
          group.addTask {
            for address in UInt16(0)..<25 {
              let exchange = try await read(address, of: unit, over: bus)
              #expect(
                exchange.outcome == .response(.registers([UInt16(unit) << 8 | address]))
              )
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func `a cancelled caller leaves the bus usable`() async throws {
    try await withBus { bus in
      let silent = Task { try await read(0, of: Meters.silentUnit, over: bus) }
      try await untilThreadSleeps("bus")
      silent.cancel()
      let fault = await #expect(throws: BusFault.self) { try await silent.value }
      #expect(fault?.failure == .cancelled)
      let exchange = try await read(7, of: 1, over: bus)
      #expect(exchange.outcome == .response(.registers([0x0107])))
    }
  }

  @Test func `a pulled adapter is a fault of the bus`() async throws {
    try await withBus { bus in
      let fault = await #expect(throws: BusFault.self) {
        try await read(0, of: Meters.pullingUnit, over: bus)
      }
      guard case .disconnected = fault?.failure else {
        Issue.record("\(String(describing: fault))")
        return
      }
    }
  }
}

private let timing = LineTiming(baud: 250_000)

private func read(_ address: UInt16, of unit: UInt8, over bus: Bus) async throws -> Exchange {
  try await bus.exchange(
    .readHoldingRegisters(address: address, count: 1),
    with: UnitIdentifier(rawValue: unit),
    limits: DeviceLimits(responseLimit: .seconds(20), lateWindow: .milliseconds(10))
  )
}

private func withBus(_ body: (Bus) async throws -> Void) async throws {
  let far = try ThreadLane(name: "meters")
  let lane = try ThreadLane(name: "bus")
  defer {
    lane.stop()
    far.stop()
  }
  let path = Locked<String?>(nil)
  let meters = Task(executorPreference: far) {
    let terminal = try PseudoTerminal(lane: far)
    path.withLock { $0 = terminal.path }
    var meters = Meters()
    try await meters.serve(terminal, on: far)
  }
  try await until { path.withLock { $0 != nil } }
  let device = try #require(path.withLock { $0 })
  let settings = LineSettings(baud: timing.baud, parity: "none", stopBits: 2)
  let link = try TTYLink(path: device, settings: settings, lane: lane)
  let bus = Bus(name: "dut", lane: lane, link: link, client: Client(framing: .rtu(timing)))
  try await body(bus)
  meters.cancel()
  _ = await meters.result
}

/// Meters whose registers hold their unit identifier and the register's address.
private struct Meters: ServerModel {
  static let silentUnit: UInt8 = 99
  /// The unit whose request ends the service.
  static let pullingUnit: UInt8 = 98

  var unit: UInt8 = 0
  let supportedFunctions: Set<FunctionCode> = [.readHoldingRegisters]

  mutating func readHoldingRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    (0..<count).map { UInt16(unit) << 8 | (address + $0) }
  }

  nonisolated(nonsending) mutating func serve(
    _ link: PseudoTerminal,
    on lane: ThreadLane
  ) async throws {
    var framer = RTURequestFramer(timing: timing)
    while true {
      let bytes = try await link.read(until: lane.farAway)
      for request in framer.receive(bytes, at: lane.now.sinceOrigin) {
        unit = request.unit.rawValue
        if unit == Self.pullingUnit { return }
        guard unit != Self.silentUnit else { continue }
        let reply = Server.respond(to: request.pdu, model: &self, at: .zero)
        try await link.write(RTUFrame.wrap(unit: request.unit, pdu: reply))
      }
    }
  }
}
