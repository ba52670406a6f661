import Metrology
import Pulses
import Quantities
import Testing
import Verdicts

/// Worked examples of others, to the printed digit, with the traps in them.
@Suite("Published examples")
struct PublishedExamplesTests {
  /// A tutorial on meter testing (CLOU) expects 20.87 s, measures 21.1 s, and calls the meter 1.1 % fast. A meter
  /// that takes longer is slow.
  @Test("A longer time than expected is a slow meter, whatever the tutorial says")
  func sign() throws {
    let error = try PulseEnergy.timeMethodError(expected: 20.87, measured: 21.1)
    #expect((error * 10_000).rounded() / 100 == -1.09)
    #expect(error < 0)
  }

  /// The manual of the Siemens 9810 series (7EN05-0390-08, page 286) demands at least 25 pulses and more than 30 s,
  /// and works an example of 120 V, 5 A and a power factor of 0.5 in three elements, with 1.8 Wh for a pulse
  /// and 60 s: 9 pulses.
  @Test("The manual's nine pulses break the manual's own rule")
  func ninePulses() throws {
    let power = 3 * 120 * 5 * 0.5
    let constant = 1000 / 1.8
    let rate = try PulseEnergy.expectedRate(power: power, constant: constant)
    #expect((rate * 60).rounded(.up) == 9)
    #expect((rate * 60).rounded(.up) < 25)
    // What keeps both rules takes three minutes.
    let both = max((30 * rate).rounded(.up), 25) / rate
    #expect(abs(both - 180) < 0.01)
    // Nine pulses in a free window are off by up to one in nine; nine whole periods are not.
    let nine = budget(periods: 9, rate: rate)
    let many = budget(periods: 25, rate: rate)
    #expect(nine.expanded < 0.001)
    // But for so few edges the jitter is hardly known, and the coverage factor says so.
    #expect(nine.coverageFactor > 2.3)
    #expect(many.coverageFactor < 2.15)
    #expect(nine.expanded > 2.5 * many.expanded)
  }

  private func budget(periods: Int, rate: Double) -> UncertaintyBudget {
    UncertaintyBudget([
      .pulseJitter(
        residual: 0.005,
        edges: periods + 1,
        gate: .seconds(rounding: Double(periods) / rate)
      )
    ])
  }

  /// JCGM 100:2008, annex H.1, the end gauge: u = 32 nm with 16 degrees of freedom; here the Welch–Satterthwaite part.
  @Test("Welch–Satterthwaite of the guide's end gauge")
  func endGauge() {
    func part(_ u: Double, _ freedom: Double?) -> UncertaintyBudget.Component {
      .init(
        name: "part",
        evaluation: .b,
        distribution: .normal,
        standardUncertainty: u,
        degreesOfFreedom: freedom
      )
    }
    let budget = UncertaintyBudget([
      part(25, 18), part(9.7, 25.6), part(2.9, 50), part(16.6, 2),
    ])
    #expect(budget.combined.rounded() == 32)
    #expect(budget.effectiveDegreesOfFreedom.map { Int($0) } == 16)
  }

  /// ILAC-G8:09/2019 and JCGM 106:2012: with a guard band of U a value exactly at the limit never passes, and at
  /// L − U it does.
  @Test("Acceptance begins at the limit less U")
  func guardBand() {
    let rule = DecisionRule.standard
    func decide(_ value: Double) -> Verdict {
      rule.decide(value, expandedUncertainty: 0.1, lower: -0.5, upper: 0.5)
    }
    #expect(decide(0.5) == .inconclusive)
    #expect(decide(0.4) == .passed)
    #expect(decide(0.401) == .inconclusive)
    #expect(decide(0.601) == .failed)
  }
}
