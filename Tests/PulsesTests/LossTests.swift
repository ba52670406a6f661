import Pulses
import Quantities
import Testing

@Suite struct LossTests {
  @Test func aDroppedEdgeIsProvenAtEveryIndex() {
    let train = Train(pulses: 40)
    for index in train.edges.indices {
      var edges = train.edges
      edges.remove(at: index)
      let result = statistics(edges, .init(level: false), level: false)
      #expect(!result.isComplete, "edge \(index)")
      #expect(result.jitter == nil)
    }
  }

  @Test func aDroppedEdgeInsideABouncingTrainIsProvenAtEveryTransition() {
    let train = Train(pulses: 30)
    for index in train.edges.indices {
      var dropped = train
      dropped.edges.remove(at: index)
      let edges = dropped.bouncing(most: 3, seed: UInt64(index)).edges
      #expect(!statistics(edges, .init(level: false), level: false).isComplete, "edge \(index)")
    }
  }

  @Test func aDroppedNumberedEdgeIsCountedInTheGap() {
    let train = Train(pulses: 20, numbered: true)
    #expect(statistics(train.edges, .init(firstSequence: 1)).isComplete)
    for index in train.edges.indices.dropLast(2) {
      for missing in 1...2 {
        var edges = train.edges
        edges.removeSubrange(index..<index + missing)
        let result = statistics(edges, .init(firstSequence: 1))
        let after = index == 0 ? edges[0].time : edges[index - 1].time
        #expect(result.losses.first == .sequenceGap(missing: missing, after: after))
      }
    }
  }

  @Test func numbersMayWrap() {
    let edges = [edge(10, true, .max - 1), edge(70, false, .max), edge(200, true, 0)]
    #expect(statistics(edges).isComplete)
  }

  @Test(arguments: [UInt32(5), 4, 1])
  func aNumberThatComesAgainOrGoesBackIsALoss(sequence: UInt32) {
    let result = statistics([edge(10, true, 5), edge(70, false, sequence)])
    #expect(result.losses == [.sequenceGap(missing: 0, after: at(10))])
  }

  @Test func equalEdgesBeyondBounceNameTheirMomentAndDirection() {
    let result = statistics([edge(10, true), edge(300, true), edge(360, false)])
    #expect(result.losses == [.equalEdges(at: at(300), leading: true)])
    let trailing = statistics([edge(10, true), edge(70, false), edge(300, false)])
    #expect(trailing.losses == [.equalEdges(at: at(300), leading: false)])
  }

  @Test func timeThatGoesBackIsALoss() {
    let result = statistics([edge(100, true), edge(50, false), edge(200, true)])
    #expect(result.losses == [.timeWentBack(at: at(50))])
  }

  @Test func aFullQueueIsALossAndNoIntervalSpansIt() {
    var analysis = PulseAnalysis()
    analysis.add([edge(10, true), edge(70, false), edge(310, true), edge(370, false)])
    analysis.settle(by: at(400))
    analysis.note(.queueFull(at: at(400)))
    analysis.add([edge(3010, true), edge(3070, false)])
    analysis.finish(at: at(4000))
    let result = analysis.statistics
    #expect(!result.isComplete)
    #expect(result.periods?.maximum == .milliseconds(300))
    #expect(result.offTimes?.maximum == .milliseconds(240))
    #expect(result.completePulses == 3)
  }

  @Test func theLevelOfTheQuietLineContradictsALostLastEdge() {
    let result = statistics([edge(10, true)], level: false)
    #expect(result.losses == [.levelDisagrees(at: at(1010), active: false)])
  }

  @Test func theFirstProofsAreKeptAndAllAreCounted() {
    let edges = (0..<1000).map { edge(Double($0) * 100, true) }
    let result = statistics(edges, .init(keptLosses: 4))
    #expect(result.losses.count == 4)
    #expect(result.lossCount == 999)
    #expect(result.losses.first == .equalEdges(at: at(100), leading: true))
  }

  @Test(arguments: [3, 4, 5, 12, 200])
  func aWholePulseThatIsMissingIsSuspectedAtEveryIndex(pulses: Int) {
    for index in 1..<pulses - 1 {
      let train = Train(pulses: pulses + 1, jitter: 1e-3)
      var edges = train.edges
      edges.removeSubrange(2 * index...2 * index + 1)
      let result = statistics(edges, .init(level: false), level: false)
      let expected = SuspectedLoss(
        after: Instant(nanoseconds: train.leading[index - 1]),
        missing: 1
      )
      #expect(result.isComplete)
      #expect(result.suspectedLosses == [expected], "pulse \(index) of \(pulses)")
    }
  }

  @Test func severalMissingPulsesAreEstimated() {
    var edges = Train(pulses: 60).edges
    edges.removeSubrange(40..<46)
    let result = statistics(edges)
    #expect(result.suspectedLosses == [SuspectedLoss(after: edges[38].time, missing: 3)])
    #expect(result.suspectedLossCount == 1)
  }

  @Test func aSlowDriftOfTheLoadIsNoSuspicion() {
    var time = 1000.0
    var edges: [Edge] = []
    for index in 0..<400 {
      edges += [edge(time, true), edge(time + 60, false)]
      time += 300 * (1 + Double(index) / 100)
    }
    #expect(statistics(edges).suspectedLossCount == 0)
  }
}
