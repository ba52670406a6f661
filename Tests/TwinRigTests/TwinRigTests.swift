import Modbus
import Pulses
import Quantities
import Rig
import Testing

@testable import Benches
@testable import TwinRig

@Suite struct TwinRigTests {
  private static let limits = DeviceLimits(
    responseLimit: .milliseconds(300),
    minimumPause: .milliseconds(100)
  )

  private static func rig(
    _ bench: Bench,
    answers: [String: String] = [:],
    onExchange: @escaping @Sendable (String, Exchange) -> Void = { _, _ in }
  ) throws -> TwinRig {
    try TwinRig(
      bench: bench,
      profiles: Fixture.profiles,
      onExchange: onExchange,
      answers: answers
    )
  }

  private static func energise(_ rig: TwinRig, _ positions: [String] = ["A1"]) async throws {
    for position in positions { try await rig.outputs.set(.supply(position: position), on: true) }
    try await rig.outputs.set(.load("bank"), on: true)
    try await rig.lane.sleep(until: rig.lane.now + .seconds(5))
  }

  @Test func aReadThroughTheBusGivesTheMetersValueAndItsTimes() throws {
    let rig = try Self.rig(Fixture.bench())
    let exchange = try rig.virtualLane.run {
      try await rig.operate {
        try await Self.energise(rig)
        return try await rig.bus("dut")?.exchange(
          .readInputRegisters(address: 0, count: 2),
          with: 1,
          limits: Self.limits
        )
      }
    }
    let registers = try #require(exchange?.response?.registers)
    #expect(RegisterEncoding.float32(registers, order: .highFirst) == 230)
    // 40 ms to the first byte, and that byte's own time on the line.
    let character = LineTiming(baud: 9600, bitsPerCharacter: 10).characterTime
    #expect(exchange?.responseTime == .milliseconds(40) + character)
  }

  /// How one read through the real client ends.
  private static func outcome(_ bench: Bench) throws -> Outcome? {
    let rig = try rig(bench)
    return try rig.virtualLane.run {
      try await rig.operate {
        try await energise(rig, bench.positions.map(\.name))
        return try await rig.bus("dut")?.exchange(
          .readInputRegisters(address: 0, count: 2),
          with: 1,
          limits: limits
        ).outcome
      }
    }
  }

  private static let volts = Outcome.response(
    .registers(RegisterEncoding.registers(Float(230), order: .highFirst))
  )

  @Test(arguments: [TwinFault.Kind.echo, .noise])
  func theClientGetsThroughEchoAndNoise(kind: TwinFault.Kind) throws {
    let bench = Fixture.bench(faults: [Fixture.fault(kind, "dut", at: 0)])
    #expect(try Self.outcome(bench) == Self.volts)
  }

  @Test(arguments: [
    BusWiring.Connection.tcp(host: "localhost", port: 502),
    .rtuOverTCP(host: "localhost", port: 502),
  ])
  func theClientReadsThroughAGateway(connection: BusWiring.Connection) throws {
    #expect(try Self.outcome(Fixture.bench(connection: connection)) == Self.volts)
  }

  @Test func theClientSeesADamagedReplyASilentMeterAndALateOne() throws {
    func failure(_ kind: TwinFault.Kind, amount: Double? = nil) throws -> ExchangeFailure? {
      let bench = Fixture.bench(faults: [Fixture.fault(kind, "A1", at: 0, amount: amount)])
      guard case .failed(let failure)? = try Self.outcome(bench) else { return nil }
      return failure
    }
    #expect(try failure(.damagedReplies) == .damagedReply)
    #expect(try failure(.silentMeter) == .timedOut(received: 0))
    #expect(try failure(.lateReplies, amount: 0.5) == .timedOut(received: 0))
  }

  @Test func theClientGetsNothingOutOfTwoMetersWithOneAddress() throws {
    let positions = [Fixture.position("A1", address: 1), Fixture.position("A2", address: 1)]
    guard case .failed? = try Self.outcome(Fixture.bench(positions: positions)) else {
      Issue.record("a collision was taken for a reply")
      return
    }
  }

  @Test func aLateReplyIsNeverTakenForALaterOne() throws {
    let positions = [Fixture.position("A1", address: 1), Fixture.position("A2", address: 2)]
    let bench = Fixture.bench(
      positions: positions,
      faults: [Fixture.fault(.lateReplies, "A1", at: 5, until: 6, amount: 0.5)]
    )
    let rig = try Self.rig(bench)
    let outcomes = try rig.virtualLane.run {
      try await rig.operate {
        try await Self.energise(rig, ["A1", "A2"])
        var outcomes: [Outcome?] = []
        // The first is late; its late reply has the shape of the second's.
        for (unit, address) in [(1, 0x00), (2, 0x06), (1, 0x06)] {
          outcomes.append(
            try await rig.bus("dut")?.exchange(
              .readInputRegisters(address: UInt16(address), count: 2),
              with: UnitIdentifier(rawValue: UInt8(unit)),
              limits: Self.limits
            ).outcome
          )
        }
        return outcomes
      }
    }
    let amperes = RegisterEncoding.registers(Float(5), order: .highFirst)
    #expect(outcomes[0] == .failed(.timedOut(received: 0)))
    #expect(outcomes[1] == .response(.registers(amperes)))
    #expect(outcomes[2] == .response(.registers(amperes)))
  }

