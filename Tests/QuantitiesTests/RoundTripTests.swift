import Quantities
import Testing

@Suite struct RoundTripTests {
  /// The same values on every machine and in every run (xorshift, G. Marsaglia, 2003).
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  @Test("A printed value reads back to within a millionth", arguments: Unit.known)
  func description(unit: Unit) throws {
    var generator = Generator(state: 0x9E37_79B9_7F4A_7C15)
    for _ in 0..<500 {
      let magnitude = Double.random(in: 1..<10, using: &generator)
      let exponent = Int.random(in: -20...20, using: &generator)
      let sign: Double = Bool.random(using: &generator) ? 1 : -1
      let value =
        sign * magnitude
        * (0..<abs(exponent)).reduce(1.0) { scale, _ in
          exponent < 0 ? scale / 10 : scale * 10
        }
      for quantity in [Quantity(value, unit), Quantity(value, unit).readable] {
        let again = try Quantity(
          parsing: quantity.description,
          as: unit.dimension,
          isPlainRatio: unit == .one
        )
        #expect(
          abs(again.base - quantity.base) <= abs(quantity.base) * 1e-6,
          "\(value) \(unit) printed as \(quantity)"
        )
      }
    }
  }

  @Test(
    "A tolerance reads back as it was printed",
    arguments: [
      "± 0.5 %", "± 0.2 V", "46 Ω ± 0.2 %", "0.9 ± 0.1", "50 % ± 1 %", "3188.2 imp/kWh ± 1 %",
    ]
  )
  func tolerances(text: String) throws {
    if text.hasPrefix("±") {
      #expect(try Tolerance(parsing: text).description == text)
    } else {
      let dimension = text.hasPrefix("0.9") ? Dimension.ratio : nil
      func read(_ text: String) throws -> ToleratedQuantity {
        try ToleratedQuantity(parsing: text, as: dimension, isPlainRatio: dimension == .ratio)
      }
      let quantity = try read(text)
      #expect(quantity.description == text)
      #expect(try read(quantity.description) == quantity)
    }
  }

  @Test(
    "A value is shown in the unit that reads best",
    arguments: [
      ("2300 W", "2.3 kW"), ("0.06 s", "60 ms"), ("90 s", "1.5 min"), ("0.0001 V", "0.1 mV"),
      ("1000 W", "1 kW"), ("999 W", "999 W"), ("-2300 W", "-2.3 kW"), ("0 kW", "0 kW"),
      ("7200 s", "2 h"), ("1e-3 ns", "0.001 ns"), ("50 Hz", "50 Hz"), ("5000 kW", "5 MW"),
    ]
  )
  func readable(text: String, expected: String) throws {
    #expect(try Quantity(parsing: text).readable.description == expected)
  }

  @Test("Conversion keeps the value and refuses another dimension")
  func conversion() throws {
    let power = Quantity(2300, .watt)
    let kilowatt = try #require(Unit.named("kW"))
    #expect(power.converted(to: kilowatt) == Quantity(2.3, kilowatt))
    #expect(power.converted(to: .voltAmpere) == nil)
    #expect(Quantity(1500, .millisecond).duration == .milliseconds(1500))
    #expect(power.duration == nil)
    #expect(Quantity(base: 2, .time) == Quantity(2, .second))
  }
}
