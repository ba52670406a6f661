import Quantities
import Testing

@Suite struct ParsingTests {
  @Test(
    "A value is read with its unit",
    arguments: [
      ("60 ms", 60, "ms"), ("60ms", 60, "ms"), ("  60\u{A0}ms ", 60, "ms"), ("2.3 kW", 2.3, "kW"),
      ("-5 °C", -5, "°C"), ("\u{2212}5 °C", -5, "°C"), ("+5 A", 5, "A"), ("1e3 W", 1000, "W"),
      ("1E-3W", 0.001, "W"), ("100_000 imp/kWh", 100_000, "imp/kWh"), (".5 s", 0.5, "s"),
      ("200 pulses", 200, "pulses"), ("1 pulse", 1, "pulses"), ("0.5 %", 0.5, "%"),
      ("0.5%", 0.5, "%"), ("10 µs", 10, "µs"), ("46Ω", 46, "Ω"), ("010 V", 10, "V"),
    ] as [(String, Double, String)]
  )
  func quantity(text: String, value: Double, symbol: String) throws {
    let quantity = try Quantity(parsing: text)
    #expect(quantity.value == value)
    #expect(quantity.unit.symbol == symbol)
    #expect(try Quantity(parsing: text, as: quantity.dimension) == quantity)
  }

  @Test("A ratio goes without a unit only where that is asked for: a forgotten % is a hundredfold")
  func ratio() throws {
    #expect(try Quantity(parsing: "0.9", as: .ratio, isPlainRatio: true) == Quantity(0.9, .one))
    #expect(throws: QuantityError.self) { try Quantity(parsing: "0.9", as: .ratio) }
    #expect(throws: QuantityError.self) { try Tolerance(parsing: "± 0.5", as: .ratio) }
    #expect(throws: QuantityError.self) { try ToleratedQuantity(parsing: "0.1 ± 0.5", as: .ratio) }
    #expect(throws: QuantityError.self) {
      try ToleratedQuantity(parsing: "0.1 % ± 0.5", as: .ratio)
    }
    #expect(try Quantity(parsing: "90 %", as: .ratio).base == 0.9)
  }

  @Test(
    "What is not the value asked for is refused with what was expected",
    arguments: [
      ("", .time, "expected a time such as '60 ms', found ''"),
      ("soon", .time, "expected a time such as '60 ms', found 'soon'"),
      ("60", .time, "'60' has no unit; expected a time such as '60 ms'"),
      ("60", nil, "'60' has no unit; expected a number with a unit, such as '60 ms'"),
      ("1 V", .time, "'1 V' is a voltage, expected a time such as '60 ms'"),
      (
        "1 W", .apparentPower,
        "'1 W' is an active power, expected an apparent power such as '2.3 kVA'"
      ),
      (
        "1 var", .activePower,
        "'1 var' is a reactive power, expected an active power such as '2.3 kW'"
      ),
      (
        "1 Ms", .time,
        "'Ms' is not a unit meterbench knows; did you mean 'ms'?; expected a time such as '60 ms'"
      ),
      (
        "1 furlong", nil,
        "'furlong' is not a unit meterbench knows; expected a number with a unit, such as '60 ms'"
      ),
      ("5 e", .voltage, "'e' is not a unit meterbench knows; expected a voltage such as '230 V'"),
      ("1.2.3 V", .voltage, "expected a voltage such as '230 V', found '1.2.3 V'"),
      (
        "1,5 V", .voltage,
        "',5 V' is not a unit meterbench knows; expected a voltage such as '230 V'"
      ),
      (
        "0x10 V", .voltage,
        "'x10 V' is not a unit meterbench knows; expected a voltage such as '230 V'"
      ),
      ("nan V", .voltage, "expected a voltage such as '230 V', found 'nan V'"),
      ("inf s", .time, "expected a time such as '60 ms', found 'inf s'"),
      ("1e999 s", .time, "expected a time such as '60 ms', found '1e999 s'"),
      ("12:30", .time, "':30' is not a unit meterbench knows; expected a time such as '60 ms'"),
      ("--1 V", .voltage, "expected a voltage such as '230 V', found '--1 V'"),
      ("0.5", .frequency, "'0.5' has no unit; expected a frequency such as '50 Hz'"),
      ("1 A", .ratio, "'1 A' is a current, expected a ratio such as '0.5 %'"),
    ] as [(String, Dimension?, String)]
  )
  func refused(text: String, dimension: Dimension?, message: String) {
    let error = #expect(throws: QuantityError.self) { try Quantity(parsing: text, as: dimension) }
    #expect(error?.description == message)
  }

  @Test("The example in an error text is itself read", arguments: Dimension.allCases)
  func examples(dimension: Dimension) throws {
    let error = #expect(throws: QuantityError.self) { try Quantity(parsing: "", as: dimension) }
    let parts = try #require(error?.description.split(separator: "'"))
    #expect(try Quantity(parsing: String(parts[1]), as: dimension).dimension == dimension)
  }

  @Test(
    "A tolerance is read as a share or an amount",
    arguments: [
      ("± 0.5 %", nil, .relative(0.005)), ("±0.5%", .voltage, .relative(0.005)),
      ("+/- 1 Hz", .frequency, .absolute(Quantity(1, .hertz))),
      ("± 0.2 V", nil, .absolute(Quantity(0.2, .volt))),
      // Of a ratio, a percentage is an amount.
      ("± 0.5 %", .ratio, .absolute(Quantity(0.5, .percent))),
      ("± 0 %", nil, .relative(0)),
    ] as [(String, Dimension?, Tolerance)]
  )
  func tolerance(text: String, dimension: Dimension?, expected: Tolerance) throws {
    #expect(try Tolerance(parsing: text, as: dimension) == expected)
  }

  @Test(
    "What is no tolerance is refused with what was expected",
    arguments: [
      ("0.5 %", nil, "expected a tolerance such as '± 0.5 %', found '0.5 %'"),
      ("± -1 V", nil, "a tolerance cannot be negative: '± -1 V'"),
      ("± 1 A", .voltage, "'± 1 A' is a current, expected a voltage such as '230 V'"),
      ("± 1", .voltage, "'1' has no unit; expected a number with a unit, such as '60 ms'"),
      ("±", nil, "expected a number with a unit, such as '60 ms', found ''"),
    ] as [(String, Dimension?, String)]
  )
  func refusedTolerance(text: String, dimension: Dimension?, message: String) {
    let error = #expect(throws: QuantityError.self) { try Tolerance(parsing: text, as: dimension) }
    #expect(error?.description == message)
  }

  @Test("A toleranced value has a nominal value and an allowance")
  func tolerated() throws {
    let resistance = try ToleratedQuantity(parsing: "46 Ω ± 0.2 %", as: .resistance)
    #expect(resistance.nominal == Quantity(46, .ohm))
    #expect(abs(resistance.halfWidth - 0.092) < 1e-12)
    #expect(try ToleratedQuantity(parsing: "46 Ω", as: .resistance).halfWidth == 0)
    #expect(try ToleratedQuantity(parsing: "1 kV +/- 2 V").halfWidth == 2)
    #expect(try ToleratedQuantity(parsing: "-5 A ± 10 %").halfWidth == 0.5)
    #expect(throws: QuantityError.self) { try ToleratedQuantity(parsing: "46 Ω ± 1 V") }
    #expect(throws: QuantityError.self) { try ToleratedQuantity(parsing: "46 Ω ± 1 % ± 1 %") }
  }
}
