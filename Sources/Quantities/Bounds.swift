/// A value with the limits that its tolerances give it.
public struct Bounds: Hashable, Sendable {
  public var least: Double
  public var nominal: Double
  public var most: Double

  /// A value between limits, in the base unit.
  public init(least: Double, nominal: Double, most: Double) {
    self.least = least
    self.nominal = nominal
    self.most = most
  }

  /// A number without any doubt.
  public init(_ number: Double) { self.init(least: number, nominal: number, most: number) }

  /// A value with its tolerance, in the base unit.
  public init(_ value: ToleratedQuantity) {
    let nominal = value.nominal.base
    self.init(least: nominal - value.halfWidth, nominal: nominal, most: nominal + value.halfWidth)
  }

  /// Each limit brought into a range.
  public func clamped(to range: ClosedRange<Double>) -> Bounds {
    func clamp(_ value: Double) -> Double { min(max(value, range.lowerBound), range.upperBound) }
    return Bounds(least: clamp(least), nominal: clamp(nominal), most: clamp(most))
  }

  /// Both limits multiplied, whichever way they turn.
  public static func * (left: Bounds, right: Bounds) -> Bounds {
    let ends = [
      left.least * right.least, left.least * right.most, left.most * right.least,
      left.most * right.most,
    ]
    return Bounds(
      least: ends.min() ?? 0,
      nominal: left.nominal * right.nominal,
      most: ends.max() ?? 0
    )
  }

  /// A quotient of positive values.
  public static func / (left: Bounds, right: Bounds) -> Bounds {
    guard right.least > 0 else {
      return Bounds(least: 0, nominal: left.nominal / right.nominal, most: .infinity)
    }
    return Bounds(
      least: left.least / right.most,
      nominal: left.nominal / right.nominal,
      most: left.most / right.least
    )
  }
}
