/// A symmetric allowance around a nominal value: `± 0.5 %` or `± 0.2 V`.
public enum Tolerance: Hashable, Sendable, CustomStringConvertible {
  /// A fraction of the nominal value: 0.005 for `± 0.5 %`.
  case relative(Double)
  /// An absolute amount.
  case absolute(Quantity)

  /// The half-width in the base unit around a nominal value in the base unit.
  public func halfWidth(around nominal: Double) -> Double {
    switch self {
    case .relative(let fraction): abs(nominal) * fraction
    case .absolute(let quantity): quantity.base
    }
  }

  public var description: String {
    switch self {
    case .relative(let fraction): "± \(Decimal.text(fraction * 100)) %"
    case .absolute(let quantity): "± \(quantity)"
    }
  }
}

/// A value that is known only within bounds: `46 Ω ± 0.2 %`. The bounds are limits of a
/// rectangular distribution unless their owner says otherwise.
public struct ToleratedQuantity: Hashable, Sendable, CustomStringConvertible {
  /// The nominal value.
  public var nominal: Quantity
  /// The allowance around it; nil where none was stated.
  public var tolerance: Tolerance?

  /// A nominal value with an allowance.
  public init(_ nominal: Quantity, _ tolerance: Tolerance? = nil) {
    self.nominal = nominal
    self.tolerance = tolerance
  }

  /// The half-width in the base unit; zero where no tolerance was stated.
  public var halfWidth: Double { tolerance?.halfWidth(around: nominal.base) ?? 0 }

  public var description: String {
    tolerance.map { "\(nominal) \($0)" } ?? "\(nominal)"
  }
}
