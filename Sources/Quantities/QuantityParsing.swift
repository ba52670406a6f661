/// Why a text is not the value that was asked for. The description says what was expected.
public struct QuantityError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension Quantity {
  /// Reads `60 ms`, `2.3 kW` or `3200 imp/kWh`. The unit may follow the number without a space.
  ///
  /// - Parameters:
  ///   - dimension: what the value must measure; nil accepts any.
  ///   - isPlainRatio: whether a ratio may be a plain number, as a power factor is. Elsewhere a `%` that was
  ///     forgotten would make a limit a hundred times as wide.
  /// - Throws: where the text is no number with a known unit, the unit is missing, or it measures
  ///   something else.
  public init(
    parsing text: String,
    as dimension: Dimension? = nil,
    isPlainRatio: Bool = false
  ) throws(QuantityError) {
    let (number, symbol) = Self.split(text)
    guard let value = Self.number(number) else {
      throw QuantityError("expected \(Self.wanted(dimension)), found '\(text)'")
    }
    if symbol.isEmpty {
      guard dimension == .ratio, isPlainRatio || value == 0 else {
        throw QuantityError("'\(text)' has no unit; expected \(Self.wanted(dimension))")
      }
      self.init(value, .one)
      return
    }
    guard let unit = Unit.named(symbol) else {
      throw QuantityError(
        "'\(symbol)' is not a unit meterbench knows\(Self.hint(symbol, dimension)); expected \(Self.wanted(dimension))"
      )
    }
    guard dimension == nil || unit.dimension == dimension else {
      throw QuantityError(
        "'\(text)' is \(Self.article(unit.dimension)), expected \(Self.wanted(dimension))"
      )
    }
    self.init(value, unit)
  }

  /// The number and the unit symbol of `60 ms`.
  static func split(_ text: String) -> (number: String, symbol: String) {
    let trimmed = text.trimmed
    let numberEnd =
      trimmed.unicodeScalars.firstIndex { !"+-0123456789._eE\u{2212}".unicodeScalars.contains($0) }
      ?? trimmed.endIndex
    var number = String(trimmed[..<numberEnd])
    var symbol = String(trimmed[numberEnd...]).trimmed
    // "5 e" is no exponent: what follows the last digit belongs to the unit.
    while let last = number.last, last == "e" || last == "E" {
      number.removeLast()
      symbol = String(last) + symbol
    }
    return (number.trimmed, symbol)
  }

  static func number(_ text: String) -> Double? {
    let plain = text.replacing("\u{2212}", with: "-").replacing("_", with: "")
    guard let value = Double(plain), value.isFinite, !plain.lowercased().contains("x") else {
      return nil
    }
    return value
  }

  static func wanted(_ dimension: Dimension?) -> String {
    guard let dimension else { return "a number with a unit, such as '60 ms'" }
    return "\(article(dimension)) such as '\(example(dimension))'"
  }

  static func article(_ dimension: Dimension) -> String {
    switch dimension {
    case .activePower, .activeEnergy, .apparentPower, .apparentEnergy, .activeConstant,
      .apparentConstant, .angle:
      "an \(dimension.rawValue)"
    default: "a \(dimension.rawValue)"
    }
  }

  private static func example(_ dimension: Dimension) -> String {
    switch dimension {
    case .ratio: "0.5 %"
    case .time: "60 ms"
    case .voltage: "230 V"
    case .current: "5 A"
    case .frequency: "50 Hz"
    case .resistance: "46 Ω"
    case .activePower: "2.3 kW"
    case .reactivePower: "1 kvar"
    case .apparentPower: "2.3 kVA"
    case .activeEnergy: "10 Wh"
    case .reactiveEnergy: "10 varh"
    case .apparentEnergy: "10 VAh"
    case .charge: "10 Ah"
    case .angle: "60 °"
    case .temperature: "23 °C"
    case .activeConstant: "3200 imp/kWh"
    case .reactiveConstant: "3200 imp/kvarh"
    case .apparentConstant: "3200 imp/kVAh"
    case .pulseRate: "2 imp/s"
    case .pulseCount: "200 pulses"
    }
  }

  private static func hint(_ symbol: String, _ dimension: Dimension?) -> String {
    let folded = symbol.lowercased()
    let near = Unit.known.first {
      (dimension == nil || $0.dimension == dimension) && $0.symbol.lowercased() == folded
    }
    return near.map { "; did you mean '\($0.symbol)'?" } ?? ""
  }
}

extension Tolerance {
  /// Reads `± 0.5 %`, `±0.2 V` or `+/- 1 Hz`.
  ///
  /// - Parameters:
  ///   - dimension: what an absolute tolerance must measure; a percentage is relative,
  ///     unless the dimension itself is a ratio: then `± 0.5 %` is absolute.
  ///   - isPlainRatio: whether a ratio may be a plain number.
  public init(
    parsing text: String,
    as dimension: Dimension? = nil,
    isPlainRatio: Bool = false
  ) throws(QuantityError) {
    let trimmed = text.trimmed
    let rest: String
    if trimmed.hasPrefix("±") {
      rest = String(trimmed.dropFirst()).trimmed
    } else if trimmed.hasPrefix("+/-") {
      rest = String(trimmed.dropFirst(3)).trimmed
    } else {
      throw QuantityError("expected a tolerance such as '± 0.5 %', found '\(text)'")
    }
    let quantity = try Quantity(
      parsing: rest,
      as: dimension == .ratio ? .ratio : nil,
      isPlainRatio: isPlainRatio
    )
    guard quantity.value >= 0 else {
      throw QuantityError("a tolerance cannot be negative: '\(text)'")
    }
    if quantity.dimension == .ratio, dimension != .ratio {
      self = .relative(quantity.base)
      return
    }
    guard dimension == nil || quantity.dimension == dimension else {
      throw QuantityError(
        "'\(text)' is \(Quantity.article(quantity.dimension)), expected \(Quantity.wanted(dimension))"
      )
    }
    self = .absolute(quantity)
  }
}

extension ToleratedQuantity {
  /// Reads `46 Ω ± 0.2 %` or a plain `46 Ω`.
  ///
  /// - Parameter isPlainRatio: whether a ratio and its tolerance may be plain numbers: `0.5 ± 0.01`.
  public init(
    parsing text: String,
    as dimension: Dimension? = nil,
    isPlainRatio: Bool = false
  ) throws(QuantityError) {
    let sign = text.firstRange(of: "±") ?? text.firstRange(of: "+/-")
    guard let sign else {
      self.init(try Quantity(parsing: text, as: dimension, isPlainRatio: isPlainRatio))
      return
    }
    let nominal = try Quantity(
      parsing: String(text[..<sign.lowerBound]),
      as: dimension,
      isPlainRatio: isPlainRatio
    )
    // A ratio's own tolerance is absolute; every other percentage is a share of the nominal value.
    self.init(
      nominal,
      try Tolerance(
        parsing: String(text[sign.lowerBound...]),
        as: nominal.dimension,
        isPlainRatio: isPlainRatio
      )
    )
  }
}

extension String {
  /// Without the white space at both ends (no-break spaces included).
  var trimmed: String {
    var view = Substring(self)
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }
}
