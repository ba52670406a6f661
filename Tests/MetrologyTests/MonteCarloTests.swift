import SimulatedMeasurements
import Testing
import Verdicts

/// Meters with a known true error, measured with everything off that a budget speaks of. `make bench` does the
/// same with a million gates.
@Suite("Monte Carlo")
struct MonteCarloTests {
  private static let gates = 4000
  private static let limit = 0.005

  @Test("U covers the true error in at least 94 % of gates", arguments: SimulatedGate.Kind.allCases)
  func coverage(kind: SimulatedGate.Kind) throws {
    var experiment = Experiment()
    try experiment.run(
      SimulatedGate(kind, truth: 0.004),
      times: Self.gates,
      limit: Self.limit,
      seed: 1
    )
    // Four standard deviations of a share near 95 %.
    let spread = 4 * (0.05 * 0.95 / Double(Self.gates)).squareRoot()
    #expect(experiment.coverage >= 0.9545 - 0.0145 - spread, "\(experiment.coverage)")
    // Where a normal part dominates, U claims no more than it needs.
    if kind == .calibratedPulses {
      #expect(experiment.coverage <= 0.97 + spread, "\(experiment.coverage)")
    }
  }

  @Test(
    "With w = U fewer than 2.5 % of meters at the limit pass",
    arguments: SimulatedGate.Kind.allCases
  )
  func falseAcceptance(kind: SimulatedGate.Kind) throws {
    for truth in [Self.limit, -Self.limit] {
      var experiment = Experiment()
      try experiment.run(
        SimulatedGate(kind, truth: truth),
        times: Self.gates,
        limit: Self.limit,
        seed: 2
      )
      let spread = 4 * (0.025 * 0.975 / Double(Self.gates)).squareRoot()
      #expect(experiment.share(passedBy: .standard) <= 0.025 + spread)
      // What the simple rule gives away: about half of them.
      if kind == .calibratedPulses {
        #expect(experiment.share(passedBy: .simple) > 0.4)
      }
    }
  }

  @Test("A meter well within its limit passes", arguments: SimulatedGate.Kind.allCases)
  func power(kind: SimulatedGate.Kind) throws {
    var experiment = Experiment()
    try experiment.run(
      SimulatedGate(kind, truth: 0),
      times: 500,
      limit: Self.limit,
      seed: 3
    )
    #expect(experiment.share(passedBy: .standard) > 0.95, "\(experiment.meanUncertainty)")
  }
}
