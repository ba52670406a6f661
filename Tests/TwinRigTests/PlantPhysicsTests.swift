import MeterProfiles
import Modbus
import Pulses
import Quantities
import Rig
import Testing

@testable import Benches
@testable import TwinRig

@Suite struct PlantPhysicsTests {
  @Test func threePhasesOf230VoltOver46OhmGive3Point0667PulsesPerSecond() throws {
    var plant = try TwinPlant.energised(Fixture.bench())
    let edges = plant.edges(of: pulse2, until: 602)
    // 3 · 230² / 46 = 3450 W; 3450 · 3200 / 3 600 000 = 3.06667 imp/s.
    #expect(abs(edges.rate - 3450 * 3200 / 3.6e6) < 1e-8)
    #expect(abs(edges.filter(\.isLeading).count - 1840) <= 1)
    #expect(try plant.float(0x34, at: 602) == 3450)
    #expect(try plant.float(0x00, at: 602) == 230)
    #expect(try plant.float(0x06, at: 602) == 5)
    #expect(try plant.float(0x46, at: 602) == 50)
    #expect(abs((try plant.float(0xC8, at: 602) ?? 0) - 398.3717) < 1e-3)
  }

  @Test(arguments: [-0.008, 0.0, 0.013])
  func anErrorShowsInPulsesAndRegistersAlike(error: Double) throws {
    let bench = Fixture.bench(meters: [Fixture.meter("A1") { $0.error = error }])
    var plant = try TwinPlant.energised(bench)
    let first = try #require(try plant.float(0x48, at: 100))
    let last = try #require(try plant.float(0x48, at: 100 + 36_000))
    #expect(abs(Double(last - first) / 34.5 - 1 - error) < 1e-5)
    let edges = plant.edges(of: pulse2, until: 36_100)
    #expect(abs(edges.rate / (3450 * 3200 / 3.6e6) - 1 - error) < 1e-9)
  }

  @Test func nothingMovesWithoutLoadOrSupply() throws {
    var plant = try TwinPlant.energised(Fixture.bench(), load: false)
    #expect(plant.edges(of: pulse2, until: 3600).isEmpty)
    #expect(try plant.float(0x00, at: 3600) == 230)
    try plant.set(.load("bank"), on: true, at: .at(3600))
    #expect(!plant.edges(of: pulse2, until: 3700).isEmpty)
    try plant.set(.supply(position: "A1"), on: false, at: .at(3700))
    _ = plant.edges(of: pulse2, until: 3700)
    #expect(plant.edges(of: pulse2, until: 3800).isEmpty)
    #expect(try plant.float(0x00, at: 3800) == nil)
  }

  @Test func anOutputThatLosesItsSupplyOpensAtOnce() throws {
    var plant = try TwinPlant.energised(Fixture.bench())
    let first = try #require(plant.edges(of: pulse2, until: 10).last { $0.isLeading })
    let next = first.time + .seconds(rounding: 3.6e6 / (3450 * 3200))
    let middle = next + .milliseconds(10)
    try plant.set(.supply(position: "A1"), on: false, at: middle)
    let edges = plant.edges(of: pulse2, until: 20)
    #expect(edges.map(\.isLeading) == [true, false])
    #expect(edges.last?.time == middle)
  }

  @Test func aMeterIsSilentUntilItHasStarted() throws {
    var plant = try TwinPlant(bench: Fixture.bench(), profiles: Fixture.profiles)
    #expect(try plant.float(0, at: 1) == nil)
    try plant.set(.supply(position: "A1"), on: true, at: .at(5))
    #expect(try plant.float(0, at: 6.9) == nil)
    #expect(try plant.float(0, at: 9) == 230)
  }

