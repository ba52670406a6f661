import Metrology
import Pulses
import Quantities
import Testing
import Verdicts

@Suite struct PulseErrorTests {
  private struct Measured {
    var gate: Gate
    var statistics: PulseStatistics
  }

  /// A gate over leading edges at the given nanoseconds, each pulse 60 ms wide.
  private func measured(_ leading: [Int64], periods: Int) throws -> Measured {
    var analysis = PulseAnalysis()
    var keeper = GateKeeper(notBefore: .zero, atLeastPeriods: periods)
    for time in leading {
      for (offset, isLeading) in [(Int64(0), true), (60_000_000, false)] where keeper.gate == nil {
        let edge = Edge(time: Instant(nanoseconds: time + offset), isLeading: isLeading)
        analysis.add(edge)
        keeper.add(edge)
      }
    }
    let end = Instant(nanoseconds: (leading.last ?? 0) + 1_000_000_000)
    analysis.finish(at: end)
    keeper.settle(by: end)
    return Measured(gate: try #require(keeper.gate), statistics: analysis.statistics)
  }

  /// A reference energy without any uncertainty but its resistance's: U²/R over the gate.
  private func reference(_ power: Double, _ gate: Gate) throws -> ReferenceEnergy {
    try .fromDeclaredLoad(
      over: gate,
      phases: [
        DeclaredPhase(
          name: "L1",
          resistance: .init(Quantity(1 / power, .ohm), .relative(0)),
          voltage: .init(Quantity(1, .volt), .relative(0))
        )
      ],
      clockRate: 0,
      quality: .init()
    )
  }

  @Test func withoutNoiseTheErrorIsExactWhereCountingInAWindowIsNot() throws {
    var worstOfWindow = 0.0
    for seed in 1...300 as ClosedRange<UInt64> {
      var random = Seeded(state: seed)
      // The power that makes 3200 imp/kWh tick with this period is about 3.45 kW.
      let period = Int64.random(in: 325_600_000...325_800_000, using: &random)
      let power = 3.6e15 / (3200 * Double(period))
      let start = Int64.random(in: 1_000_000_000...1_326_000_000, using: &random)
      let leading = (0..<220).map { start + Int64($0) * period }
      let measured = try measured(leading, periods: 180)
      let result = try PulseError.errorOfPulses(
        gate: measured.gate,
        statistics: measured.statistics,
        constant: 3200,
        reference: try reference(power, measured.gate),
        edgeTime: .zero
      )
      #expect(abs(result.error) < 1e-12)
      #expect(result.budget.expanded < 1e-12)
      let window = leading.filter { $0 >= 2_000_000_000 && $0 < 62_000_000_000 }.count
      let counted = try PulseEnergy.energy(periods: window, constant: 3200)
      let inWindow = try PulseEnergy.relativeError(
        measured: counted,
        reference: power * 60 / 3600
      )
      worstOfWindow = max(worstOfWindow, abs(inWindow))
    }
    #expect(worstOfWindow > 0.0039)
  }

  @Test(arguments: [-0.02, -0.005, 0, 0.004, 0.03])
  func anInjectedErrorIsRecoveredWithinItsUncertainty(truth: Double) throws {
    var covered = 0
    for seed in 1...100 as ClosedRange<UInt64> {
      var random = Seeded(state: seed)
      let period = 3.6e15 / (3200 * 3450 * (1 + truth))
      let leading = (0..<60).map {
        1_000_000_000 + Int64((Double($0) * period + 1e6 * random.normal()).rounded())
      }
      let measured = try measured(leading, periods: 50)
      let result = try PulseError.errorOfPulses(
        gate: measured.gate,
        statistics: measured.statistics,
        constant: 3200,
        reference: try reference(3450, measured.gate),
        edgeTime: .microseconds(10)
      )
      #expect(abs(result.error - truth) < 5e-4)
      if abs(result.error - truth) <= result.budget.expanded { covered += 1 }
    }
    #expect(covered >= 88)
  }

  @Test func theBudgetListsEverySourceInAFixedOrder() throws {
    let measured = try measured((0..<60).map { 1_000_000_000 + $0 * 300_000_000 }, periods: 50)
    let result = try PulseError.errorOfPulses(
      gate: measured.gate,
      statistics: measured.statistics,
      constant: 3200,
      reference: try reference(3450, measured.gate),
      edgeTime: .microseconds(10)
    )
    #expect(
      result.budget.components.map(\.name) == [
        "resistance of L1", "voltage of the source", "host clock rate", "pulse jitter", "edge time",
      ]
    )
  }

