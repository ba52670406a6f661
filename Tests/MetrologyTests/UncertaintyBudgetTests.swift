import FoundationEssentials
import Metrology
import Quantities
import Testing
import Verdicts

@Suite struct UncertaintyBudgetTests {
  private func component(_ uncertainty: Double, _ freedom: Double? = nil)
    -> UncertaintyBudget.Component
  {
    .init(
      name: "x",
      evaluation: .a,
      distribution: .normal,
      standardUncertainty: uncertainty,
      degreesOfFreedom: freedom
    )
  }

  /// JCGM 100:2008, clause H.1: the end gauge.
  @Test func theGaugeBlockOfTheGuideIsReproduced() throws {
    let budget = UncertaintyBudget([
      component(25, 18), component(9.7, 25.6), component(2.9, 50), component(16.6, 2),
    ])
    #expect(abs(budget.combined - 31.7) < 0.05)
    let freedom = try #require(budget.effectiveDegreesOfFreedom)
    #expect(abs(freedom - 16.7) < 0.1)
    #expect(
      budget.coverageFactor == StudentT.coverageFactor(degreesOfFreedom: 16)
    )
  }

  @Test func limitsAloneHaveInfiniteDegreesOfFreedomAndAFactorOfTwo() {
    let budget = UncertaintyBudget([.rectangular("a", halfWidth: 3), component(4)])
    #expect(abs(budget.combined - 19.0.squareRoot()) < 1e-12)
    #expect(budget.effectiveDegreesOfFreedom == nil)
    #expect(budget.expanded == 2 * budget.combined)
  }

  @Test func sensitivityScalesAContribution() {
    let budget = UncertaintyBudget([.rectangular("U", halfWidth: 0.01, sensitivity: -2)])
    #expect(abs(budget.combined - 0.02 / 3.0.squareRoot()) < 1e-15)
    #expect(component(3).scaled(by: -2).contribution == 6)
  }

  @Test func anEmptyBudgetHasNoUncertainty() {
    #expect(UncertaintyBudget().expanded == 0)
  }

  @Test(arguments: [Double.nan, .infinity, -1])
  func aComponentThatMakesNoSenseSpoilsTheWholeBudget(uncertainty: Double) {
    #expect(UncertaintyBudget([component(1), component(uncertainty)]).expanded.isNaN)
    #expect(
      UncertaintyBudget([component(1, uncertainty == .infinity ? 0 : uncertainty)])
        .expanded.isNaN
    )
  }

  @Test func aRegisterUpdatedEverySecondGivesOverEightPerMilleInNinetyEightSeconds() {
    let energy = 3450.0 * 98 / 3600
    let components: [UncertaintyBudget.Component] =
      [.opening, .closing].map {
        .momentOfReading($0, energyHalfWidth: 0.5 * 3450 / 3600, energy: energy)
      }
    #expect(abs(UncertaintyBudget(components).expanded - 0.0083) < 0.00005)
  }

  @Test func theBuildersFollowTheirFormulas() {
    typealias Component = UncertaintyBudget.Component
    func close(_ component: Component, _ expected: Double) -> Bool {
      abs(component.standardUncertainty / expected - 1) < 1e-12
    }
    let root = { (value: Double) in value.squareRoot() }
    #expect(close(.referenceAccuracy(0.001), 0.001 / root(3)))
    #expect(close(.calibration(expanded: 0.0004, coverageFactor: 2), 0.0002))
    #expect(close(.registerResolution(step: 1, energy: 100), 0.01 / root(6)))
    #expect(close(.hostClockRate(partsPerMillion: 50), 50e-6 / root(3)))
    #expect(close(.loadInstability(0.002), 0.002 / root(3)))
    let gate = Duration.seconds(30)
    #expect(close(.edgeTime(halfWidth: .microseconds(100), gate: gate), root(2.0 / 3) * 1e-4 / 30))
    let jitter = Component.pulseJitter(residual: 1e-3, edges: 92, gate: gate)
    #expect(close(jitter, root(2) * 1e-3 / 30))
    #expect(jitter.degreesOfFreedom == 90)
    #expect(jitter.evaluation == .a)
  }

  @Test func aBudgetSurvivesEncoding() throws {
    let budget = UncertaintyBudget([
      .referenceAccuracy(0.001), .pulseJitter(residual: 1e-3, edges: 50, gate: .seconds(60)),
    ])
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(budget)
    #expect(try JSONDecoder().decode(UncertaintyBudget.self, from: data) == budget)
    #expect(try encoder.encode(budget) == data)
  }
}
