import Benches
import Modbus
import Pulses
import Quantities
import Rig
import Station
import Testing

@testable import HostRig

/// What is no bus: edges, outputs and interlocks through the rig socket of a served twin.
@Suite(.timeLimit(.minutes(1)))
struct RigServingTests {
  private static let bank = OutputName.load("bank")
  private static let supply = OutputName.supply(position: "A1")

  @Test func `edges arrive with stamps of this machine's clock and without a gap`() async throws {
    let files = RigFiles.withSocket()
    try await withTwin(files) { _, _ in
      let before = HostClock.now
      let edges = try await withRig(try files.bench(isServed: false)) { rig in
        let stream = try #require(rig.edges(of: .reference))
        #expect(rig.edges(of: .pulse(position: "A1", output: "pulse-1")) == nil)
        try await rig.outputs.set(Self.bank, on: true)
        var edges: [Edge] = []
        // A machine that is busy with other tests may take its time.
        let deadline = rig.lane.now + .seconds(45)
        while edges.count < 60, rig.lane.now < deadline {
          let batch = await stream.next(until: deadline, on: rig.lane)
          try #require(batch.end == nil)
          #expect(batch.losses.isEmpty)
          #expect(batch.edges.allSatisfy { $0.time <= HostClock.now })
          edges += batch.edges
        }
        return edges
      }
      try #require(edges.count >= 60)
      #expect(edges.allSatisfy { $0.time > before })
      let first = try #require(edges.first?.sequence)
      #expect(edges.map(\.sequence) == edges.indices.map { first &+ UInt32($0) })
      let leading = edges.filter(\.isLeading)
      let span = try #require(leading.last).time.duration(since: try #require(leading.first).time)
      // 3 · (230 V)² / 46 Ω = 3450 W; at 100 000 impulses for each kWh one comes every 10.43 ms.
      let period = span.inSeconds / Double(leading.count - 1)
      #expect(abs(period - 3_600_000 / 3450.0 / 100_000) < 1e-6)
    }
  }

  @Test func `an output is switched and read back`() async throws {
    let files = RigFiles.withSocket()
    try await withTwin(files) { _, _ in
      try await withRig(try files.bench(isServed: false)) { rig in
        for output in [Self.supply, Self.bank] {
          #expect(try await rig.outputs.readBack(output) == false)
          try await rig.outputs.set(output, on: true)
          #expect(try await rig.outputs.readBack(output) == true)
        }
        for output in [Self.bank, Self.supply] {
          try await rig.outputs.set(output, on: false)
          #expect(try await rig.outputs.readBack(output) == false)
        }
        await #expect(throws: RigFault.self) {
          try await rig.outputs.set(.load("none"), on: true)
        }
      }
    }
  }

  @Test func `a client that leaves finds its outputs made safe`() async throws {
    let files = RigFiles.withSocket(hasPulses: false)
    try await withTwin(files) { _, _ in
      let bench = try files.bench(isServed: false)
      try await withRig(bench) { rig in
        try await rig.outputs.set(Self.bank, on: true)
        try await until { try await rig.float(6) == 5 }
      }
      var busOnly = bench
      busOnly.chips = []
      try await withRig(busOnly) { rig in try await until { try await rig.float(6) == 0 } }
    }
  }

  @Test func `an open interlock interrupts and shows in the read-back`() async throws {
    let files = RigFiles.withSocket(faults: ["{ fault: interlock-opens, on: door, at: 300 ms }"])
    try await withTwin(files) { _, _ in
      let bench = try files.bench(isServed: false)
      // The second client finds it open already.
      for _ in 0..<2 {
        try await withRig(bench) { rig in
          try await rig.outputs.set(Self.supply, on: true)
          guard case .interlockOpened("door", _) = await rig.nextInterruption() else {
            Issue.record("no interlock")
            return
          }
          #expect(try await rig.outputs.readBack(Self.supply) == false)
        }
      }
    }
  }

  @Test func `an output that falls off for a moment is told, with both moments`() async throws {
    let fault = "{ fault: fallen-output, on: A1, at: 1500 ms, until: 1520 ms }"
    let files = RigFiles.withSocket(faults: [fault])
    try await withTwin(files) { _, _ in
      try await withRig(try files.bench(isServed: false)) { rig in
        let changes = Locked<[ReadBackChange]>([])
        rig.outputs.watchReadBacks { change in changes.withLock { $0.append(change) } }
        try await rig.outputs.set(Self.supply, on: true)
        let deadline = rig.lane.now + .seconds(10)
        while changes.withLock({ $0.count }) < 3, rig.lane.now < deadline {
          _ = try await rig.outputs.readBack(Self.supply)
          await rig.lane.endure(until: rig.lane.now + .milliseconds(20))
        }
        let told = changes.withLock { $0 }
        #expect(told.map(\.isOn) == [true, false, true])
        #expect(told.allSatisfy { $0.output == Self.supply })
        guard told.count == 3 else { return }
        #expect(told[2].time.duration(since: told[1].time) == .milliseconds(20))
      }
    }
  }

  @Test func `a lost rig socket is a fault, ends its lines, and fails what is asked`() async throws
  {
    let files = RigFiles.withSocket()
    try await withTwin(files) { _, stop in
      try await withRig(try files.bench(isServed: false)) { rig in
        let stream = try #require(rig.edges(of: .reference))
        #expect(try await rig.outputs.readBack(Self.bank) == false)
        await stop()
        guard case .fault(let fault) = await rig.nextInterruption() else {
          Issue.record("no fault")
          return
        }
        #expect(fault.part == Part(.chip, "twin"))
        let end = await stream.next(until: rig.lane.now + .seconds(5), on: rig.lane).end
        #expect(end == .failed(fault.text))
        await #expect(throws: fault) { try await rig.outputs.set(Self.bank, on: false) }
      }
    }
  }

  @MainActor
  @Test func `a run lives on the lane of its rig, whoever starts it`() async throws {
    let files = RigFiles.withSocket()
    try await withTwin(files) { _, _ in
      let thread = try await withRig(try files.bench(isServed: false)) { _ in threadName() }
      #expect(thread == "engine")
    }
  }

  @Test func `after a run its outputs cannot be switched in silence`() async throws {
    let files = RigFiles.withSocket()
    try await withTwin(files) { _, _ in
      let rig = try await withRig(try files.bench(isServed: false)) { $0 }
      #expect(rig.kind == .twin)
      await #expect(throws: RigFault.self) { try await rig.outputs.set(Self.bank, on: false) }
    }
  }
}
