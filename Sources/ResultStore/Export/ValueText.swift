import Quantities
import Verdicts

/// Numbers of the history as people read them.
public enum ValueText {
  /// A number in a base unit; one without a unit is a share of its limit.
  public static func text(_ value: Double, _ unit: String?, digits: Int = 4) -> String {
    guard let unit else { return "\(Decimal.text(value * 100, digits: digits)) % of the limit" }
    return Measurement.text(value, dimension(unit), digits: digits)
  }

  /// Limits in a base unit, or as the scenario states them where they follow from a measured value.
  public static func limits(_ lower: Double?, _ upper: Double?, _ unit: String?, _ stated: String)
    -> String
  {
    guard let unit else { return stated }
    return Rule.text(lower: lower, upper: upper, dimension(unit))
  }

  /// `95.7 %`.
  public static func percent(_ share: Double) -> String {
    "\(Decimal.fixed(share * 100, decimals: 1)) %"
  }

  static func dimension(_ unit: String) -> Dimension { Unit.named(unit)?.dimension ?? .ratio }
}
