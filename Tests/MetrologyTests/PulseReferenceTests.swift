import Metrology
import Pulses
import Quantities
import Testing
import Verdicts

@Suite struct PulseReferenceTests {
  private let gate = Gate(opened: at(10.05), closed: at(70.05), periods: 100)

  private func trail(_ count: Int = 1000, moment: (Int) -> Double) -> LeadingEdgeTrail {
    var trail = LeadingEdgeTrail(bounce: .zero)
    for index in 0..<count {
      trail.add(Edge(time: at(moment(index)), isLeading: true))
      trail.add(Edge(time: at(moment(index) + 0.001), isLeading: false))
    }
    trail.settle(by: at(1e6))
    return trail
  }

  private func energy(
    _ trail: LeadingEdgeTrail,
    _ gate: Gate,
    constant: Double = 10_000,
    stability: Double = 1
  ) throws(MetrologyError) -> ReferenceEnergy {
    try .fromPulses(
      over: gate,
      opening: trail.bracket(gate.opened),
      closing: trail.bracket(gate.closed),
      constant: constant,
      quality: .init(accuracy: 0.001, loadStability: stability)
    )
  }

  @Test func energyIsInterpolatedBetweenTheReferencesEdges() throws {
    let result = try energy(trail { Double($0) * 0.1 }, gate)
    #expect(abs(result.value - 60) < 1e-9)
    #expect(abs(result.lower - 59.9) < 1e-9)
    #expect(abs(result.upper - 60.1) < 1e-9)
    #expect(
      result.components.map(\.name) == [
        "reference accuracy", "reference pulse interpolation, opening",
        "reference pulse interpolation, closing",
      ]
    )
    // Nothing is known of the load: triangular, up to a whole pulse.
    let expected = 1 / 600 / 6.0.squareRoot()
    #expect(abs(result.components[1].standardUncertainty / expected - 1) < 1e-6)
  }

  @Test func aSteadierLoadMakesInterpolationBetter() throws {
    let result = try energy(trail { Double($0) * 0.1 }, gate, stability: 0.002)
    let expected = 0.002 * 0.5 / 600 / 3.0.squareRoot()
    #expect(abs(result.components[1].standardUncertainty / expected - 1) < 1e-6)
  }

  @Test func anEdgeOfTheReferenceAtTheGatesEdgeNeedsNoInterpolation() throws {
    let trail = trail { Double($0) * 0.1 }
    let result = try energy(trail, Gate(opened: at(10), closed: at(70), periods: 9))
    #expect(result.lower == result.value)
    #expect(result.upper == result.value)
    #expect(result.components.dropFirst().allSatisfy { $0.standardUncertainty == 0 })
  }

  @Test(arguments: 1...200)
  func theTrueEnergyLiesWithinTheBoundsWhileTheLoadDrifts(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let power = random.between(100, 5000)
    let drift = random.between(-0.3, 0.3) * power / 100
    // E(t) = (P·t + d·t²/2)/3600 Wh; the reference gives an edge each 0.01 Wh.
    let energyAt = { (time: Double) in (power * time + drift * time * time / 2) / 3600 }
    let count = Int(energyAt(90) / 0.01)
    let opened = random.between(0.5, 2)
    let gate = Gate(
      opened: at(opened),
      closed: at(opened + random.between(3, 10)),
      periods: 1
    )
    var trail = LeadingEdgeTrail(capacity: 20_000, bounce: .zero)
    for index in 0..<min(count, 20_000) {
      let target = 2 * Double(index) * 0.01 * 3600
      let time = at(target / (power + (power * power + drift * target).squareRoot()))
      trail.add(Edge(time: time, isLeading: true))
      trail.add(Edge(time: time + .nanoseconds(1), isLeading: false))
    }
    trail.settle(by: at(1e6))
    let result = try energy(trail, gate, constant: 100_000)
    let truth = energyAt(gate.closed.seconds) - energyAt(gate.opened.seconds)
    #expect(result.lower <= truth + 1e-6)
    #expect(truth <= result.upper + 1e-6)
    let widths = result.components.dropFirst().reduce(0) {
      $0 + $1.standardUncertainty * 3.0.squareRoot()
    }
    #expect(abs(result.value / truth - 1) <= widths + 1e-7)
  }

  @Test func nothingIsExtrapolated() {
    let trail = trail(600) { Double($0) * 0.1 }
    #expect(throws: MetrologyError.notBracketed(.closing, at: at(70.05))) {
      try energy(trail, gate)
    }
    let late = self.trail { 11 + Double($0) * 0.1 }
    #expect(throws: MetrologyError.notBracketed(.opening, at: at(10.05))) {
      try energy(late, gate)
    }
  }

  @Test func aBracketThatDoesNotHoldTheGatesEdgeIsRefused() {
    let wrong = EdgeBracket(index: 0, before: at(1), after: at(2))
    #expect(throws: MetrologyError.notBracketed(.opening, at: at(10.05))) {
      try ReferenceEnergy.fromPulses(
        over: gate,
        opening: wrong,
        closing: wrong,
        constant: 1,
        quality: .init()
      )
    }
  }
}
