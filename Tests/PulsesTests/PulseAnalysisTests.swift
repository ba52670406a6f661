import Pulses
import Quantities
import Testing

@Suite struct PulseAnalysisTests {
  @Test func aCleanTrainIsRecoveredExactly() {
    let train = Train(pulses: 200)
    let result = statistics(train.edges, level: false)
    #expect(result.isComplete)
    #expect(result.edges == 400)
    #expect(result.leadingEdges == 200)
    #expect(result.wholePeriods == 199)
    #expect(result.completePulses == 200)
    #expect(result.widths?.minimum == .milliseconds(60))
    #expect(result.widths?.maximum == .milliseconds(60))
    #expect(result.widths?.meanSeconds == 0.06)
    #expect(result.offTimes?.count == 199)
    #expect(result.offTimes?.minimum == .milliseconds(240))
    #expect(result.periods?.minimum == .milliseconds(300))
    #expect(result.periods?.maximum == .milliseconds(300))
    #expect(result.firstLeading == at(1000))
    #expect(result.lastLeading == at(1000 + 199 * 300))
    #expect(result.fittedPeriod == 0.3)
    #expect(result.jitter == 0)
    #expect(result.suspectedLossCount == 0)
    #expect(result.bounce == BounceStatistics())
  }

  @Test func edgesGiveTheSameOneByOneAndTogether() {
    let train = Train(pulses: 50, jitter: 1e-3)
    var single = PulseAnalysis()
    var sliced = PulseAnalysis()
    var lazy = PulseAnalysis()
    for edge in train.edges { single.add(edge) }
    sliced.add(train.edges[..<33])
    sliced.add(train.edges[33...])
    lazy.add(train.edges.lazy.map { $0 })
    #expect(single.statistics == sliced.statistics)
    #expect(single.statistics == lazy.statistics)
  }

  @Test func aTransitionCountsOnlyOnceItsBounceTimeIsOver() {
    var analysis = PulseAnalysis()
    analysis.add(edge(10, true))
    #expect(analysis.statistics.leadingEdges == 0)
    analysis.settle(by: at(14.9))
    #expect(analysis.statistics.leadingEdges == 0)
    analysis.settle(by: at(15))
    #expect(analysis.statistics.leadingEdges == 1)
  }

  @Test func theNarrowestAndTheWidestPulseAreShownWithTheirInstants() {
    var edges = Train(pulses: 100).edges
    edges[2 * 41 + 1].time = edges[2 * 41].time + .milliseconds(25)
    edges[2 * 77 + 1].time = edges[2 * 77].time + .milliseconds(90)
    let result = statistics(edges)
    #expect(result.widths?.minimum == .milliseconds(25))
    #expect(result.widths?.minimumAt == edges[82].time)
    #expect(result.widths?.maximum == .milliseconds(90))
    #expect(result.widths?.maximumAt == edges[154].time)
    let counts = result.widthHistogram.counts
    #expect(counts.reduce(0, +) == 100)
    #expect(counts[WidthHistogram.bucket(of: 25 * ms)] == 1)
    #expect(counts[WidthHistogram.bucket(of: 60 * ms)] == 98)
    #expect(counts[WidthHistogram.bucket(of: 90 * ms)] == 1)
  }

  @Test func aWidthIsJudgedOnlyWhereItsLeadingEdgeWasSeen() {
    let result = statistics([edge(10, false), edge(100, true), edge(160, false)])
    #expect(result.isComplete)
    #expect(result.completePulses == 1)
    #expect(result.widths?.minimum == .milliseconds(60))
    #expect(result.offTimes?.count == 1)
  }

  @Test func transitionsBeforeTheMomentAreNotCounted() {
    let train = Train(pulses: 10)
    let moment = at(1000 + 3 * 300 + 10)
    let result = statistics(train.edges, .init(notBefore: moment))
    #expect(result.leadingEdges == 6)
    #expect(result.completePulses == 6)
    #expect(result.firstLeading == at(1000 + 4 * 300))
  }

  @Test(arguments: 1...20)
  func aNoisyBouncingTrainOfKnownTruthIsRecovered(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let period = Int64.random(in: 80 * ms...2000 * ms, using: &random)
    let width = Int64.random(in: 30 * ms...(period - 35 * ms), using: &random)
    let train = Train(pulses: 500, period: period, width: width, jitter: 4e-4, seed: seed)
    let (edges, added) = train.bouncing(most: 6, seed: seed)
    let result = statistics(edges, level: false)
    #expect(result.isComplete)
    #expect(result.leadingEdges == 500)
    #expect(result.widths?.minimum == .nanoseconds(width))
    #expect(result.widths?.maximum == .nanoseconds(width))
    #expect(result.bounce.edges == added)
    #expect(result.bounce.glitches == 0)
    #expect(result.firstLeading?.nanoseconds == train.leading.first)
    #expect(result.lastLeading?.nanoseconds == train.leading.last)
    let fitted = try #require(result.fittedPeriod)
    let jitter = try #require(result.jitter)
    #expect(abs(fitted * 1e9 / Double(period) - 1) < 1e-4)
    #expect(abs(jitter / 4e-4 - 1) < 0.15)
    #expect(result.suspectedLossCount == 0)
  }
}
