import Pulses
import Quantities
import Testing

@Suite("Steadiness of a load")
struct SteadinessTests {
  @Test("An excursion in the middle of a gate is never forgotten")
  func oldExcursion() throws {
    var steadiness = Steadiness(limit: 64)
    for second in 0..<5000 {
      let isOff = second == 900
      steadiness.add(power: isOff ? 900 : 1000, at: .zero + .seconds(second))
    }
    let gate = Gate(opened: .zero + .seconds(10), closed: .zero + .seconds(4990), periods: 1)
    let spread = try #require(steadiness.spread(in: gate))
    #expect(abs(spread - 0.1) < 0.001)
  }

  @Test("A steady load stays steady")
  func steady() throws {
    var steadiness = Steadiness(limit: 64)
    for second in 0..<5000 { steadiness.add(power: 1000, at: .zero + .seconds(second)) }
    let gate = Gate(opened: .zero + .seconds(10), closed: .zero + .seconds(4990), periods: 1)
    #expect(steadiness.spread(in: gate) == 0)
  }

  @Test("A span goes from the first edge to the last, and holds how far any part left its mean")
  func span() throws {
    var steadiness = Steadiness()
    for index in 0...10 {
      steadiness.add(.zero + .milliseconds(1500) + .milliseconds(1250) * index)
    }
    let steady = try #require(steadiness.span)
    #expect(steady.from == .zero + .milliseconds(1500) && steady.to == .zero + .seconds(14))
    #expect(steady.deviation == 0)
    // From 0.8 pulses per second to 1: the part that is slow is left by a quarter of itself.
    for index in 1...3 { steadiness.add(.zero + .seconds(14 + index)) }
    #expect(abs(try #require(steadiness.span).deviation - 0.25) < 1e-9)
  }

  @Test("One sample shows no steadiness")
  func oneSample() {
    var steadiness = Steadiness()
    for second in 0...1 { steadiness.add(.zero + .seconds(second)) }
    #expect(steadiness.span == nil)
    steadiness.add(.zero + .seconds(2))
    #expect(steadiness.span != nil)
  }
}
