import Pulses
import Quantities
import Testing

@Suite struct GateTests {
  private func keeper(_ periods: Int = 3, after milliseconds: Double = 0) -> GateKeeper {
    GateKeeper(notBefore: at(milliseconds), atLeastPeriods: periods)
  }

  private func run(_ keeper: GateKeeper, _ edges: [Edge]) -> GateKeeper {
    var keeper = keeper
    for edge in edges { keeper.add(edge) }
    return keeper
  }

  @Test func aGateOpensAtTheFirstLeadingEdgeAfterSettlingAndClosesOnALeadingEdge() {
    let edges = Train(pulses: 10).edges
    let result = run(keeper(3, after: 1010), edges)
    #expect(result.gate == Gate(opened: at(1300), closed: at(2200), periods: 3))
    #expect(result.gate?.duration == .milliseconds(900))
  }

  @Test func aLeadingEdgeAtTheVeryMomentOpens() {
    #expect(run(keeper(1, after: 1300), Train(pulses: 4).edges).gate?.opened == at(1300))
  }

  @Test func bothEnoughPeriodsAndEnoughTimeMustPass() {
    let edges = Train(pulses: 20).edges
    let byTime = GateKeeper(
      notBefore: .zero,
      atLeastPeriods: 2,
      atLeastDuration: .milliseconds(1000)
    )
    #expect(run(byTime, edges).gate?.periods == 4)
    let exactly = GateKeeper(
      notBefore: .zero,
      atLeastPeriods: 2,
      atLeastDuration: .milliseconds(1200)
    )
    #expect(run(exactly, edges).gate?.periods == 4)
    let byPeriods = GateKeeper(
      notBefore: .zero,
      atLeastPeriods: 9,
      atLeastDuration: .milliseconds(1000)
    )
    #expect(run(byPeriods, edges).gate?.periods == 9)
  }

  @Test func theLastEdgeClosesTheGateOnceItsBounceTimeIsOver() {
    var keeper = keeper(1)
    keeper.add(edge(10, true))
    keeper.add(edge(70, false))
    keeper.add(edge(310, true))
    #expect(keeper.state == .open(since: at(10)))
    keeper.settle(by: at(314))
    #expect(keeper.gate == nil)
    keeper.settle(by: at(315))
    #expect(keeper.gate == Gate(opened: at(10), closed: at(310), periods: 1))
  }

  @Test(arguments: 1...30)
  func theStatisticsOverAGateHoldExactlyItsEdges(seed: UInt64) {
    var random = Seeded(state: seed)
    let train = Train(pulses: 60, jitter: 2e-3, seed: seed)
    let moment = at(Double.random(in: 900...3000, using: &random))
    var keeper = GateKeeper(
      notBefore: moment,
      atLeastPeriods: Int.random(in: 1...30, using: &random)
    )
    var analysis = PulseAnalysis(.init(notBefore: moment))
    for edge in train.bouncing(most: 3, seed: seed).edges where keeper.gate == nil {
      analysis.add(edge)
      keeper.add(edge)
    }
    analysis.finish(at: train.end)
    let result = analysis.statistics
    #expect(result.firstLeading == keeper.gate?.opened)
    #expect(result.lastLeading == keeper.gate?.closed)
    #expect(result.wholePeriods == keeper.gate?.periods)
    #expect(result.completePulses == result.leadingEdges)
  }

  @Test func bounceNeitherOpensNorClosesAGate() {
    let train = Train(pulses: 12)
    let plain = run(keeper(8), train.edges)
    let bouncing = run(keeper(8), train.bouncing(most: 5, seed: 5).edges)
    #expect(plain.gate != nil)
    #expect(plain.gate == bouncing.gate)
  }

  @Test func aLossInsideAGateVoidsItEvenWhenTheNewsComesLate() {
    let edges = Train(pulses: 6).edges
    var late = run(keeper(), edges)
    late.void(.queueFull(at: at(1500)))
    #expect(late.state == .void(.queueFull(at: at(1500))))
    var after = run(keeper(), edges)
    after.void(.queueFull(at: at(1901)))
    #expect(after.gate != nil)
    var waiting = keeper()
    waiting.void(.queueFull(at: at(100)))
    #expect(run(waiting, edges).gate == nil)
  }

  @Test func aLostEdgeVoidsTheGateAtEveryIndexInside() {
    let train = Train(pulses: 8)
    for index in 1..<10 {
      var edges = train.edges
      edges.remove(at: index)
      guard case .void = run(keeper(5), edges).state else {
        Issue.record("the gate is not void without edge \(index)")
        continue
      }
    }
  }

  @Test func expectedPeriodsRunFromTheMomentAGateMightHaveOpened() {
    var keeper = keeper(10, after: 1000)
    #expect(keeper.expectedPeriods(by: at(900), rate: 2) == 0)
    #expect(keeper.expectedPeriods(by: at(3500), rate: 2) == 5)
    keeper.add(edge(4000, true))
    keeper.add(edge(4060, false))
    #expect(keeper.expectedPeriods(by: at(5000), rate: 2) == 2)
  }
}
