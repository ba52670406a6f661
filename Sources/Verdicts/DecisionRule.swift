internal import Quantities

/// How a measured value with its uncertainty becomes a verdict against limits; fixed before the
/// run and printed with each verdict (JCGM 106:2012, ISO/IEC 17025:2017 clause 7.1.3).
public enum DecisionRule: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Guard band w = `factor` · U on either side of a limit: passed within the limits less w,
  /// failed beyond the limits plus w, else inconclusive. A factor below 1 gives part of the protection
  /// away, so it decides only where U ≤ L/3, as `simple` does.
  case guarded(factor: Double)
  /// Passed within the limits, else failed; decides only where U ≤ L/3, with L half the width
  /// between two limits, or the size of a single limit.
  case simple
  /// As guarded with w = U, and what it leaves open has two names: a conditional pass within the limits,
  /// a conditional fail beyond them (ILAC-G8:09/2019 clause 4.2.3). Both are inconclusive.
  case fourState

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
      guard factor >= 0, factor >= 1 || isCapable(uncertainty, lower, upper) else {
        return .inconclusive
      }
      let band = factor * uncertainty
      if value >= low + band, value <= high - band { return .passed }
      if value < low - band || value > high + band { return .failed }
      return .inconclusive
    case .fourState:
      return DecisionRule.standard.decide(
        value,
        expandedUncertainty: uncertainty,
        lower: lower,
        upper: upper
      )
    case .simple:
      guard isCapable(uncertainty, lower, upper) else { return .inconclusive }
      return value >= low && value <= high ? .passed : .failed
    }
  }

  /// Whether the rule decides nothing at such an uncertainty, whatever the value.
  func isIncapable(expandedUncertainty: Double?, lower: Double?, upper: Double?) -> Bool {
    switch self {
    case .guarded(let factor) where factor >= 1: false
    case .fourState: false
    case .guarded, .simple: !isCapable(expandedUncertainty ?? .infinity, lower, upper)
    }
  }

  /// The guard band that the rule keeps from a limit.
  public func guardBand(_ expandedUncertainty: Double) -> Double {
    switch self {
    case .guarded(let factor): factor * expandedUncertainty
    case .fourState: expandedUncertainty
    case .simple: 0
    }
  }

  /// Whether any value could pass between these limits.
  public func canPass(expandedUncertainty: Double, lower: Double?, upper: Double?) -> Bool {
    let best =
      if let lower, let upper { (lower + upper) / 2 } else {
        lower.map { $0 + Self.far(from: $0, expandedUncertainty) }
          ?? upper.map { $0 - Self.far(from: $0, expandedUncertainty) } ?? 0
      }
    return decide(
      best,
      expandedUncertainty: expandedUncertainty,
      lower: lower,
      upper: upper
    ) == .passed
  }

  private static func far(from limit: Double, _ uncertainty: Double) -> Double {
    abs(limit) + 100 * uncertainty
  }

  /// What the rule calls a value that it leaves open; nil where it has no word for it.
  public func word(for value: Double, lower: Double?, upper: Double?) -> String? {
    guard self == .fourState else { return nil }
    return (lower.map { value >= $0 } ?? true) && (upper.map { value <= $0 } ?? true)
      ? "conditional pass" : "conditional fail"
  }

  /// The room that a limit leaves: half the width between two, or the size of a single one.
  public static func room(lower: Double?, upper: Double?) -> Double {
    if let lower, let upper { (upper - lower) / 2 } else { abs(lower ?? upper ?? 0) }
  }

  private func isCapable(_ uncertainty: Double, _ lower: Double?, _ upper: Double?) -> Bool {
    uncertainty <= Self.room(lower: lower, upper: upper) / 3
  }

  /// The rule of a text such as `guarded`, `guarded 0.5`, `simple` or `four-state`; nil for any other.
  public init?(_ text: String) {
    switch text {
    case "guarded": self = .standard
    case "simple": self = .simple
    case "four-state": self = .fourState
    default:
      // With hardly a guard band it is simple acceptance, and has to say so.
      guard text.hasPrefix("guarded "), text.dropFirst(8).allSatisfy({ $0.isNumber || $0 == "." }),
        let factor = Double(text.dropFirst(8)), (0.01...10).contains(factor)
      else { return nil }
      self = .guarded(factor: factor)
    }
  }

  public var description: String {
    switch self {
    case .guarded(let factor):
      factor == 1 ? "guarded, w = U" : "guarded, w = \(Decimal.text(factor))·U"
    case .simple: "simple, U ≤ L/3"
    case .fourState: "four states, w = U"
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let rule = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "'\(text)' is not a decision rule"
      )
    }
    self = rule
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .guarded(let factor): try container.encode("guarded \(factor)")
    case .simple: try container.encode("simple")
    case .fourState: try container.encode("four-state")
    }
  }
}
