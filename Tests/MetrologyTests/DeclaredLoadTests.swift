import Metrology
import Pulses
import Quantities
import Testing
import Verdicts

@Suite struct DeclaredLoadTests {
  private let gate = Gate(opened: at(10), closed: at(70), periods: 100)

  private func phase(_ resistance: Tolerance?, _ voltage: Tolerance?) -> DeclaredPhase {
    DeclaredPhase(
      name: "L1",
      resistance: ToleratedQuantity(Quantity(46, .ohm), resistance),
      voltage: ToleratedQuantity(Quantity(230, .volt), voltage)
    )
  }

  private func energy(_ phases: [DeclaredPhase]) throws(MetrologyError) -> ReferenceEnergy {
    try .fromDeclaredLoad(over: gate, phases: phases, clockRate: 0, quality: .init())
  }

  @Test func powerFollowsTheSquareOfTheVoltage() throws {
    let result = try energy([phase(.relative(0.002), .absolute(Quantity(2.3, .volt)))])
    #expect(abs(result.value - 1150 / 60.0) < 1e-9)
    #expect(abs(result.lower - 1150 / 60.0 * 0.99 * 0.99 / 1.002) < 1e-9)
    #expect(abs(result.upper - 1150 / 60.0 * 1.01 * 1.01 / 0.998) < 1e-9)
    let expected = ((0.002 * 0.002 + 0.02 * 0.02) / 3).squareRoot()
    #expect(abs(result.budget.combined / expected - 1) < 1e-9)
  }

  @Test func threeEqualPhasesAverageTheirResistancesAndNotTheirCommonVoltage() throws {
    let three = try energy(Array(repeating: phase(.relative(0.002), .relative(0.01)), count: 3))
    let one = try energy([phase(.relative(0.002), .relative(0.01))])
    #expect(abs(three.value / one.value - 3) < 1e-12)
    let resistance = 0.002 / 3.0.squareRoot() / 3.0.squareRoot()
    let voltage = 0.02 / 3.0.squareRoot()
    let expected = (resistance * resistance + voltage * voltage).squareRoot()
    #expect(abs(three.budget.combined / expected - 1) < 1e-9)
  }

  @Test func aValueWithoutItsToleranceIsRefused() {
    #expect(throws: MetrologyError.missingTolerance("the resistance of L1")) {
      try energy([phase(nil, .relative(0.01))])
    }
    #expect(throws: MetrologyError.missingTolerance("the voltage of L1")) {
      try energy([phase(.relative(0.01), nil)])
    }
    #expect(throws: MetrologyError.self) { try energy([]) }
    #expect(throws: MetrologyError.self) { try energy([phase(.relative(1), .relative(0.01))]) }
  }
}
