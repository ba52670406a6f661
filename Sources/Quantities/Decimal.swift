/// Numbers as people read them: never an exponent where it can be helped, no trailing zeros, the
/// same text on every machine.
public enum Decimal {
  /// `value` with up to `digits` significant digits.
  public static func text(_ value: Double, digits: Int = 7) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-∞" : "∞" }
    guard value != 0 else { return "0" }
    let magnitude = exponent(of: abs(value))
    guard magnitude >= -9, magnitude < 18 else {
      let shortest = "\(value)"
      guard shortest.prefix(while: { $0 != "e" }).count(where: \.isNumber) > digits else {
        return shortest
      }
      // With an exponent, and no more digits than asked for.
      var scaled = abs(value)
      for _ in 0..<abs(magnitude) { scaled = magnitude < 0 ? scaled * 10 : scaled / 10 }
      let digits = fixed(scaled, decimals: max(0, min(15, digits - 1)), trimmed: true)
      return "\(value < 0 ? "-" : "")\(digits)e\(magnitude < 0 ? "-" : "+")\(abs(magnitude))"
    }
    return fixed(value, decimals: max(0, min(15, digits - 1 - magnitude)), trimmed: true)
  }

  /// `value` with exactly `decimals` digits after the point (0 to 18; anything else counts as the
  /// nearer bound), rounded half to even on the binary value. Values that are not finite, or that
  /// have more than 18 digits with their decimals, are printed as Swift prints them.
  public static func fixed(_ value: Double, decimals: Int, trimmed: Bool = false) -> String {
    guard value.isFinite else { return "\(value)" }
    let decimals = min(max(0, decimals), 18)
    let scale = power(decimals)
    let product = abs(value) * scale
    var scaled = product.rounded(.toNearestOrEven)
    // Where only the product's own rounding made a tie, the part it lost decides.
    let lost = (-product).addingProduct(abs(value), scale)
    if lost != 0, abs(product - scaled) == 0.5 {
      scaled = product.rounded(lost > 0 ? .up : .down)
    }
    guard scaled < 9e18 else { return "\(value)" }
    let whole = UInt64(scaled)
    let unit = UInt64(scale)
    var text = value < 0 && whole > 0 ? "-\(whole / unit)" : "\(whole / unit)"
    guard decimals > 0 else { return text }
    var fraction = "\(whole % unit)"
    fraction = String(repeating: "0", count: decimals - fraction.count) + fraction
    if trimmed { while fraction.last == "0" { fraction.removeLast() } }
    if !fraction.isEmpty { text += ".\(fraction)" }
    return text
  }

  private static func power(_ decimals: Int) -> Double {
    (0..<decimals).reduce(1.0) { product, _ in product * 10 }
  }

  /// The power of ten of the leading digit.
  private static func exponent(of magnitude: Double) -> Int {
    var exponent = 0
    var rest = magnitude
    while rest >= 10 {
      rest /= 10
      exponent += 1
    }
    while rest < 1 {
      rest *= 10
      exponent -= 1
    }
    return exponent
  }
}
