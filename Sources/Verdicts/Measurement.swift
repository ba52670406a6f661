public import Quantities

/// A value with the moment or interval it belongs to, under an id that rules refer to.
public struct Measurement: Hashable, Sendable, Codable {
  /// What was measured: a number with its dimension, or a text (a firmware version, a setting).
  public enum Value: Hashable, Sendable {
    /// A number in the base unit of its dimension. It may be NaN or infinite; no rule passes then.
    case number(Double, Dimension)
    /// A text.
    case text(String)
  }

  /// The id within the step, such as `error` or `voltage-l1`.
  public var id: String
  /// The value.
  public var value: Value
  /// The expanded uncertainty in the same unit, zero for an exact count; nil where none is known.
  public var expandedUncertainty: Double?
  /// The coverage factor of `expandedUncertainty`.
  public var coverageFactor: Double?
  /// Where the uncertainty comes from, in the unit of the value; nil for an exact count and for what has
  /// no uncertainty.
  public var budget: UncertaintyBudget?
  /// When the interval of the measurement begins; equal to `to` for a momentary value.
  public var from: Instant
  /// When the interval of the measurement ends.
  public var to: Instant
  /// What a reader of the record should know, such as the exchange it came from.
  public var remark: String?

  /// A measurement over an interval, or at a moment where `to` is left out.
  public init(
    id: String,
    value: Value,
    expandedUncertainty: Double? = nil,
    coverageFactor: Double? = nil,
    budget: UncertaintyBudget? = nil,
    from: Instant,
    to: Instant? = nil,
    remark: String? = nil
  ) {
    self.id = id
    self.value = value
    self.expandedUncertainty = expandedUncertainty ?? budget?.expanded
    self.coverageFactor = coverageFactor ?? budget?.coverageFactor
    self.budget = budget
    self.from = from
    self.to = to ?? from
    self.remark = remark
  }

  /// Whether the stated uncertainty is the one that its budget gives.
  public var isConsistent: Bool {
    guard let budget else { return true }
    guard let stated = expandedUncertainty else { return false }
    let computed = budget.expanded
    return stated == computed || stated.isNaN && computed.isNaN
      || abs(stated - computed) <= 1e-9 * abs(computed)
  }

  /// The number of a numeric value.
  public var number: Double? {
    if case .number(let number, _) = value { number } else { nil }
  }

  /// The value as people read it.
  public var text: String {
    switch value {
    case .number(let number, let dimension):
      Self.text(number, dimension)
    case .text(let text): text
    }
  }

  /// A number of a dimension as people read it: ratios in per cent, the rest in a handy unit.
  public static func text(_ number: Double, _ dimension: Dimension, digits: Int = 7) -> String {
    let shown = shown(number, dimension)
    let value = Decimal.text(shown.value, digits: digits)
    return shown.unit == .one ? value : "\(value) \(shown.unit)"
  }

  /// A number in the unit in which people read it.
  static func shown(_ number: Double, _ dimension: Dimension) -> Quantity {
    let base = Quantity(base: number, dimension)
    return (dimension == .ratio ? base.converted(to: .percent) : nil) ?? base.readable
  }
}

extension Measurement.Value: Codable {
  private enum Key: String, CodingKey { case number, unit, text }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let text = try container.decodeIfPresent(String.self, forKey: .text) {
      self = .text(text)
    } else {
      let unit = try container.decode(Unit.self, forKey: .unit)
      let number = try container.decode(Double.self, forKey: .number)
      self = .number(number * unit.factor, unit.dimension)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .number(let number, let dimension):
      try container.encode(number, forKey: .number)
      try container.encode(dimension.baseUnit, forKey: .unit)
    case .text(let text): try container.encode(text, forKey: .text)
    }
  }
}
