public import Quantities

/// What a node says. After validation these succeed; on a node of the wrong form they are nil, and
/// the shape has reported it.
extension Node {
  /// The text of a scalar exactly as it was written, without its quotes; nil for anything else.
  public var text: String? {
    guard kind == .scalar, case .scalar(let text, _) = tree.content else { return nil }
    return text
  }

  /// The text of a scalar without quotes. Quotes make a text of what would be a number or switch.
  private var plain: String? {
    guard kind == .scalar, case .scalar(let text, isPlain: true) = tree.content else { return nil }
    return text
  }

  /// A whole number in decimal digits, or without a sign in hexadecimal digits after `0x`.
  ///
  /// A leading zero is refused, for it means octal in YAML 1.1 and nothing in YAML 1.2.
  public func integer() -> Int? {
    guard let plain else { return nil }
    if plain.hasPrefix("0x") {
      let digits = plain.dropFirst(2)
      return digits.first?.isHexDigit == true ? Int(digits, radix: 16) : nil
    }
    let digits = plain.hasPrefix("-") || plain.hasPrefix("+") ? plain.dropFirst() : plain[...]
    guard digits == "0" || !digits.hasPrefix("0") else { return nil }
    return Int(plain)
  }

  /// A number in decimal digits, with or without a fraction and an exponent; always finite.
  public func number() -> Double? {
    guard let plain, plain.unicodeScalars.allSatisfy({ Self.numeric.contains($0) }) else {
      return nil
    }
    return Double(plain).flatMap { $0.isFinite ? $0 : nil }
  }

  private static let numeric = Set("+-.0123456789eE".unicodeScalars)

  /// `true` or `false`, without quotes.
  public var flag: Bool? {
    switch plain {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// `on` or `off`.
  public var onOff: Bool? {
    switch text {
    case "on": true
    case "off": false
    default: nil
    }
  }

  /// A value with its unit.
  public func quantity(_ dimension: Dimension) -> Quantity? {
    text.flatMap { try? Quantity(parsing: $0, as: dimension) }
  }

  /// A time, to the nanosecond.
  public func duration() -> Duration? { quantity(.time)?.duration }

  /// A value with its unit, and its tolerance where one is stated: `46 Ω ± 0.2 %`.
  public func toleratedQuantity(_ dimension: Dimension) -> ToleratedQuantity? {
    text.flatMap { try? ToleratedQuantity(parsing: $0, as: dimension) }
  }

  /// An allowance such as `± 0.5 %`.
  ///
  /// - Parameter dimension: what an absolute allowance must measure; nil accepts any.
  public func tolerance(for dimension: Dimension?) -> Tolerance? {
    text.flatMap { try? Tolerance(parsing: $0, as: dimension) }
  }
}
