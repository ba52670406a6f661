/// A unit as it is written in files and reports.
public struct Unit: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The symbol that is printed, such as `kWh`.
  public let symbol: String
  /// What the unit measures.
  public let dimension: Dimension
  /// How many base units of the dimension make one of this unit.
  public let factor: Double

  init(_ symbol: String, _ dimension: Dimension, _ factor: Double) {
    self.symbol = symbol
    self.dimension = dimension
    self.factor = factor
  }

  public static let one = Unit("1", .ratio, 1)
  public static let percent = Unit("%", .ratio, 0.01)
  public static let perMille = Unit("‰", .ratio, 0.001)
  public static let partsPerMillion = Unit("ppm", .ratio, 1e-6)
  public static let second = Unit("s", .time, 1)
  public static let millisecond = Unit("ms", .time, 1e-3)
  public static let microsecond = Unit("µs", .time, 1e-6)
  public static let volt = Unit("V", .voltage, 1)
  public static let ampere = Unit("A", .current, 1)
  public static let hertz = Unit("Hz", .frequency, 1)
  public static let ohm = Unit("Ω", .resistance, 1)
  public static let watt = Unit("W", .activePower, 1)
  public static let `var` = Unit("var", .reactivePower, 1)
  public static let voltAmpere = Unit("VA", .apparentPower, 1)
  public static let wattHour = Unit("Wh", .activeEnergy, 1)
  public static let kilowattHour = Unit("kWh", .activeEnergy, 1e3)
  public static let varHour = Unit("varh", .reactiveEnergy, 1)
  public static let voltAmpereHour = Unit("VAh", .apparentEnergy, 1)
  public static let ampereHour = Unit("Ah", .charge, 1)
  public static let degree = Unit("°", .angle, 1)
  public static let celsius = Unit("°C", .temperature, 1)
  public static let impulsesPerKilowattHour = Unit("imp/kWh", .activeConstant, 1)
  public static let impulsesPerKilovarHour = Unit("imp/kvarh", .reactiveConstant, 1)
  public static let impulsesPerKilovoltAmpereHour = Unit("imp/kVAh", .apparentConstant, 1)
  public static let impulsesPerSecond = Unit("imp/s", .pulseRate, 1)
  public static let pulse = Unit("pulses", .pulseCount, 1)

  /// Every unit that files may use, in the order in which error texts list them.
  public static let known: [Unit] =
    [
      one, percent, perMille, partsPerMillion,
      Unit("ns", .time, 1e-9), microsecond, millisecond, second,
      Unit("min", .time, 60), Unit("h", .time, 3600), Unit("d", .time, 86400),
      Unit("mV", .voltage, 1e-3), volt, Unit("kV", .voltage, 1e3),
      Unit("mA", .current, 1e-3), ampere, Unit("kA", .current, 1e3),
      Unit("mHz", .frequency, 1e-3), hertz, Unit("kHz", .frequency, 1e3),
      Unit("mΩ", .resistance, 1e-3), ohm, Unit("kΩ", .resistance, 1e3),
      Unit("mW", .activePower, 1e-3), watt, Unit("kW", .activePower, 1e3),
      Unit("MW", .activePower, 1e6),
      `var`, Unit("kvar", .reactivePower, 1e3), Unit("Mvar", .reactivePower, 1e6),
      voltAmpere, Unit("kVA", .apparentPower, 1e3), Unit("MVA", .apparentPower, 1e6),
      Unit("mWh", .activeEnergy, 1e-3), wattHour, kilowattHour, Unit("MWh", .activeEnergy, 1e6),
      varHour, Unit("kvarh", .reactiveEnergy, 1e3), Unit("Mvarh", .reactiveEnergy, 1e6),
      voltAmpereHour, Unit("kVAh", .apparentEnergy, 1e3), Unit("MVAh", .apparentEnergy, 1e6),
      ampereHour, Unit("kAh", .charge, 1e3),
      degree, celsius,
      impulsesPerKilowattHour, Unit("imp/Wh", .activeConstant, 1e3),
      Unit("imp/MWh", .activeConstant, 1e-3),
      impulsesPerKilovarHour, Unit("imp/Mvarh", .reactiveConstant, 1e-3),
      impulsesPerKilovoltAmpereHour, Unit("imp/MVAh", .apparentConstant, 1e-3),
      impulsesPerSecond, Unit("imp/min", .pulseRate, 1.0 / 60),
      Unit("imp/h", .pulseRate, 1.0 / 3600),
      pulse,
    ]

  /// Other spellings that files may use for a known unit.
  static let aliases: [String: String] = [
    "us": "µs", "μs": "µs", "ohm": "Ω", "Ohm": "Ω", "\u{2126}": "Ω", "kohm": "kΩ", "mohm": "mΩ",
    "VAr": "var", "kVAr": "kvar", "MVAr": "Mvar", "VArh": "varh", "kVArh": "kvarh",
    "MVArh": "Mvarh", "deg": "°", "degC": "°C", "pulse": "pulses", "imp": "pulses",
    "imp/kVArh": "imp/kvarh", "imp/MVArh": "imp/Mvarh",
  ]

  private static let bySymbol: [String: Unit] = Dictionary(
    known.map { ($0.symbol, $0) },
    uniquingKeysWith: { first, _ in first }
  )

  /// The unit that a file means by `symbol`, or nil where there is none. Case matters: `mW` is not
  /// `MW`.
  public static func named(_ symbol: String) -> Unit? {
    bySymbol[symbol] ?? aliases[symbol].flatMap { bySymbol[$0] }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let symbol = try container.decode(String.self)
    guard let unit = Unit.named(symbol) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "unknown unit '\(symbol)'"
      )
    }
    self = unit
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(symbol)
  }

  public var description: String { symbol }
}