  @Test func edgesArriveAtTheirOwnMoment() throws {
    let rig = try Self.rig(Fixture.bench())
    let late = try rig.virtualLane.run {
      try await rig.operate {
        let stream = try #require(rig.edges(of: pulse2))
        try await Self.energise(rig)
        stream.discard()
        var late: [Duration] = []
        while rig.lane.now < .at(60) {
          let batch = await stream.next(until: .at(60), on: rig.lane)
          late += batch.edges.map { rig.lane.now.duration(since: $0.time) }
          #expect(batch.losses.isEmpty)
        }
        return late
      }
    }
    #expect(late.count > 300)
    #expect(late.allSatisfy { $0 == .zero })
  }

  @Test func aLoadThatIsSwitchedMidwayWakesThePump() throws {
    let rig = try Self.rig(Fixture.bench())
    let first = try rig.virtualLane.run {
      try await rig.operate {
        let stream = try #require(rig.edges(of: pulse2))
        try await rig.outputs.set(.supply(position: "A1"), on: true)
        #expect(await stream.next(until: .at(10), on: rig.lane).edges.isEmpty)
        try await rig.outputs.set(.load("bank"), on: true)
        return await stream.next(until: .at(20), on: rig.lane).edges.first
      }
    }
    #expect(try #require(first).time < .at(10.4))
  }

  @Test func streamsEndWhenTheRigDoes() throws {
    let rig = try Self.rig(Fixture.bench())
    let end = try rig.virtualLane.run {
      let stream = try #require(rig.edges(of: pulse2))
      try await rig.operate { try await rig.lane.sleep(until: .at(1)) }
      return await stream.next(until: .at(2), on: rig.lane).end
    }
    #expect(end == .closed)
  }

  @Test func aPulledAdapterEndsAReadAtOnce() throws {
    let bench = Fixture.bench(faults: [Fixture.fault(.adapterPulled, "left", at: 8.01)])
    let rig = try Self.rig(bench)
    let (fault, moment) = try rig.virtualLane.run {
      try await rig.operate {
        try await Self.energise(rig)
        try await rig.lane.sleep(until: .at(8))
        do {
          _ = try await rig.bus("dut")?.exchange(
            .readInputRegisters(address: 0, count: 2),
            with: 1,
            limits: Self.limits
          )
          return (BusFault?.none, rig.lane.now)
        } catch let fault as BusFault {
          return (fault, rig.lane.now)
        }
      }
    }
    guard case .disconnected? = fault?.failure else {
      Issue.record("no disconnection but \(String(describing: fault))")
      return
    }
    #expect(moment == .at(8.01))
  }

