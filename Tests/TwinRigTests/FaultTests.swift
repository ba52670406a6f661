import Modbus
import Pulses
import Quantities
import Rig
import Testing

@testable import Benches
@testable import TwinRig

@Suite struct FaultTests {
  private static let period = 3.6e6 / (3450 * 3200.0)

  private static func plant(_ faults: TwinFault...) throws -> TwinPlant {
    try TwinPlant.energised(Fixture.bench(faults: faults))
  }

  private static let request = RTUFrame.wrap(unit: 1, pdu: [4, 0, 0, 0, 2])
  private static let reply = RTUFrame.wrap(unit: 1, pdu: [4, 4, 0x43, 0x66, 0, 0])

  private static func heard(_ plant: inout TwinPlant, at seconds: Double) -> [TwinReply] {
    plant.receive(request, onBus: "dut", at: .at(seconds))
  }

  @Test func withoutAFaultTheReplyIsWholeAndInTime() throws {
    var plant = try Self.plant()
    #expect(Self.heard(&plant, at: 10) == [TwinReply(at: .at(10.04), bytes: Self.reply)])
  }

  @Test func aWrongCheckSumGivesSilence() throws {
    var plant = try Self.plant()
    var request = Self.request
    request[3] ^= 1
    #expect(plant.receive(request, onBus: "dut", at: .at(10)).isEmpty)
  }

  @Test func aBroadcastIsNeverAnswered() throws {
    var plant = try Self.plant()
    let frame = RTUFrame.wrap(unit: 0, pdu: [16, 0, 2, 0, 2, 4, 0x41, 0xF0, 0, 0])
    #expect(plant.receive(frame, onBus: "dut", at: .at(10)).isEmpty)
    #expect(try plant.holding(0x02, at: 11) == 8)
  }

  @Test func aRequestInPiecesIsAnsweredOnce() throws {
    var plant = try Self.plant()
    #expect(plant.receive(Array(Self.request[..<5]), onBus: "dut", at: .at(10)).isEmpty)
    let replies = plant.receive(Array(Self.request[5...]), onBus: "dut", at: .at(10.005))
    #expect(replies.map(\.bytes) == [Self.reply])
  }

  @Test(arguments: [
    (TwinFault.Kind.silentMeter, "A1"), (.deadBus, "dut"), (.adapterPulled, "left"),
    (.adapterPulled, "dut"),
  ])
  func silenceLastsForItsTime(kind: TwinFault.Kind, target: String) throws {
    var plant = try Self.plant(Fixture.fault(kind, target, at: 10, until: 20))
    #expect(Self.heard(&plant, at: 9.9).count == 1)
    #expect(Self.heard(&plant, at: 10).isEmpty)
    #expect(Self.heard(&plant, at: 19.9).isEmpty)
    #expect(Self.heard(&plant, at: 20).count == 1)
    #expect(plant.isPulled(bus: "dut", at: .at(15)) == (kind == .adapterPulled))
  }

  @Test(arguments: ["A1", "dut"])
  func lateRepliesComeLaterByTheAmount(target: String) throws {
    var plant = try Self.plant(Fixture.fault(.lateReplies, target, at: 10, amount: 0.5))
    #expect(Self.heard(&plant, at: 10) == [TwinReply(at: .at(10.54), bytes: Self.reply)])
  }

  @Test func damagedRepliesHaveAWrongCheckSum() throws {
    var plant = try Self.plant(Fixture.fault(.damagedReplies, "A1", at: 10))
    let bytes = try #require(Self.heard(&plant, at: 10).first?.bytes)
    #expect(bytes.count == Self.reply.count)
    #expect(bytes.dropLast() == Self.reply.dropLast())
    #expect(CRC16.of(bytes) != 0)
  }

  @Test func noiseComesBeforeTheReply() throws {
    var plant = try Self.plant(Fixture.fault(.noise, "dut", at: 10))
    #expect(Self.heard(&plant, at: 10).map(\.bytes) == [[0] + Self.reply])
  }

  @Test func anEchoComesBeforeTheReply() throws {
    var plant = try Self.plant(Fixture.fault(.echo, "dut", at: 10))
    #expect(Self.heard(&plant, at: 10).map(\.bytes) == [Self.request, Self.reply])
  }

