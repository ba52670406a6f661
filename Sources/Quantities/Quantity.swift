/// A value with its unit.
public struct Quantity: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The number that stands before the unit.
  public var value: Double
  /// The unit.
  public var unit: Unit

  /// A value with its unit.
  public init(_ value: Double, _ unit: Unit) {
    self.value = value
    self.unit = unit
  }

  /// A value given in the base unit of `dimension`.
  public init(base: Double, _ dimension: Dimension) {
    self.init(base, dimension.baseUnit)
  }

  /// What the value measures.
  public var dimension: Dimension { unit.dimension }

  /// The value in the base unit of its dimension.
  public var base: Double { value * unit.factor }

  /// The same quantity in another unit, or nil where the dimensions differ.
  public func converted(to other: Unit) -> Quantity? {
    guard other.dimension == unit.dimension else { return nil }
    return other == unit ? self : Quantity(base / other.factor, other)
  }

  /// The duration that a time stands for; nil for any other dimension.
  public var duration: Duration? {
    dimension == .time ? .seconds(rounding: base) : nil
  }

  /// The value with up to seven significant digits and its unit: `3188.2 imp/kWh`.
  public var description: String {
    unit == .one ? Decimal.text(value) : "\(Decimal.text(value)) \(unit.symbol)"
  }

  /// The quantity in the unit of its dimension that puts the fewest digits before the point:
  /// `2300 W` reads `2.3 kW`, `0.06 s` reads `60 ms`. What no prefix makes readable stays in the base unit.
  public var readable: Quantity {
    guard value.isFinite, base != 0, let candidates = Quantity.ladders[dimension] else {
      return self
    }
    let magnitude = abs(base)
    guard let least = candidates.first, let most = candidates.last,
      magnitude >= 1e-9 * least.factor, magnitude < 1e18 * most.factor
    else { return Quantity(base: base, dimension) }
    let best = candidates.last { $0.factor <= magnitude * (1 + 1e-12) } ?? candidates.first
    return best.flatMap { converted(to: $0) } ?? self
  }

  private static let ladders: [Dimension: [Unit]] = {
    func ladder(_ symbols: String...) -> [Unit] { symbols.compactMap(Unit.named) }
    return [
      .time: ladder("ns", "µs", "ms", "s", "min", "h"),
      .voltage: ladder("mV", "V", "kV"), .current: ladder("mA", "A", "kA"),
      .activePower: ladder("mW", "W", "kW", "MW"), .reactivePower: ladder("var", "kvar", "Mvar"),
      .apparentPower: ladder("VA", "kVA", "MVA"), .activeEnergy: ladder("mWh", "Wh", "kWh", "MWh"),
      .reactiveEnergy: ladder("varh", "kvarh", "Mvarh"),
      .apparentEnergy: ladder("VAh", "kVAh", "MVAh"),
    ]
  }()
}