  @Test func scriptedInterruptionsComeInOrderAndEndWithCancellation() throws {
    let bench = Fixture.bench(faults: [
      Fixture.fault(.interlockOpens, "cover", at: 20, until: 30),
      Fixture.fault(.interruption, "run", at: 10, amount: 15),
    ])
    let rig = try Self.rig(bench)
    let seen = try rig.virtualLane.run {
      try await rig.operate {
        await withTaskGroup(of: [(Interruption, Double)].self) { group in
          group.addTask {
            var seen: [(Interruption, Double)] = []
            for _ in 0..<3 {
              seen.append((await rig.nextInterruption(), rig.lane.now.seconds))
            }
            return seen
          }
          try? await rig.lane.sleep(until: .at(40))
          group.cancelAll()
          return await group.next() ?? []
        }
      }
    }
    #expect(
      seen.map(\.0) == [.stop(signal: 15), .interlockOpened("cover", at: .at(20)), .none]
    )
    #expect(seen.map(\.1) == [10, 20, 40])
  }

  @Test func aSuspensionShowsInBothClocksAndCostsEdges() throws {
    let bench = Fixture.bench(faults: [
      Fixture.fault(.suspend, "host", at: 100, amount: 50)
    ])
    let rig = try Self.rig(bench)
    let result = try rig.virtualLane.run {
      try await rig.operate {
        try await Self.energise(rig)
        try await rig.lane.sleep(until: .at(99))
        let before = rig.suspendedTime
        try await rig.lane.sleep(until: .at(101))
        return (before, rig.suspendedTime, rig.wallTime.millisecondsSinceEpoch)
      }
    }
    #expect(result.0 == .zero)
    #expect(result.1 == .seconds(50))
    #expect(result.2 == 1_700_000_151_000)
    var plant = try TwinPlant.energised(bench)
    let edges = plant.edges(of: pulse2, until: 200).filter(\.isLeading)
    #expect(abs(edges.count - Int(198 * 3450 * 3200 / 3.6e6)) <= 1)
    #expect(abs((try plant.float(0x48, at: 200) ?? 0) - 3.45 * 247 / 3600) < 0.002)
  }

  @Test func theOperatorGivesTheScriptedAnswers() throws {
    let rig = try Self.rig(Fixture.bench(), answers: ["A1.look": "yes", "look": "no"])
    let answers = try rig.virtualLane.run {
      var answers: [String?] = []
      for (position, step) in [("A1", "look"), ("A2", "look"), ("A1", "listen")] {
        answers.append(
          try await rig.operator.ask(
            Question(position: position, step: step, prompt: "?", choices: [])
          )
        )
      }
      return answers
    }
    #expect(answers == ["yes", "no", nil])
  }

  @Test func loadsComeBeforeSuppliesOnTheWayToSafety() throws {
    let plant = try TwinPlant(bench: Fixture.bench(), profiles: Fixture.profiles)
    #expect(plant.safeStates.map(\.output) == [.load("bank"), .supply(position: "A1")])
  }

  /// All that a run with jitter, noise, collisions and four positions shows.
  private static func trace(seed: UInt64) throws -> [String] {
    let positions = (1...4).map { Fixture.position("A\($0)", address: $0 == 4 ? 3 : UInt8($0)) }
    let meters = (1...4).map { number in
      Fixture.meter("A\(number)") {
        $0.pulseJitter = 0.0005
        $0.error = Double(number) / 1000
      }
    }
    let bench = Fixture.bench(
      positions: positions,
      meters: meters,
      faults: [
        Fixture.fault(.noise, "A1", at: 20), Fixture.fault(.bounce, "A2", at: 30, amount: 0.001),
      ],
      seed: seed
    )
    let trace = Locked<[String]>([])
    let rig = try rig(bench) { bus, exchange in
      trace.withLock { $0.append("\(bus) \(exchange.frames) \(exchange.finishedAt)") }
    }
    try rig.virtualLane.run {
      try await rig.operate {
        let names = positions.map(\.name)
        try await energise(rig, names)
        await withTaskGroup(of: Void.self) { group in
          for position in positions {
            guard let stream = rig.edges(of: .pulse(position: position.name, output: "pulse-2"))
            else { return }
            group.addTask {
              while rig.lane.now < .at(60) {
                let batch = await stream.next(until: .at(60), on: rig.lane)
                trace.withLock { $0.append("\(position.name) \(batch.edges)") }
              }
            }
            group.addTask {
              while rig.lane.now < .at(60) {
                _ = try? await rig.bus("dut")?.exchange(
                  .readInputRegisters(address: 0x48, count: 2),
                  with: UnitIdentifier(rawValue: position.address),
                  limits: limits
                )
              }
            }
          }
        }
      }
    }
    return trace.withLock { $0 }
  }

  @Test func twoRunsOfOneSeedAreAlikeToTheLastByteAndAnotherSeedIsNot() throws {
    let first = try Self.trace(seed: 7)
    #expect(first.count > 800)
    #expect(try Self.trace(seed: 7) == first)
    #expect(try Self.trace(seed: 8) != first)
  }

  @Test func tenMinutesOfFourPositionsLoseNoEdge() throws {
    let positions = (1...4).map { Fixture.position("A\($0)", address: UInt8($0)) }
    let rig = try Self.rig(Fixture.bench(positions: positions))
    let edges = try rig.virtualLane.run {
      try await rig.operate {
        let streams = positions.compactMap {
          rig.edges(of: .pulse(position: $0.name, output: "pulse-2"))
        }
        try await Self.energise(rig, positions.map(\.name))
        return await withTaskGroup(of: [Edge].self) { group in
          for stream in streams {
            group.addTask {
              var edges: [Edge] = []
              while rig.lane.now < .at(600) {
                edges += await stream.next(until: .at(600), on: rig.lane).edges
              }
              return edges
            }
          }
          return await group.reduce(into: [[Edge]]()) { $0.append($1) }
        }
      }
    }
    #expect(edges.count == 4)
    for edges in edges {
      #expect(abs(edges.count - Int(2 * 598 * 3450 * 3200 / 3.6e6)) <= 2)
      #expect(edges.compactMap(\.sequence) == Array(1...UInt32(edges.count)))
    }
  }
}
