import Modbus
import Quantities
import Rig
import Testing

@testable import Benches
@testable import MeterProfiles
@testable import TwinRig

@Suite struct MeterServerTests {
  private static func plant(_ change: (inout TwinMeter) -> Void = { _ in }) throws -> TwinPlant {
    try TwinPlant.energised(Fixture.bench(meters: [Fixture.meter("A1", change)]))
  }

  private static let one = RegisterEncoding.registers(Float(1), order: .highFirst)

  @Test(arguments: [
    // Functions that the family does not have.
    (Request.writeRegister(address: 2, value: 1), [0x86, 1] as [UInt8]),
    (.writeCoil(address: 0, on: true), [0x85, 1]),
    (.readCoils(address: 0, count: 1), [0x81, 1]),
    // Part of a float.
    (.readInputRegisters(address: 1, count: 2), [0x84, 2]),
    (.readInputRegisters(address: 0, count: 1), [0x84, 2]),
    (.readInputRegisters(address: 0x2D, count: 2), [0x84, 2]),
    (.readHoldingRegisters(address: 0x02, count: 3), [0x83, 2]),
    // More than the meter gives at once.
    (.readInputRegisters(address: 0, count: 42), [0x84, 2]),
    // Nothing there.
    (.readHoldingRegisters(address: 0x4A38, count: 2), [0x83, 2]),
    (.readHoldingRegisters(address: 0x04, count: 2), [0x83, 2]),
    (.readInputRegisters(address: 0x200, count: 2), [0x84, 2]),
    (.writeRegisters(address: 0x04, values: one), [0x90, 2]),
    // Two parameters, half a parameter, a read-only parameter.
    (.writeRegisters(address: 0x14, values: one + one), [0x90, 2]),
    (.writeRegisters(address: 0x14, values: [0]), [0x90, 2]),
    (.writeRegisters(address: 0x06, values: one), [0x90, 2]),
    // A value that the setting does not have.
    (.writeRegisters(address: 0x02, values: one), [0x90, 3]),
    (.writeRegisters(address: 0x0C, values: one), [0x90, 3]),
    (
      .writeRegisters(
        address: 0x14,
        values: RegisterEncoding.registers(Float.nan, order: .highFirst)
      ), [0x90, 3]
    ),
    // Locked.
    (.writeRegisters(address: 0x0A, values: one), [0x90, 5]),
    // A wrong password.
    (.writeRegisters(address: 0x18, values: one), [0x90, 3]),
    // A sub-function of 08 that the family does not have.
    (.diagnostics(subfunction: 1, data: [0]), [0x88, 1]),
  ])
  func whatAMeterDoesNotHaveIsRefusedAsTheFamilyDoes(request: Request, reply: [UInt8]) throws {
    var plant = try Self.plant()
    #expect(try plant.ask(request, at: 5) == reply)
  }

  @Test func moreThanTheStandardAllowsIsRefusedWith03() throws {
    var plant = try Self.plant()
    // 126 registers from 0 lie inside the input table of this meter.
    let frame = RTUFrame.wrap(unit: 1, pdu: [4, 0, 0, 0, 126])
    let reply = plant.receive(frame, onBus: "dut", at: .at(5)).first
    #expect(reply.flatMap { RTUFrame.unwrap($0.bytes)?.pdu } == [0x84, 3])
  }

