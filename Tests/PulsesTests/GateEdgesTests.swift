import Quantities
import Testing

@testable import Pulses

/// Where among the pulses of a gate a moment lies.
@Suite("Edges of a gate")
struct GateEdgesTests {
  /// Edges at uneven distances, in whole milliseconds.
  private static func train(_ count: Int, seed: UInt64) -> [Instant] {
    var random = Seeded(state: seed)
    var moment = at(1000)
    return (0..<count).map { _ in
      defer { moment = moment + .milliseconds(Int64.random(in: 1...2000, using: &random)) }
      return moment
    }
  }

  private static func edges(_ moments: [Instant], capacity: Int) -> GateEdges {
    moments.reduce(into: GateEdges(capacity: capacity)) { $0.add($1) }
  }

  @Test("A moment lies after so many whole periods and a share of one", arguments: 1...50)
  func position(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let moments = Self.train(Int.random(in: 2...40, using: &random), seed: seed)
    let edges = Self.edges(moments, capacity: 64)
    for index in 0..<moments.count - 1 {
      #expect(edges.position(of: moments[index]) == Double(index))
      let (from, to) = (moments[index], moments[index + 1])
      let share = Double.random(in: 0..<1, using: &random)
      let within = from + to.duration(since: from) * share
      let position = try #require(edges.position(of: within))
      #expect(abs(position - Double(index) - share) < 1e-5)
    }
    #expect(edges.position(of: moments[moments.count - 1]) == Double(moments.count - 1))
    #expect(edges.position(of: moments[0] - .nanoseconds(1)) == nil)
    #expect(edges.position(of: moments[moments.count - 1] + .nanoseconds(1)) == nil)
  }

  @Test("Those near both ends are remembered with their numbers, those between are not")
  func memory() {
    let moments = Self.train(1000, seed: 7)
    let edges = Self.edges(moments, capacity: 16)
    #expect(edges.count == 1000)
    for index in 0...15 { #expect(edges.position(of: moments[index]) == Double(index)) }
    for index in 984...999 { #expect(edges.position(of: moments[index]) == Double(index)) }
    for index in [16, 17, 500, 983] { #expect(edges.position(of: moments[index]) == nil) }
    #expect(edges.position(of: moments[15] + .nanoseconds(1)) == nil)
  }

  @Test(
    "An even train has its edges where they would have come",
    arguments: [1, 2, 7, 8, 9, 31, 1000]
  )
  func even(periods: Int) {
    let gate = Gate(opened: at(10), closed: at(10) + .seconds(periods), periods: periods)
    let moments = (0...periods).map { at(10) + .seconds($0) }
    let (made, counted) = (GateEdges(evenIn: gate, capacity: 8), Self.edges(moments, capacity: 8))
    #expect(made.count == counted.count)
    for moment in moments.flatMap({ [$0, $0 + .milliseconds(250)] }) {
      #expect(made.position(of: moment) == counted.position(of: moment))
    }
  }

  @Test("A gate that closed holds its own edges and no others")
  func keeper() throws {
    var keeper = GateKeeper(notBefore: at(1500), atLeastPeriods: 4)
    for edge in Train(pulses: 12).edges { keeper.add(edge) }
    let gate = try #require(keeper.gate)
    #expect(keeper.edges.count == gate.periods + 1)
    #expect(keeper.edges.position(of: gate.opened) == 0)
    #expect(keeper.edges.position(of: gate.closed) == 4)
  }
}
