import Quantities
import Testing

@Suite struct UnitTests {
  @Test("Every unit is found by its symbol, and no symbol stands for two", arguments: Unit.known)
  func named(unit: Unit) {
    #expect(Unit.named(unit.symbol) == unit)
    #expect(Unit.known.filter { $0.symbol == unit.symbol }.count == 1)
    #expect(unit.factor > 0 && unit.factor.isFinite)
  }

  @Test(
    "Every dimension has a base unit of factor 1 that files may use",
    arguments: Dimension.allCases
  )
  func base(dimension: Dimension) {
    #expect(dimension.baseUnit.dimension == dimension)
    #expect(dimension.baseUnit.factor == 1)
    #expect(Unit.known.contains(dimension.baseUnit))
  }

  @Test(
    "Other spellings mean the printed unit",
    arguments: [
      ("us", "µs"), ("\u{3BC}s", "\u{B5}s"), ("ohm", "Ω"), ("\u{2126}", "\u{3A9}"), ("kohm", "kΩ"),
      ("mohm", "mΩ"), ("kVAr", "kvar"), ("MVArh", "Mvarh"), ("deg", "°"), ("degC", "°C"),
      ("imp", "pulses"), ("pulse", "pulses"), ("imp/kVArh", "imp/kvarh"),
    ]
  )
  func aliases(spelling: String, symbol: String) {
    #expect(Unit.named(spelling)?.symbol == symbol)
  }

  @Test(
    "Case tells milli from mega",
    arguments: [("mW", 1e-3), ("MW", 1e6), ("mWh", 1e-3), ("MWh", 1e6)]
  )
  func prefixes(symbol: String, factor: Double) {
    #expect(Unit.named(symbol)?.factor == factor)
  }

  @Test(
    "What is no unit is not guessed",
    arguments: ["", "w", "KW", "volt", "kwh", " V", "V ", "m", "sec"]
  )
  func unknown(symbol: String) {
    #expect(Unit.named(symbol) == nil)
  }

  @Test(
    "A meter constant has the same value in every unit",
    arguments: [
      ("3200 imp/kWh", 3200.0), ("3.2 imp/Wh", 3200), ("3200000 imp/MWh", 3200),
      ("1000 imp/kvarh", 1000), ("1000000 imp/Mvarh", 1000), ("1000000 imp/MVAh", 1000),
    ]
  )
  func constants(text: String, base: Double) throws {
    let quantity = try Quantity(parsing: text)
    #expect(abs(quantity.base - base) < base * 1e-12)
  }
}