  @Test func aReferencesComponentsActOnTheErrorByItsRatio() throws {
    let measured = try measured((0..<60).map { 1_000_000_000 + $0 * 300_000_000 }, periods: 50)
    var reference = try reference(1000, measured.gate)
    reference.components = [.referenceAccuracy(0.001)]
    let result = try PulseError.errorOfPulses(
      gate: measured.gate,
      statistics: measured.statistics,
      constant: 3200,
      reference: reference,
      edgeTime: .microseconds(10)
    )
    #expect(abs(result.error - 2.75) < 1e-9)
    #expect(abs(result.budget.components[0].sensitivity - -3.75) < 1e-9)
    #expect(abs(result.budget.components[2].sensitivity - 3.75) < 1e-9)
  }

  @Test func lostEdgesLeaveNoError() throws {
    var measured = try measured((0..<60).map { 1_000_000_000 + $0 * 300_000_000 }, periods: 50)
    measured.statistics.lossCount = 2
    #expect(throws: MetrologyError.edgesLost("the pulse output", proofs: 2)) {
      try error(measured)
    }
  }

  @Test func theGateMustBeCoveredAndHoldThreeEdges() throws {
    var measured = try measured((0..<60).map { 1_000_000_000 + $0 * 300_000_000 }, periods: 50)
    let gate = measured.gate
    measured.gate.periods = 51
    #expect(throws: MetrologyError.gateNotCovered) { try error(measured) }
    measured.gate = Gate(opened: gate.opened, closed: gate.closed + .seconds(1), periods: 50)
    #expect(throws: MetrologyError.gateNotCovered) { try error(measured) }
    measured.gate = Gate(opened: gate.opened, closed: gate.closed, periods: 0)
    #expect(throws: MetrologyError.emptyGate) { try error(measured) }
    let short = try self.measured([1_000_000_000, 1_300_000_000], periods: 1)
    #expect(throws: MetrologyError.tooFewEdges(have: 2, need: 3)) { try error(short) }
  }

  private func error(_ measured: Measured) throws -> Double {
    let gate = Gate(opened: at(0), closed: at(60), periods: 1)
    return try PulseError.errorOfPulses(
      gate: measured.gate,
      statistics: measured.statistics,
      constant: 3200,
      reference: try reference(3450, gate),
      edgeTime: .zero
    ).error
  }

  /// The error goes by one over the energy, which falls slower than it rises.
  @Test(arguments: [0.001, 0.09, 0.11, 0.2, 0.5, 0.9, 0.99, 1.5])
  func whatTheEnergyLeavesOpenIsCoveredOnTheSteeperSide(expanded: Double) throws {
    let measured = try measured((0..<30).map { Int64($0) * 325_700_000 }, periods: 20)
    var reference = try reference(3450, measured.gate)
    reference.components = [.calibration(expanded: expanded)]
    let result = try PulseError.errorOfPulses(
      gate: measured.gate,
      statistics: measured.statistics,
      constant: 3200,
      reference: reference,
      edgeTime: .zero
    )
    // However vaguely the energy is known, the error is that over its likeliest value.
    let energy = try PulseEnergy.energy(periods: 20, constant: 3200)
    #expect(result.error == (energy - reference.value) / reference.value)
    // As if the energy were the least that it may be.
    let least = reference.value * max(0.002, 1 - expanded)
    let most = (1 + result.error) * reference.value / least - 1
    let straight = (1 + result.error) * expanded
    #expect(result.budget.expanded >= straight * 0.999)
    if expanded > 0.1 {
      #expect(result.budget.expanded >= 0.999 * (most - result.error))
    } else {
      #expect(result.budget.expanded <= straight * 1.001)
    }
  }

  @Test(arguments: [0.01, 0.09, 0.2, 0.5, 0.9])
  func asMuchIsPredictedAsIsFound(expanded: Double) throws {
    let measured = try measured((0..<30).map { Int64($0) * 325_700_000 }, periods: 20)
    var reference = try reference(3450, measured.gate)
    reference.components = [.calibration(expanded: expanded)]
    let edgeTime = Duration.milliseconds(100)
    let found = try PulseError.errorOfPulses(
      gate: measured.gate,
      statistics: measured.statistics,
      constant: 3200,
      reference: reference,
      edgeTime: edgeTime
    )
    let predicted = PredictedError.budget(
      periods: 20,
      length: measured.gate.duration,
      reference: reference,
      jitter: .zero,
      edgeTime: edgeTime
    )
    #expect(abs(found.budget.expanded / predicted.expanded - 1) < 0.002)
  }
}
