import Benches
import Glibc
import Modbus
import Quantities
import Rig
import Station
import Testing

@testable import HostRig

/// A run's buses over what a served twin offers.
@Suite(.timeLimit(.minutes(1)))
struct BusServingTests {
  @Test func `a voltage is read over the pseudo-terminal, in the time of the line`() async throws {
    let files = RigFiles()
    try await withTwin(files) { addresses, _ in
      #expect(addresses.buses.map(\.path) == [files.terminal])
      let exchange = try await withRig(try files.bench(isServed: false)) { rig in
        #expect(rig.kind == .twin)
        return try await rig.ask(.readInputRegisters(address: 0, count: 2))
      }
      let registers = try #require(exchange.response?.registers)
      #expect(RegisterEncoding.float32(registers, order: .highFirst) == 230)
      // The twin's meters need 40 ms from the end of the request to the first byte. Taken from before
      // the request, because this side may be put aside between writing it and looking at the clock.
      #expect(try #require(exchange.firstByteAt) - exchange.started >= .milliseconds(40))
    }
  }

  @Test func `a setting is written with function 16 and read back`() async throws {
    let files = RigFiles()
    try await withTwin(files) { _, _ in
      try await withRig(try files.bench(isServed: false)) { rig in
        for minutes: Float in [15, 30] {
          let values = RegisterEncoding.registers(minutes, order: .highFirst)
          let written = try await rig.ask(.writeRegisters(address: 2, values: values))
          #expect(written.outcome == .response(.written))
          let read = try await rig.ask(.readHoldingRegisters(address: 2, count: 2))
          #expect(read.response?.registers == values)
        }
      }
    }
  }

  @Test func `a function that the meter lacks is refused with exception 01`() async throws {
    let files = RigFiles()
    try await withTwin(files) { _, _ in
      let exchange = try await withRig(try files.bench(isServed: false)) { rig in
        try await rig.ask(.readCoils(address: 0, count: 1))
      }
      #expect(exchange.outcome == .exception(.illegalFunction))
    }
  }

  @Test(arguments: [false, true])
  func `a serial bus is reached over TCP, and counts as simulated`(isRTU: Bool) async throws {
    let served = RigFiles()
    let door = try #require(TwinDoor(tcp: "dut=127.0.0.1:0", isRTU: isRTU))
    try await withTwin(served, doors: [door]) { addresses, _ in
      let address = try #require(addresses.buses.first?.socket)
      let client = RigFiles(connection: "\(isRTU ? "rtu-over-tcp" : "tcp"): '\(address)'")
      // Several runs, one after the other.
      for _ in 0..<3 {
        try await withRig(try client.bench(isServed: false)) { rig in
          #expect(rig.kind == .twin)
          #expect(try await rig.float(0) == 230)
          let refused = try await rig.ask(.readCoils(address: 0, count: 1))
          #expect(refused.outcome == .exception(.illegalFunction))
        }
      }
    }
  }

  @Test func `a bus of Modbus TCP is served as such and as nothing else`() async throws {
    let served = RigFiles(connection: "tcp: '127.0.0.1:1'")
    try await withTwin(served, doors: [TwinDoor(.tcp(host: "127.0.0.1", port: 0))]) {
      addresses,
      _ in
      let address = try #require(addresses.buses.first?.socket)
      let client = RigFiles(connection: "tcp: '\(address)'")
      let voltage = try await withRig(try client.bench(isServed: false)) { try await $0.float(0) }
      #expect(voltage == 230)
    }
    await #expect(throws: RigFault.self) {
      try await withTwin(served, doors: [TwinDoor(.pseudoTerminal(linkPath: nil))]) { _, _ in }
    }
  }

  @Test func `a meter under supply and load shows both without any rig client`() async throws {
    let files = RigFiles.withSocket(hasPulses: false)
    let buses = TwinDoor(.pseudoTerminal(linkPath: files.terminal))
    try await withTwin(files, doors: [buses], energy: .load("bank")) { _, _ in
      let client = RigFiles(connection: "adapter: left")
      var bench = try client.bench(isServed: false)
      bench.adapters[0].identity = .path(files.terminal)
      try await withRig(bench) { rig in
        #expect(try await rig.float(6) == 5)
        // The meter in the socket starts two seconds after its supply came.
        try await until {
          let limits = DeviceLimits(responseLimit: .milliseconds(200), lateWindow: .zero)
          let exchange = try await rig.bus("dut")?.exchange(
            .readInputRegisters(address: 0, count: 2),
            with: 7,
            limits: limits
          )
          return exchange?.response?.registers
            == RegisterEncoding.registers(Float(230), order: .highFirst)
        }
      }
    }
  }

  @Test func `a pulled adapter disconnects the bus and comes back under its path`() async throws {
    let files = RigFiles(faults: ["{ fault: adapter-pulled, on: dut, at: 200 ms, until: 400 ms }"])
    try await withTwin(files) { _, _ in
      let bench = try files.bench(isServed: false)
      let fault = await #expect(throws: BusFault.self) {
        try await withRig(bench) { rig in while true { _ = try await rig.float(0) } }
      }
      guard case .disconnected = fault?.failure else {
        Issue.record("\(String(describing: fault))")
        return
      }
      try await until { access(files.terminal, F_OK) == 0 }
      let voltage = try await withRig(bench) { try await $0.float(0) }
      #expect(voltage == 230)
    }
  }

  @Test func `doors are read as people write them`() {
    #expect(TwinDoor(pseudoTerminal: "/tmp/bus") == TwinDoor(.pseudoTerminal(linkPath: "/tmp/bus")))
    #expect(
      TwinDoor(pseudoTerminal: "dut=/tmp/bus")
        == TwinDoor(bus: "dut", .pseudoTerminal(linkPath: "/tmp/bus"))
    )
    #expect(TwinDoor(tcp: "1502") == TwinDoor(.tcp(host: "127.0.0.1", port: 1502)))
    #expect(TwinDoor(tcp: "dut=[::1]:502") == TwinDoor(bus: "dut", .tcp(host: "::1", port: 502)))
    #expect(TwinDoor(tcp: "host:port") == nil)
    #expect(TwinDoor(tcp: ":99999") == nil)
  }
}
