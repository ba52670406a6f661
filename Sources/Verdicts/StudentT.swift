import Glibc

/// Student's t distribution, as far as coverage factors need it.
public enum StudentT {
  /// The level of confidence of a coverage factor of 2 for a normal distribution.
  public static let confidence = 0.9545

  /// The factor t for which a two-sided interval holds 95.45 % (JCGM 100:2008, table G.2).
  ///
  /// - Parameter degreesOfFreedom: Truncated to a whole number and no less than one; nil, where
  ///   they are infinite, gives 2.
  public static func coverageFactor(degreesOfFreedom: Double?) -> Double {
    guard let freedom = degreesOfFreedom else { return 2 }
    // Above 200 the expansion in 1/ν about the normal quantile 2 is good to 1e-6.
    guard freedom <= 200 else { return freedom.isFinite ? 2 + 2.5 / freedom : 2 }
    let whole = freedom >= 1 ? Int(freedom) : 1
    var low = 0.0
    var high = 16.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if probability(within: middle, degreesOfFreedom: whole) < confidence {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }

  /// The probability that |t| stays within `limit`: the finite series of Abramowitz and Stegun,
  /// 26.7.3 (odd) and 26.7.4 (even degrees of freedom).
  ///
  /// - Parameters:
  ///   - limit: The limit, zero or above.
  ///   - degreesOfFreedom: At least one.
  public static func probability(within limit: Double, degreesOfFreedom: Int) -> Double {
    let freedom = Double(max(1, degreesOfFreedom))
    let cosineSquared = 1 / (1 + limit * limit / freedom)
    let sine = (1 - cosineSquared).squareRoot()
    let isOdd = !max(1, degreesOfFreedom).isMultiple(of: 2)
    guard freedom > 1 else { return 2 / Double.pi * atan(limit) }
    var term = isOdd ? cosineSquared.squareRoot() : 1
    var sum = term
    var index = isOdd ? 3.0 : 2.0
    while index <= freedom - 2 {
      term *= cosineSquared * (index - 1) / index
      sum += term
      index += 2
    }
    guard isOdd else { return sine * sum }
    return 2 / Double.pi * (atan(limit / freedom.squareRoot()) + sine * sum)
  }
}