  @Test func theEchoTestComesBackUnchanged() throws {
    var plant = try Self.plant()
    #expect(
      try plant.ask(.diagnostics(subfunction: 0, data: [0xAA55]), at: 5)
        == [8, 0, 0, 0xAA, 0x55]
    )
  }

  @Test func aBlockOverGapsReadsZerosInThem() throws {
    var plant = try Self.plant()
    let pdu = try #require(
      try plant.ask(.readInputRegisters(address: 0, count: 40), at: 5)
    )
    #expect(pdu.count == 82)
    // L1 and L2 volts, a gap at 4, L1 amperes at 6.
    #expect(Array(pdu[2..<10]) == [0x43, 0x66, 0, 0, 0x43, 0x66, 0, 0])
    #expect(Array(pdu[10..<14]) == [0, 0, 0, 0])
    #expect(Array(pdu[14..<18]) == [0x40, 0xA0, 0, 0])
  }

  @Test func aMeterMayAnswerZerosForWhatItDoesNotHave() throws {
    var plant = try Self.plant { $0.answersUnknown = true }
    let ask = { (plant: inout TwinPlant, address: UInt16, count: UInt16) in
      try plant.ask(.readInputRegisters(address: address, count: count), at: 5)
    }
    #expect(try ask(&plant, 0x200, 2) == [4, 4, 0, 0, 0, 0])
    // Half a number: its upper half, and the lower half with the gap after it.
    #expect(try ask(&plant, 0, 1) == [4, 2, 0x43, 0x66])
    #expect(try ask(&plant, 3, 2) == [4, 4, 0, 0, 0, 0])
    // How much comes at once stays limited.
    #expect(try ask(&plant, 0, 42) == [0x84, 2])
  }

  @Test func aMeterMayGiveFewerRegistersThanItsType() throws {
    var plant = try Self.plant { $0.registersPerRead = 6 }
    #expect(try plant.ask(.readInputRegisters(address: 0, count: 6), at: 5)?.count == 14)
    #expect(try plant.ask(.readInputRegisters(address: 0, count: 8), at: 6) == [0x84, 2])
  }

  @Test func aMeterMayTellItsTypeForOneRegister() throws {
    var plant = try Self.plant { $0.typeCode = 0x0045 }
    #expect(try plant.ask(.readInputRegisters(address: 0, count: 1), at: 5) == [4, 2, 0, 0x45])
    #expect(try plant.ask(.readHoldingRegisters(address: 2, count: 1), at: 6) == [0x83, 2])
    #expect(try plant.float(0, at: 7) == 230)
  }

  @Test func aMeterThatMustBeLeftInPeaceDoesNotHearWhatComesTooSoon() throws {
    var plant = try Self.plant { $0.minimumPause = .milliseconds(500) }
    #expect(try plant.float(0, at: 5) == 230)
    // The reply ends about 5.05 s.
    #expect(try plant.float(0, at: 5.3) == nil)
    #expect(try plant.float(0, at: 5.7) == 230)
  }

  @Test(arguments: [0x58, 0x5A])
  func aQuantityThatTheMeterLacksReadsZero(address: UInt16) throws {
    var plant = try Self.plant()
    #expect(try plant.float(address, at: 5) == 0)
  }

  @Test func theSystemTypeDecidesWhatIsMeasured() throws {
    var plant = try Self.plant { $0.settings = [.init(setting: "system-type", value: "1P2W")] }
    #expect(try plant.float(0x00, at: 5) == 230)
    #expect(try plant.float(0x02, at: 5) == 0)
    #expect(try plant.float(0x34, at: 5) == 1150)
  }

  @Test func serialNumberAndFirmwareAreTheMetersOwn() throws {
    var plant = try Self.plant {
      $0.serial = 0x0102_0304
      $0.firmware = "1.07"
    }
    #expect(
      try plant.ask(.readHoldingRegisters(address: 0xFC00, count: 2), at: 5)
        == [3, 4, 1, 2, 3, 4]
    )
    #expect(
      try plant.ask(.readHoldingRegisters(address: 0xFC03, count: 1), at: 5) == [3, 2, 0, 107]
    )
  }

  @Test func aProtectedSettingOpensForAMinuteThatReadingProlongs() throws {
    var plant = try Self.plant()
    func type(_ plant: inout TwinPlant, at seconds: Double) throws -> UInt8? {
      try plant.write(3, to: 0x0A, at: seconds)?.first
    }
    #expect(try type(&plant, at: 5) == 0x90)
    #expect(try plant.holding(0x0E, at: 6) == 0)
    #expect(try plant.write(0, to: 0x18, at: 10)?.first == 0x10)
    #expect(try plant.holding(0x18, at: 11) == 0)
    #expect(try type(&plant, at: 70.9) == 0x10)
    #expect(try type(&plant, at: 71.1) == 0x90)
    #expect(try plant.write(0, to: 0x18, at: 100)?.first == 0x10)
    #expect(try plant.holding(0x0E, at: 159) == 1)
    #expect(try type(&plant, at: 218) == 0x10)
    // Any write to the lock closes it.
    #expect(try plant.write(1, to: 0x0E, at: 218.5)?.first == 0x10)
    #expect(try type(&plant, at: 218.9) == 0x90)
    #expect(try plant.holding(0x0E, at: 218.95) == 0)
  }

  @Test func aPowerCycleLocks() throws {
    var plant = try Self.plant()
    #expect(try plant.write(0, to: 0x18, at: 5)?.first == 0x10)
    try plant.set(.supply(position: "A1"), on: false, at: .at(6))
    try plant.set(.supply(position: "A1"), on: true, at: .at(7))
    #expect(try plant.holding(0x0E, at: 10) == 0)
  }

  @Test func anAddressTakesEffectAfterARestartOnly() throws {
    var plant = try Self.plant()
    #expect(try plant.write(17, to: 0x14, at: 5)?.first == 0x10)
    #expect(try plant.holding(0x14, at: 6) == 17)
    #expect(try plant.float(0, unit: 17, at: 7) == nil)
    try plant.set(.supply(position: "A1"), on: false, at: .at(8))
    try plant.set(.supply(position: "A1"), on: true, at: .at(9))
    #expect(try plant.float(0, unit: 17, at: 12) == 230)
    #expect(try plant.float(0, unit: 1, at: 13) == nil)
  }

  @Test func aMeterOfAnotherLineRateUnderstandsNothing() throws {
    var plant = try Self.plant()
    // The profile's factory rate is 19200; the meter was set to the bus before it was mounted.
    #expect(try plant.holding(0x1C, at: 5) == 2)
    #expect(try plant.write(3, to: 0x1C, at: 6)?.first == 0x10)
    #expect(try plant.float(0, at: 7) == 230)
    try plant.set(.supply(position: "A1"), on: false, at: .at(8))
    try plant.set(.supply(position: "A1"), on: true, at: .at(9))
    #expect(try plant.float(0, at: 15) == nil)
  }

  @Test func aSettingChangesTheOutputAtOnce() throws {
    var plant = try Self.plant()
    #expect(abs(plant.edges(of: pulse1, until: 36000).rate - 3.45 / 3600) < 1e-6)
    #expect(try plant.write(0, to: 0x16, at: 36000)?.first == 0x10)
    #expect(try plant.write(60, to: 0x0C, at: 36000)?.first == 0x10)
    _ = plant.edges(of: pulse1, until: 36000 + 2)
    let edges = plant.edges(of: pulse1, until: 36000 + 1000)
    #expect(abs(edges.rate - 3450 / 3600) < 1e-6)
    #expect(edges.widths.allSatisfy { abs($0 - 0.06) < 1e-9 })
    #expect(try plant.write(0, to: 0x56, at: 36000 + 1000)?.first == 0x10)
    _ = plant.edges(of: pulse1, until: 36000 + 1001)
    #expect(plant.edges(of: pulse1, until: 36000 + 2000).isEmpty)
  }

  @Test(arguments: [("no-such-setting", "1"), ("demand-period", "9 min")])
  func aSettingThatTheMeterCannotHaveIsRefused(setting: String, value: String) {
    #expect(throws: RigFault.self) {
      try Self.plant { $0.settings = [.init(setting: setting, value: value)] }
    }
  }

  @Test func energyIsResetByItsCode() throws {
    var plant = try Self.plant { $0.startEnergy = 7000 }
    #expect((try plant.float(0x48, at: 3600) ?? 0) > 10)
    #expect(try plant.write(1, to: 0xD8, at: 3600)?.first == 0x10)
    #expect((try plant.float(0x48, at: 3610) ?? 9) < 0.011)
  }

  @Test func theFactorysLinesAnswerTheFamilysFrames() throws {
    var plant = try Self.plant()
    // Frames printed in documents of the family, with their check sums.
    let request: [UInt8] = [1, 4, 0, 0, 0, 2, 0x71, 0xCB]
    #expect(
      plant.receive(request, onBus: "dut", at: .at(5)).map(\.bytes)
        == [RTUFrame.wrap(unit: 1, pdu: [4, 4, 0x43, 0x66, 0, 0])]
    )
    let echo: [UInt8] = [1, 8, 0, 0, 0xAA, 0x55, 0x5E, 0x94]
    #expect(plant.receive(echo, onBus: "dut", at: .at(6)).map(\.bytes) == [echo])
  }

  @Test func everyRegisterOfTheBuiltInProfilesCanBeRead() throws {
    for name in BuiltInProfiles.names {
      let profile = try #require(try BuiltInProfiles.load(name))
      var bench = Fixture.bench()
      bench.positions[0].profile = name
      bench.positions[0].variant = profile.variants.last
      var plant = try TwinPlant(bench: bench, profiles: [name: profile])
      try plant.set(.supply(position: "A1"), on: true, at: .zero)
      try plant.set(.load("bank"), on: true, at: .zero)
      let meter = plant.meters[0]
      for (table, entries) in [("input", meter.map.input), ("holding", meter.map.holding)] {
        for entry in entries {
          let address = UInt16(entry.addresses.lowerBound)
          let count = UInt16(entry.addresses.count)
          let reply = try plant.ask(
            table == "input"
              ? .readInputRegisters(address: address, count: count)
              : .readHoldingRegisters(address: address, count: count),
            at: 100
          )
          #expect(reply?.count == 2 + 2 * Int(count), "\(name) \(table) \(address)")
        }
      }
      for quantity in profile.quantities where Measurand(name: quantity.name) == nil {
        #expect(["meter-code"].contains(quantity.name), "\(name): \(quantity.name) has no meaning")
      }
    }
  }

  @Test func theBuiltInIntegraPulsesAtItsConstant() throws {
    let profile = try #require(try BuiltInProfiles.load("integra-1221"))
    var bench = Fixture.bench(meters: [
      Fixture.meter("A1") {
        $0.settings = [
          .init(setting: "pulse-1-energy", value: "active-import"),
          .init(setting: "pulse-weight", value: "0.01 kWh"),
          .init(setting: "pulse-width", value: "200 ms"),
        ]
      }
    ])
    bench.positions[0].profile = profile.name
    var plant = try TwinPlant(bench: bench, profiles: [profile.name: profile])
    try plant.set(.supply(position: "A1"), on: true, at: .zero)
    try plant.set(.load("bank"), on: true, at: .zero)
    var both = plant
    #expect(abs(plant.edges(of: pulse2, until: 600).rate - 3450 * 3200 / 3.6e6) < 1e-8)
    let slow = both.edges(of: pulse1, until: 600)
    #expect(abs(slow.rate - 3450 * 100 / 3.6e6) < 1e-8)
    #expect(slow.widths.allSatisfy { abs($0 - 0.2) < 1e-9 })
  }
}
