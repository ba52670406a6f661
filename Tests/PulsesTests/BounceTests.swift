import Pulses
import Quantities
import Testing

@Suite struct BounceTests {
  @Test func aBouncingTransitionIsStampedAtItsFirstEdge() {
    let result = statistics([
      edge(10, true), edge(11, false), edge(14.9, true), edge(70, false), edge(71, true),
      edge(72, false),
    ])
    #expect(result.isComplete)
    #expect(result.completePulses == 1)
    #expect(result.widths?.minimum == .milliseconds(60))
    #expect(result.bounce.edges == 4)
    #expect(result.bounce.groups == 2)
    #expect(result.bounce.longest == .milliseconds(4.9))
    #expect(result.bounce.longestAt == at(10))
  }

  @Test func aSpikeShorterThanTheBounceTimeIsNoPulse() {
    let result = statistics([edge(10, true), edge(14, false), edge(100, true), edge(160, false)])
    #expect(result.isComplete)
    #expect(result.leadingEdges == 1)
    #expect(result.completePulses == 1)
    #expect(result.bounce.glitches == 1)
    #expect(result.offTimes == nil)
  }

  @Test func aDipInsideAPulseIsNoSecondPulse() {
    let result = statistics([edge(10, true), edge(40, false), edge(42, true), edge(70, false)])
    #expect(result.isComplete)
    #expect(result.completePulses == 1)
    #expect(result.widths?.minimum == .milliseconds(60))
    #expect(result.bounce.glitches == 1)
  }

  @Test func exactlyTheBounceTimeIsNoBounce() {
    let result = statistics([edge(10, true), edge(15, false)])
    #expect(result.widths?.minimum == .milliseconds(5))
    #expect(result.bounce.edges == 0)
  }

  @Test func equalEdgesInsideAGroupAreBounceAndNoLoss() {
    let result = statistics([edge(10, true), edge(11, true), edge(70, false)], level: false)
    #expect(result.isComplete)
    #expect(result.completePulses == 1)
  }

  @Test func aStormOfBounceGivesNoPulseButIsReported() {
    var edges: [Edge] = []
    for index in 0..<10_000 { edges.append(edge(10 + Double(index) * 0.25, index % 2 == 0)) }
    let result = statistics(edges, level: false)
    #expect(result.isComplete)
    #expect(result.leadingEdges == 0)
    #expect(result.bounce.glitches == 500)
    #expect(result.bounce.edges == 9_500)
  }

  @Test func withoutABounceTimeEveryEdgeCounts() {
    let edges = [edge(10, true), edge(10.5, false), edge(11, true), edge(11.5, false)]
    let result = statistics(edges, .init(bounce: .zero))
    #expect(result.completePulses == 2)
    #expect(result.bounce == BounceStatistics())
  }
}
