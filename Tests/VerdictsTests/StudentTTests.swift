import Testing
import Verdicts

@Suite struct StudentTTests {
  /// JCGM 100:2008, table G.2, column 95.45 %.
  @Test(arguments: [
    (1.0, 13.97), (2, 4.53), (3, 3.31), (4, 2.87), (5, 2.65), (6, 2.52), (7, 2.43), (8, 2.37),
    (9, 2.32), (10, 2.28), (15, 2.18), (20, 2.13), (25, 2.11), (30, 2.09), (40, 2.06), (50, 2.05),
    (100, 2.025),
  ])
  func theCoverageFactorIsThatOfTheTable(freedom: Double, expected: Double) {
    let factor = StudentT.coverageFactor(degreesOfFreedom: freedom)
    #expect(abs(factor - expected) < 0.0051)
  }

  @Test func infiniteDegreesOfFreedomGiveTwo() {
    #expect(StudentT.coverageFactor(degreesOfFreedom: nil) == 2)
    #expect(StudentT.coverageFactor(degreesOfFreedom: .infinity) == 2)
  }

  @Test func degreesOfFreedomAreTruncatedAndNoLessThanOne() {
    func factor(_ freedom: Double) -> Double { StudentT.coverageFactor(degreesOfFreedom: freedom) }
    #expect(factor(5.99) == factor(5))
    #expect(factor(0.3) == factor(1))
  }

  @Test func theExpansionMeetsTheSeries() {
    let series = StudentT.coverageFactor(degreesOfFreedom: 200)
    let expansion = StudentT.coverageFactor(degreesOfFreedom: 200.001)
    #expect(abs(series - expansion) < 1e-4)
  }

  /// Two-sided 95 % points of the usual tables.
  @Test(arguments: [(1, 12.706), (2, 4.303), (3, 3.182), (10, 2.228), (11, 2.201), (120, 1.980)])
  func theProbabilityIsThatOfTheTables(freedom: Int, limit: Double) {
    #expect(abs(StudentT.probability(within: limit, degreesOfFreedom: freedom) - 0.95) < 1e-4)
  }
}
