import Metrology
import Pulses
import Quantities
import Testing
import Verdicts

@Suite struct PowerReferenceTests {
  private let gate = Gate(opened: at(10.5), closed: at(70.25), periods: 100)

  private func readings(_ power: (Double) -> Double = { _ in 1000 }) -> [PowerReading] {
    (5...80).map {
      PowerReading(power: power(Double($0)), moment: at(Double($0)), halfWidth: .milliseconds(100))
    }
  }

  private func energy(_ readings: [PowerReading]) throws(MetrologyError) -> ReferenceEnergy {
    try .fromPower(
      over: gate,
      readings: readings,
      longestGap: .seconds(5),
      clockRate: 50,
      quality: .init()
    )
  }

  @Test func aSteadyPowerGivesPowerTimesTime() throws {
    let result = try energy(readings())
    #expect(abs(result.value - 1000 * 59.75 / 3600) < 1e-9)
    #expect(abs(result.budget.combined - 50e-6 / 3.0.squareRoot()) < 1e-12)
  }

  @Test func aLinearPowerIsIntegratedExactlyBetweenTheGatesEnds() throws {
    let result = try energy(readings { 100 + 20 * $0 })
    let truth = (100 * 59.75 + 10 * (70.25 * 70.25 - 10.5 * 10.5)) / 3600
    #expect(abs(result.value - truth) < 1e-9)
    #expect(result.lower < truth)
    #expect(truth < result.upper)
  }

  @Test func fluctuationGivesTheSpreadOverTheRootOfTheReadings() throws {
    var random = Seeded(state: 4)
    let noisy = readings { _ in 1000 + 20 * random.normal() }
    let component = try #require(
      try energy(noisy).components.first { $0.name == "power between readings" }
    )
    #expect(abs(component.standardUncertainty / (0.02 / 60.0.squareRoot()) - 1) < 0.3)
    #expect(component.degreesOfFreedom == 61)
  }

  @Test func aReadingWeighsByTheTimeThatItStandsFor() throws {
    let powers = [900.0, 1100, 900, 1100]
    let readings = powers.enumerated().map { index, power in
      PowerReading(power: power, moment: at(Double(index) * 10), halfWidth: .zero)
    }
    let result = try ReferenceEnergy.fromPower(
      over: Gate(opened: at(8), closed: at(22), periods: 1),
      readings: readings,
      longestGap: .seconds(10),
      clockRate: 0,
      quality: .init()
    )
    // Of the 14 s the readings stand for 0.2 s, 6.8 s, 6.8 s and 0.2 s.
    #expect(abs(result.value - 14_000 / 3600.0) < 1e-9)
    let weight = (2 * (0.2 * 0.2 + 6.8 * 6.8)).squareRoot()
    let deviation = (40_000.0 / 3).squareRoot()
    #expect(abs(result.budget.combined / (deviation * weight / 14_000) - 1) < 1e-9)
  }

  @Test func missingReadingsWidenTheUncertainty() throws {
    var random = Seeded(state: 4)
    let noisy = readings { _ in 1000 + 20 * random.normal() }
    let thinned = noisy.filter { ($0.moment.nanoseconds / 1_000_000_000) % 4 == 0 }
    #expect(try energy(thinned).budget.combined > 1.5 * energy(noisy).budget.combined)
    #expect(try energy(noisy).components.allSatisfy { $0.standardUncertainty >= 0 })
  }

  @Test func aGapThatIsTooLongIsNamed() {
    let broken = readings().filter { $0.moment <= at(30) || $0.moment >= at(36) }
    #expect(
      throws: MetrologyError.gap(
        from: at(30),
        to: at(36),
        allowedNanoseconds: 5_000_000_000
      )
    ) { try energy(broken) }
  }

  @Test func readingsMustBracketTheGateAndBeEnough() {
    let all = readings()
    #expect(throws: MetrologyError.notBracketed(.opening, at: gate.opened)) {
      try energy(all.filter { $0.moment > at(11) })
    }
    #expect(throws: MetrologyError.notBracketed(.closing, at: gate.closed)) {
      try energy(all.filter { $0.moment < at(70) })
    }
    #expect(throws: MetrologyError.tooFewReadings(have: 2, need: 4)) {
      try energy([all[0], all[75]])
    }
    #expect(throws: MetrologyError.outOfOrder(at: at(5))) { try energy(all + [all[0]]) }
    #expect(throws: MetrologyError.notFinite("a power reading")) {
      try energy(readings { $0 == 40 ? .nan : 1000 })
    }
    #expect(throws: MetrologyError.self) { try energy(readings { _ in 0 }) }
  }
}
