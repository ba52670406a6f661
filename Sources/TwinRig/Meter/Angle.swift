/// Angles without the C library, whose last digits differ between machines.
enum Angle {
  /// The angle of a vector in degrees, −180...180; 0 for the zero vector.
  static func degrees(sine: Double, cosine: Double) -> Double {
    guard sine != 0 || cosine != 0 else { return 0 }
    let (small, great) = (min(abs(sine), abs(cosine)), max(abs(sine), abs(cosine)))
    var angle = arctangent(small / great) * 180 / .pi
    if abs(sine) > abs(cosine) { angle = 90 - angle }
    if cosine < 0 { angle = 180 - angle }
    return sine < 0 ? -angle : angle
  }

  /// The arctangent of 0...1: halved twice, arctan x = 2 arctan(x / (1 + √(1 + x²))), then the power
  /// series, whose remainder is below 10⁻¹⁴ there.
  private static func arctangent(_ tangent: Double) -> Double {
    var x = tangent
    for _ in 0..<2 { x /= 1 + (1 + x * x).squareRoot() }
    let square = x * x
    var (sum, term) = (0.0, x)
    for index in 0..<12 {
      sum += term / Double(2 * index + 1) * (index.isMultiple(of: 2) ? 1 : -1)
      term *= square
    }
    return 4 * sum
  }
}
