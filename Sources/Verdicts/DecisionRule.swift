internal import Quantities

/// How a measured value with its uncertainty becomes a verdict against limits; fixed before the
/// run and printed with each verdict (JCGM 106:2012, ISO/IEC 17025:2017 clause 7.1.3).
public enum DecisionRule: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Guard band w = `factor` · U on either side of a limit: passed within the limits less w,
  /// failed beyond the limits plus w, else inconclusive.
  case guarded(factor: Double)
  /// Passed within the limits, else failed; decides only where U ≤ L/3, with L half the width
  /// between two limits, or the size of a single limit.
  case simple

  /// Guarded with w = U.
  public static let standard = DecisionRule.guarded(factor: 1)

  /// Decides on a finite value. What cannot be compared is inconclusive: no limit at all, limits
  /// that are not finite or that leave nothing between them, a negative guard band.
  ///
  /// - Parameters:
  ///   - value: the value, in the unit of the limits.
  ///   - expandedUncertainty: U in the same unit; nil or not finite decides nothing.
  ///   - lower: the lower limit; nil where there is none.
  ///   - upper: the upper limit; nil where there is none.
  public func decide(
    _ value: Double,
    expandedUncertainty: Double?,
    lower: Double?,
    upper: Double?
  ) -> Verdict {
    guard value.isFinite, lower?.isFinite != false, upper?.isFinite != false,
      lower != nil || upper != nil,
      let uncertainty = expandedUncertainty, uncertainty.isFinite, uncertainty >= 0
    else { return .inconclusive }
    let low = lower ?? -.infinity
    let high = upper ?? .infinity
    guard low <= high else { return .inconclusive }
    switch self {
    case .guarded(let factor):
      guard factor >= 0 else { return .inconclusive }
      let band = factor * uncertainty
      if value >= low + band, value <= high - band { return .passed }
      if value < low - band || value > high + band { return .failed }
      return .inconclusive
    case .simple:
      let width =
        lower != nil && upper != nil
        ? (high - low) / 2 : abs(lower ?? upper ?? 0)
      guard uncertainty <= width / 3 else { return .inconclusive }
      return value >= low && value <= high ? .passed : .failed
    }
  }

  public var description: String {
    switch self {
    case .guarded(let factor):
      factor == 1 ? "guarded, w = U" : "guarded, w = \(Decimal.text(factor))·U"
    case .simple: "simple, U ≤ L/3"
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    if text == "simple" {
      self = .simple
    } else if text.hasPrefix("guarded "), let factor = Double(text.dropFirst(8)), factor >= 0 {
      self = .guarded(factor: factor)
    } else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "'\(text)' is not a decision rule"
      )
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .guarded(let factor): try container.encode("guarded \(factor)")
    case .simple: try container.encode("simple")
    }
  }
}