  @Test func aMeterWithoutASwitchedSupplyIsOnFromTheStart() throws {
    let bench = Fixture.bench(positions: [Fixture.position("A1", address: 1, supply: false)])
    var plant = try TwinPlant(bench: bench, profiles: Fixture.profiles)
    #expect(try plant.float(0, at: 5) == 230)
    #expect(plant.readBack(.supply(position: "A1"), at: .at(5)) == nil)
    #expect(throws: RigFault.self) {
      try plant.set(.supply(position: "A1"), on: false, at: .at(5))
    }
  }

  @Test func aDisabledSocketHasASwitchButNoMeter() throws {
    var bench = Fixture.bench()
    bench.positions[0].disabled = "worn contacts"
    var plant = try TwinPlant.energised(bench)
    #expect(try plant.float(0, at: 10) == nil)
    #expect(plant.lineNames.isEmpty)
    #expect(plant.readBack(.supply(position: "A1"), at: .at(10)) == true)
  }

  @Test func registersHoldOneValueForAnUpdateInterval() throws {
    var plant = try TwinPlant.energised(Fixture.bench())
    var values: [Float] = []
    for step in 0..<100 {
      values.append(try #require(try plant.float(0x48, at: 100 + Double(step) / 10)))
    }
    #expect(Set(values).count == 10 || Set(values).count == 11)
    // A step is what one second brings.
    let steps = zip(values, values.dropFirst()).map { $1 - $0 }.filter { $0 != 0 }
    #expect(steps.allSatisfy { abs($0 * 3600 - 3.45) < 0.01 })
  }

  @Test func aChangeShowsAfterTheLatencyAndWithinTheUpdateInterval() throws {
    var plant = try TwinPlant.energised(Fixture.bench())
    try plant.set(.load("bank"), on: false, at: .at(100))
    #expect(try plant.float(0x34, at: 100.19) == 3450)
    #expect(try plant.float(0x34, at: 101.21) == 0)
  }

  @Test func energyGrowsInTheSpacingOfSingles() throws {
    // Neighbouring singles near 100 000 000 kWh are 8 kWh apart.
    let bench = Fixture.bench(meters: [Fixture.meter("A1") { $0.startEnergy = 1e11 }])
    var plant = try TwinPlant.energised(bench)
    let start = try #require(try plant.float(0x48, at: 10))
    #expect(start == 1e8)
    #expect(try plant.float(0x48, at: 3600) == start)
    #expect(try plant.float(0x48, at: 3600 * 2) == start + 8)
  }

  @Test func energyShowsTheStepsOfItsProfileThatAreFull() throws {
    var profile = Fixture.profile
    for index in profile.quantities.indices where profile.quantities[index].register.address == 0x48
    {
      profile.quantities[index].resolution = 0.01
    }
    let bench = Fixture.bench()
    var plant = try TwinPlant(bench: bench, profiles: [profile.name: profile])
    try plant.set(.supply(position: "A1"), on: true, at: .zero)
    try plant.set(.load("bank"), on: true, at: .zero)
    // 3.45 kW for 100 s are 95.8 Wh.
    #expect(try plant.float(0x48, at: 100) == 0.09)
  }

  @Test func theDisplayedUnitSetsRegisterAndConstant() throws {
    let bench = Fixture.bench(meters: [
      Fixture.meter("A1") {
        $0.startEnergy = 5e6
        $0.settings = [.init(setting: "energy-units", value: "mega")]
      }
    ])
    var plant = try TwinPlant.energised(bench)
    #expect(abs((try plant.float(0x48, at: 10) ?? 0) - 5) < 1e-4)
    let edges = plant.edges(of: pulse2, until: 10_002)
    #expect(abs(edges.rate - 3450 * 3.2 / 3.6e6) < 1e-8)
  }

  @Test func demandIsTheMeanOverItsWindowAndItsMaximumStays() throws {
    var plant = try TwinPlant.energised(Fixture.bench())
    let half = try #require(try plant.float(0x54, at: 2 + 240))
    #expect(abs(half - 1725) < 15)
    let full = try #require(try plant.float(0x54, at: 600))
    #expect(abs(full - 3450) < 0.01)
    try plant.set(.load("bank"), on: false, at: .at(600))
    #expect(abs((try plant.float(0x54, at: 600 + 241) ?? 0) - 1725) < 15)
    #expect(try plant.float(0x54, at: 2000) == 0)
    #expect(abs((try plant.float(0x56, at: 2000) ?? 0) - 3450) < 0.01)
    #expect(try plant.write(2, to: 0xD8, at: 2001) != nil)
    #expect(try plant.float(0x56, at: 2003) == 0)
  }

  @Test func output1SaturatesAtItsMaximumRateAndLosesWhatIsOver() throws {
    let bench = Fixture.bench(meters: [
      Fixture.meter("A1") { $0.settings = [.init(setting: "pulse-weight", value: "0.001 kWh")] }
    ])
    var plant = try TwinPlant.energised(bench)
    // 3.45 kW at 1 Wh a pulse is 0.958/s: below the limit of 2/s.
    #expect(abs(plant.edges(of: pulse1, until: 500).rate - 3450 / 3600) < 1e-6)
    var fast = bench
    fast.loads[0].draw = .resistance(ToleratedQuantity(Quantity(10, .ohm)))
    plant = try TwinPlant.energised(fast)
    let edges = plant.edges(of: pulse1, until: 500)
    #expect(abs(edges.rate - 2) < 0.001)
    #expect(edges.widths.allSatisfy { $0 == 0.1 })
    // Back below the limit, nothing is made up for.
    try plant.set(.load("bank"), on: false, at: .at(500))
    _ = plant.edges(of: pulse1, until: 501)
    #expect(plant.edges(of: pulse1, until: 600).isEmpty)
  }

  @Test func anOutputIsSilentWhereVariantOrSettingsForbidIt() throws {
    let auxiliary = Fixture.bench(
      positions: [Fixture.position("A1", address: 1, variant: "auxiliary")])
    var plant = try TwinPlant.energised(auxiliary)
    #expect(plant.edges(of: pulse2, until: 100).isEmpty)
    let transformer = Fixture.bench(meters: [
      Fixture.meter("A1") { $0.settings = [.init(setting: "ct-primary", value: "100 A")] }
    ])
    plant = try TwinPlant.energised(transformer)
    #expect(plant.edges(of: pulse2, until: 100).isEmpty)
  }

  @Test func jitterMovesEdgesButNotTheirMeanRate() throws {
    let bench = Fixture.bench(meters: [Fixture.meter("A1") { $0.pulseJitter = 0.001 }])
    var plant = try TwinPlant.energised(bench)
    let leading = plant.edges(of: pulse2, until: 3000).filter(\.isLeading)
    let period = 3.6e6 / (3450 * 3200.0)
    let deviations = zip(leading, leading.dropFirst()).map {
      $1.time.duration(since: $0.time).inSeconds - period
    }
    let variance = deviations.reduce(0) { $0 + $1 * $1 } / Double(deviations.count)
    // A period has two jittered ends.
    #expect(abs(variance.squareRoot() / (0.001 * 2.0.squareRoot()) - 1) < 0.05)
    #expect(abs(leading.rate * period - 1) < 1e-5)
  }

  @Test func theReferenceHasItsOwnError() throws {
    let reference = Reference(
      kind: .pulses(
        line: Fixture.line("reference"),
        constant: Quantity(100_000, .impulsesPerKilowattHour)
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
      Fixture.bench(reference: reference, referenceError: 0.0005)
    )
    let edges = plant.edges(of: .reference, until: 100)
    #expect(abs(edges.rate / (3450 * 100_000 / 3.6e6) - 1.0005) < 1e-8)
    #expect(zip(edges, edges.dropFirst()).allSatisfy { $0.isLeading != $1.isLeading })
  }

  @Test func aReferenceMeterAnswersWithTheTotalLoad() throws {
    let reference = Reference(
      kind: .power(profile: "integra-like", bus: "dut", address: 9, quantity: "active-power"),
      energy: .activeImport,
      accuracy: 0.001,
      calibratedUntil: nil,
      certificate: nil,
      location: Fixture.somewhere,
      profileLocation: Fixture.somewhere,
      quantityLocation: Fixture.somewhere
    )
    var plant = try TwinPlant.energised(Fixture.bench(reference: reference, referenceError: 0.01))
    // Its own noise is less than a hundredth of a watt.
    let shown = try #require(try plant.float(0x34, unit: 9, at: 5))
    #expect(abs(shown - 3484.5) < 0.01)
  }

  @Test func aLoadStepChangesPowerForItsTime() throws {
    let bench = Fixture.bench(faults: [
      Fixture.fault(.loadStep, "bank", at: 100, until: 200, amount: 0.1)
    ])
    var plant = try TwinPlant.energised(bench)
    #expect(try plant.float(0x34, at: 99) == 3450)
    #expect(abs((try plant.float(0x34, at: 150) ?? 0) - 3795) < 0.01)
    #expect(try plant.float(0x34, at: 250) == 3450)
    #expect(abs(plant.edges(of: pulse2, until: 250).rate - 3450 * 3200 / 3.6e6) > 0.05)
  }
}
