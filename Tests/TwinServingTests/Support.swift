import Benches
import Documents
import Glibc
import MeterProfiles
import Modbus
import Quantities
import Rig
import Station
import Testing

@testable import HostRig

/// A rig in files: what a served twin and the run that uses it agree on.
struct RigFiles: Sendable {
  /// How the run reaches the bus; by default over a pseudo-terminal.
  var connection: String?
  /// The rig socket; nil for a bench without one.
  var socket: String?
  /// Lines of the twin's list of faults.
  var faults: [String] = []
  /// A reference with pulses, instead of a reference meter on the bus.
  var hasPulses = true

  let terminal = freshPath("bus")

  static func withSocket(faults: [String] = [], hasPulses: Bool = true) -> RigFiles {
    RigFiles(socket: freshPath("rig"), faults: faults, hasPulses: hasPulses)
  }

  /// The wiring; the twin's own section only where it is served.
  func bench(isServed: Bool) throws -> Bench {
    let output = { (line: String) in "{ chip: twin, line: \(line), safe: off }" }
    var text = """
      bench: pair
      adapters:
        left: { path: \(terminal) }
      buses:
        dut: { \(connection ?? "adapter: left"), baud: 38400 }
      positions:
        A1:
          meter: { profile: integra-1221, variant: self-powered, bus: dut, address: 7 }
      source: { voltage: 230 V, frequency: 50 Hz }
      loads:
        bank:
          resistance: 46 ohm
          settle: 1 s

      """
    if let socket {
      text = text.replacing("address: 7 }", with: "address: 7 }\n    supply: \(output("supply"))")
        .replacing("46 ohm", with: "46 ohm\n    output: \(output("bank"))")
      text += """
        gpio:
          twin: { twin: \(socket) }
        interlocks:
          door: { chip: twin, line: door, must-be: active }

        """
    }
    text +=
      hasPulses && socket != nil
      ? "reference: { pulses: { chip: twin, line: ref, constant: 100000 imp/kWh }, accuracy: 0.05 % }\n"
      : """
      reference:
        registers:
          profile: integra-1221
          bus: dut
          address: 9
          quantity: active-energy-import
        accuracy: 0.05 %

      """
    if isServed {
      text += "twin:\n  epoch: 2026-01-01T08:00:00Z\n  seed: 1\n"
      if !faults.isEmpty { text += "  faults:\n" + faults.map { "    - \($0)\n" }.joined() }
    }
    return try Bench(text: text, file: "pair.yaml")
  }
}

/// Unit 9, the reference meter, which needs no time to start.
let referenceUnit: UnitIdentifier = 9

let limits = DeviceLimits(responseLimit: .seconds(5), probe: .diagnosticEcho)

/// A path that nothing stands at.
func freshPath(_ name: String) -> String {
  "/tmp/twin-\(getpid())-\(HostClock.now.nanoseconds)-\(name)"
}

/// Serves a twin while `body` runs; `stop` ends it before.
func withTwin(
  _ files: RigFiles,
  doors: [TwinDoor]? = nil,
  energy: TwinServing.Energy = .supplies,
  _ body: (_ addresses: TwinServing.Addresses, _ stop: @escaping @Sendable () async -> Void)
    async throws
    -> Void
) async throws {
  let bench = try files.bench(isServed: true)
  let profile = try #require(try BuiltInProfiles.load("integra-1221"))
  var serving = TwinServing(asWiredIn: bench, energy: energy)
  if let doors { serving.doors = doors }
  let server = try TwinServer(
    bench: bench,
    profiles: [profile.name: profile],
    serving: serving
  )
  let addresses = Locked<TwinServing.Addresses?>(nil)
  let running = Task {
    try await server.run(
      until: { lane in _ = await lane.park(until: nil) },
      ready: { found in addresses.withLock { $0 = found } }
    )
  }
  let stop: @Sendable () async -> Void = {
    running.cancel()
    _ = await running.result
  }
  let outcome: Result<Void, any Error>
  do {
    try await until { addresses.withLock { $0 != nil } || running.isCancelled }
    try await body(try #require(addresses.withLock { $0 }), stop)
    outcome = .success(())
  } catch {
    outcome = .failure(error)
  }
  running.cancel()
  try await running.value
  try outcome.get()
}

/// Opens the rig of a bench, operates it for `body`, and closes it.
func withRig<Value: Sendable>(
  _ bench: Bench,
  _ body: @escaping @Sendable (HardwareRig) async throws -> Value
) async throws -> Value {
  let rig = try HardwareRig(
    bench: bench,
    onExchange: { _, _ in },
    answers: [:],
    emergency: { _, _ in },
    takesSignals: false
  )
  try await rig.open()
  return try await rig.operate { try await body(rig) }
}

/// The name of the calling thread.
func threadName() -> String {
  let descriptor = open("/proc/thread-self/comm", O_RDONLY)
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 32)
  let count = max(0, read(descriptor, &bytes, bytes.count))
  return String(decoding: bytes.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self)
}

struct ConditionNeverCame: Error {}

/// Waits for a condition that others bring about, without keeping their threads from them.
nonisolated(nonsending) func until(_ condition: () async throws -> Bool) async throws {
  let limit = HostClock.now + .seconds(300)
  while !(try await condition()) {
    guard HostClock.now < limit else { throw ConditionNeverCame() }
    try await Task.sleep(for: .milliseconds(1))
  }
}

extension HardwareRig {
  /// One transaction on the bus.
  func ask(_ request: Request, of unit: UnitIdentifier = referenceUnit) async throws -> Exchange {
    try await #require(bus("dut")).exchange(request, with: unit, limits: limits)
  }

  /// The float in two input registers.
  func float(_ address: UInt16) async throws -> Float? {
    let exchange = try await ask(.readInputRegisters(address: address, count: 2))
    return (exchange.response?.registers)
      .flatMap { RegisterEncoding.float32($0, order: .highFirst) }
  }
}
