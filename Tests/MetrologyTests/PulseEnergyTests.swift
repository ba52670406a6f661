import Metrology
import Testing

@Suite struct PulseEnergyTests {
  @Test func wholePeriodsAreEnergyByTheConstant() throws {
    #expect(try PulseEnergy.energy(periods: 3200, constant: 3200) == 1000)
    #expect(try PulseEnergy.energy(periods: 1, constant: 3200) == 0.3125)
  }

  @Test func aMeterThatRegistersMoreHasAPositiveError() throws {
    #expect(try PulseEnergy.relativeError(measured: 101, reference: 100) == 0.01)
    #expect(try PulseEnergy.relativeError(measured: 99, reference: 100) == -0.01)
  }

  @Test func theExpectedRateFollowsFromPowerAndConstant() throws {
    let rate = try PulseEnergy.expectedRate(power: 3450, constant: 3200)
    #expect(abs(rate - 3.0667) < 1e-4)
  }

  @Test func aLongerTimeThanExpectedMeansASlowMeter() throws {
    let error = try PulseEnergy.timeMethodError(expected: 20.87, measured: 21.1)
    #expect(abs(error * 100 - -1.09) < 0.001)
  }

  /// A measured constant is K·(1 + ε).
  @Test(arguments: [3188, 3193])
  func aMeasuredConstantKeepsAllItsDigits(periods: Int) throws {
    let energy = try PulseEnergy.energy(periods: periods, constant: 3200)
    let error = try PulseEnergy.relativeError(measured: energy, reference: 1000)
    #expect(abs(3200 * (1 + error) - Double(periods)) < 1e-9)
  }

  @Test(arguments: [0.0, -1, .nan, .infinity])
  func nothingIsDividedByWhatIsNotAboveZero(value: Double) {
    #expect(throws: MetrologyError.self) { try PulseEnergy.energy(periods: 1, constant: value) }
    #expect(throws: MetrologyError.self) {
      try PulseEnergy.relativeError(measured: 1, reference: value)
    }
    #expect(throws: MetrologyError.self) {
      try PulseEnergy.timeMethodError(expected: 1, measured: value)
    }
  }
}
