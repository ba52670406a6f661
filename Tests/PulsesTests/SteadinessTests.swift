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
}