  @Test func anEnergyRegisterHoldsNaN() throws {
    var plant = try Self.plant(Fixture.fault(.notANumber, "A1", at: 10))
    #expect(try plant.float(0x48, at: 9)?.isNaN == false)
    #expect(try plant.float(0x48, at: 10)?.isNaN == true)
    #expect(try plant.float(0x00, at: 11) == 230)
  }

  @Test func aSelfTestErrorTakesTheInputRegistersAway() throws {
    var plant = try Self.plant(Fixture.fault(.selfTestError, "A1", at: 10))
    #expect(
      try plant.ask(.readInputRegisters(address: 0, count: 2), at: 11) == [0x84, 2]
    )
    #expect(try plant.holding(0x02, at: 12) == 8)
  }

  @Test func refusedAndForgottenWritesLeaveTheOldValue() throws {
    var plant = try Self.plant(
      Fixture.fault(.refusedWrites, "A1", at: 10, until: 20),
      Fixture.fault(.forgottenWrites, "A1", at: 20, until: 30)
    )
    #expect(try plant.write(30, to: 0x02, at: 11) == [0x90, 5])
    #expect(try plant.holding(0x02, at: 12) == 8)
    #expect(try plant.write(30, to: 0x02, at: 21)?.first == 0x10)
    #expect(try plant.holding(0x02, at: 22) == 8)
    #expect(try plant.write(30, to: 0x02, at: 31)?.first == 0x10)
    #expect(try plant.holding(0x02, at: 32) == 30)
  }

  @Test func aSilentOutputStopsAndGoesOnWithItsOwnRhythm() throws {
    var plant = try Self.plant(
      Fixture.fault(.silentOutput, "A1", at: 20, until: 30, output: "pulse-2")
    )
    let leading = plant.edges(of: pulse2, until: 40).filter(\.isLeading)
    #expect(!leading.contains { $0.time >= .at(20) && $0.time < .at(30) })
    let gaps = zip(leading, leading.dropFirst()).map {
      $1.time.duration(since: $0.time).inSeconds / Self.period
    }
    #expect(gaps.allSatisfy { abs($0 - $0.rounded()) < 1e-6 })
    #expect(gaps.filter { $0 > 1.5 }.count == 1)
  }

  @Test func aDroppedPulseLeavesADoublePeriodAndNoOtherTrace() throws {
    var plant = try Self.plant(Fixture.fault(.droppedPulse, "A1.pulse-2", at: 20))
    let edges = plant.edges(of: pulse2, until: 40)
    let leading = edges.filter(\.isLeading)
    let gaps = zip(leading, leading.dropFirst()).map {
      $1.time.duration(since: $0.time).inSeconds / Self.period
    }
    #expect(gaps.filter { abs($0 - 2) < 1e-6 }.count == 1)
    #expect(edges.compactMap(\.sequence) == Array(1...UInt32(edges.count)))
  }

  @Test func aDroppedEdgeLeavesTwoEqualEdges() throws {
    var plant = try Self.plant(Fixture.fault(.droppedEdge, "A1.pulse-2", at: 20))
    let edges = plant.edges(of: pulse2, until: 40)
    let equal = zip(edges, edges.dropFirst()).filter { $0.isLeading == $1.isLeading }
    #expect(equal.count == 1)
    #expect(edges.compactMap(\.sequence) == Array(1...UInt32(edges.count)))
  }

  @Test func anExtraPulseIsOneMore() throws {
    var sound = try Self.plant()
    var plant = try Self.plant(Fixture.fault(.extraPulse, "A1.pulse-2", at: 20))
    let expected = sound.edges(of: pulse2, until: 40)
    let edges = plant.edges(of: pulse2, until: 40)
    #expect(edges.count == expected.count + 2)
    #expect(zip(edges, edges.dropFirst()).allSatisfy { $0.isLeading != $1.isLeading })
  }

  @Test func bounceAddsTransitionsWithinItsTime() throws {
    var sound = try Self.plant()
    var plant = try Self.plant(Fixture.fault(.bounce, "A1", at: 0, amount: 0.003))
    let expected = sound.edges(of: pulse2, until: 40)
    let edges = plant.edges(of: pulse2, until: 40.01)
    #expect(edges.count == 3 * expected.count)
    for (index, edge) in expected.enumerated() {
      let group = edges[(3 * index)..<(3 * index + 3)]
      #expect(group.map(\.isLeading) == [edge.isLeading, !edge.isLeading, edge.isLeading])
      #expect(group.first?.time == edge.time)
      #expect(group.allSatisfy { $0.time <= edge.time + .milliseconds(3) })
    }
  }

  @Test func anOverflowIsALossAndNoEdge() throws {
    var plant = try Self.plant(Fixture.fault(.edgeOverflow, "A1.pulse-2", at: 20))
    let losses = plant.events(of: pulse2, until: 40).compactMap { event -> EdgeLoss? in
      if case .loss(let loss) = event { loss } else { nil }
    }
    #expect(losses == [.queueFull(at: .at(20))])
  }

  @Test func pulsesTakeTheWidthOfTheFault() throws {
    var plant = try Self.plant(
      Fixture.fault(.pulseWidth, "A1", at: 20, output: "pulse-2", amount: 0.012)
    )
    #expect(plant.edges(of: pulse2, until: 19).widths.allSatisfy { abs($0 - 0.04) < 1e-9 })
    _ = plant.edges(of: pulse2, until: 21)
    #expect(plant.edges(of: pulse2, until: 40).widths.allSatisfy { abs($0 - 0.012) < 1e-9 })
  }

  @Test func aSilentReferenceStops() throws {
    let reference = Reference(
      kind: .pulses(
        line: Fixture.line("reference"),
        constant: Quantity(10_000, .impulsesPerKilowattHour)
      ),
      energy: .activeImport,
      accuracy: 0.001,
      calibratedUntil: nil,
      certificate: nil,
      location: Fixture.somewhere,
      profileLocation: Fixture.somewhere,
      quantityLocation: Fixture.somewhere
    )
    var plant = try TwinPlant.energised(
      Fixture.bench(
        faults: [Fixture.fault(.silentReference, "reference", at: 20)],
        reference: reference
      )
    )
    #expect(plant.edges(of: .reference, until: 20).count > 300)
    _ = plant.edges(of: .reference, until: 20.1)
    #expect(plant.edges(of: .reference, until: 40).isEmpty)
  }

  @Test(arguments: ["load bank", "bank"])
  func aStuckOutputStaysAsItIs(target: String) throws {
    var plant = try Self.plant(Fixture.fault(.stuckOutput, target, at: 20))
    try plant.set(.load("bank"), on: false, at: .at(21))
    #expect(plant.readBack(.load("bank"), at: .at(22)) == true)
    #expect(try plant.float(0x06, at: 25) == 5)
  }

  @Test func anOpenInterlockCutsPower() throws {
    var plant = try Self.plant(Fixture.fault(.interlockOpens, "cover", at: 20, until: 30))
    plant.advance(to: .at(21))
    #expect(plant.isInterlockOpen)
    #expect(plant.readBack(.load("bank"), at: .at(22)) == false)
    #expect(try plant.float(0x00, at: 23) == nil)
    #expect(try plant.float(0x06, at: 40) == 5)
  }

  @Test func metersOfOneAddressSpoilEachOthersReplies() throws {
    let positions = [Fixture.position("A1", address: 1), Fixture.position("A2", address: 1)]
    var plant = try TwinPlant.energised(Fixture.bench(positions: positions))
    let replies = Self.heard(&plant, at: 10)
    #expect(replies.count == 1)
    #expect(CRC16.of(replies[0].bytes) != 0)
    var again = try TwinPlant.energised(Fixture.bench(positions: positions))
    #expect(Self.heard(&again, at: 10) == replies)
    // One alone is heard.
    try plant.set(.supply(position: "A2"), on: false, at: .at(11))
    #expect(Self.heard(&plant, at: 12).map(\.bytes) == [Self.reply])
  }

  @Test func aGatewayCarriesTheTransactionNumberBack() throws {
    var plant = try TwinPlant.energised(
      Fixture.bench(connection: .tcp(host: "localhost", port: 502))
    )
    let request = TCPFrame.wrap(transaction: 77, unit: 1, pdu: [4, 0, 0, 0, 2])
    #expect(
      plant.receive(request, onBus: "dut", at: .at(10)).map(\.bytes)
        == [TCPFrame.wrap(transaction: 77, unit: 1, pdu: [4, 4, 0x43, 0x66, 0, 0])]
    )
  }
}
