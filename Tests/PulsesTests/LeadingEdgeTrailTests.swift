import Pulses
import Quantities
import Testing

@Suite struct LeadingEdgeTrailTests {
  private func trail(_ edges: [Edge], capacity: Int = 4096) -> LeadingEdgeTrail {
    var trail = LeadingEdgeTrail(capacity: capacity)
    for edge in edges { trail.add(edge) }
    return trail
  }

  @Test func aMomentIsBracketedByItsNeighbours() {
    let trail = trail(Train(pulses: 20).edges)
    #expect(trail.bracket(at(1000)) == EdgeBracket(index: 0, before: at(1000), after: at(1300)))
    #expect(trail.bracket(at(1299)) == EdgeBracket(index: 0, before: at(1000), after: at(1300)))
    #expect(trail.bracket(at(1300)) == EdgeBracket(index: 1, before: at(1300), after: at(1600)))
    #expect(trail.bracket(at(1450))?.fraction(at: at(1450)) == 0.5)
    #expect(trail.bracket(at(1450))?.fraction(at: at(1700)) == nil)
  }

  @Test func nothingIsExtrapolated() {
    let trail = trail(Train(pulses: 20).edges)
    #expect(trail.bracket(at(999)) == nil)
    #expect(trail.bracket(at(1000 + 19 * 300)) == nil)
    #expect(LeadingEdgeTrail().bracket(at(1)) == nil)
  }

  @Test func onlyTheNewestEdgesAreRememberedAndTheirNumbersStay() {
    let trail = trail(Train(pulses: 1000).edges, capacity: 8)
    #expect(trail.bracket(at(1000 + 500 * 300)) == nil)
    let moment = at(1000 + 995 * 300 + 1)
    #expect(trail.bracket(moment)?.index == 995)
    #expect(trail.bracket(moment)?.before == at(1000 + 995 * 300))
  }

  @Test(arguments: [1, 2, 4, 4.999])
  func pulsesTooShortForTheBounceTimeAreNeverHalfCounted(width: Double) {
    let long = Train(pulses: 20).edges
    let short = (0..<20).flatMap { index in
      let start = 8000 + Double(index) * 10
      return [edge(start, true), edge(start + width, false)]
    }
    var spoilt = trail(long + short)
    spoilt.settle(by: at(9000))
    #expect(spoilt.bracket(at(1500)) == nil)
    #expect(spoilt.bounce.glitches == 20)
    var fitting = LeadingEdgeTrail(bounce: .microseconds(500))
    for edge in long + short { fitting.add(edge) }
    #expect(fitting.bracket(at(8095))?.index == 29)
  }

  @Test(arguments: [0.0, 3, 19.9, 20, 96, 250, 1000, 5000])
  func theBounceTimeForARateLosesNoPulseOfAFastReference(rate: Double) {
    let bounce = EdgeFilter.bounce(atRate: rate)
    #expect(bounce <= EdgeFilter.standardBounce)
    #expect(rate > 20 || bounce == EdgeFilter.standardBounce)
    let period = Int64(1e9 / max(rate, 1))
    let edges = Train(pulses: 500, period: period, width: period / 2).edges
    #expect(statistics(edges, .init(bounce: bounce), level: false).completePulses == 500)
  }

  @Test func aLossTakesEveryBracketAway() {
    var edges = Train(pulses: 20).edges
    edges.remove(at: 11)
    let trail = trail(edges)
    #expect(trail.loss == .equalEdges(at: at(1000 + 6 * 300), leading: true))
    #expect(trail.bracket(at(1100)) == nil)
  }
}
