public import Quantities

/// Something a meter measures and shows in a register.
public struct MeasuredQuantity: Hashable, Sendable {
  public var name: String
  public var title: String
  public var register: RegisterAddress
  /// The unit of the register's number.
  public var unit: RegisterUnit
  /// System types it is available in; empty: all.
  public var systems: [String]
  /// Variants it is available in; empty: all.
  public var variants: [String]
  /// Lineages whose map holds it; empty: all.
  public var lineages: [String]
  public var certainty: Certainty
  /// The maker's accuracy; nil where none is stated.
  public var accuracy: AccuracyFormula?
  /// The step of the displayed or stored number in its unit, beside the format's own spacing.
  public var resolution: Double?
  /// Where a counter begins anew, in its unit; nil where it is none, or nothing is known.
  public var rollsOverAt: Double?
  /// The values it is made for, by variant; empty where nothing is said.
  public var ranges: [MeasuringRange] = []
  public var note: String?

  /// The step of the register at a value in the base unit: its resolution, or the spacing of its
  /// format, whichever is coarser.
  public func step(at base: Double) -> Double {
    let factor = unit.unit(where: { _ in nil })?.factor ?? 1
    return max(resolution ?? 0, register.encoding.spacing(at: base / factor)) * factor
  }

  /// Whether it is a voltage between two lines, which its name shows: `voltage-l1-l2`, `voltage-ll-average`.
  public var isLineToLine: Bool {
    unit.dimension == .voltage
      && (name.contains("-ll-") || ["l1-l2", "l2-l3", "l3-l1"].contains { name.hasSuffix($0) })
  }

  /// The values that it is made for on a variant; nil where nothing is said.
  public func range(variant: String?) -> MeasuringRange? {
    ranges.first { range in range.variants.isEmpty || variant.map(range.variants.contains) ?? false
    }
  }

  /// Whether the quantity exists for a meter so configured; nil where it does, else why not.
  public func reasonUnavailable(variant: String?, system: String?, lineage: String?) -> String? {
    if let system, !systems.isEmpty, !systems.contains(system) {
      return "\(name) does not exist in \(system) (only \(systems.joined(separator: ", ")))"
    }
    if let variant, !variants.isEmpty, !variants.contains(variant) {
      return "\(name) does not exist on the \(variant) variant"
    }
    if let lineage, !lineages.isEmpty, !lineages.contains(lineage) {
      return "\(name) is not in the register map of lineage \(lineage)"
    }
    return nil
  }
}

/// The unit of a register's number: fixed, or the choice of a setting (kilo or Mega).
public enum RegisterUnit: Hashable, Sendable {
  case fixed(Unit)
  /// The unit for each value of a setting, in the order of the file.
  case chosen(setting: String, units: [UnitChoice])

  /// One value of the setting and the unit that goes with it.
  public struct UnitChoice: Hashable, Sendable {
    public var value: String
    public var unit: Unit
  }

  /// The dimension, which no setting changes.
  public var dimension: Dimension {
    switch self {
    case .fixed(let unit): unit.dimension
    case .chosen(_, let units): units.first?.unit.dimension ?? .ratio
    }
  }

  /// The unit under settings of which `value` gives the known ones; nil where it is not known.
  public func unit(where value: (String) -> String?) -> Unit? {
    switch self {
    case .fixed(let unit): unit
    case .chosen(let setting, let units):
      value(setting).flatMap { chosen in units.first { $0.value == chosen }?.unit }
    }
  }
}

/// An accuracy of the form ± (share of reading + share of range maximum).
public struct AccuracyFormula: Hashable, Sendable {
  /// The share of the reading.
  public var reading: Double
  /// The share of the range maximum.
  public var range: Double
  /// The range maximum.
  public var maximum: RangeMaximum?
  /// Where the formula stands.
  public var source: String

  /// The end of a range: a value, or a setting that holds it.
  public enum RangeMaximum: Hashable, Sendable {
    case fixed(Quantity)
    case setting(String)
    /// The settings' values multiplied, times a number that depends on the system type: the power at
    /// full voltage and current.
    case product([String], times: [SystemFactor])
  }

  /// A number for a system type.
  public struct SystemFactor: Hashable, Sendable {
    public var system: String
    public var factor: Double
  }

  /// The settings that the absolute part depends on.
  public var settings: [String] {
    switch maximum {
    case nil, .fixed: []
    case .setting(let name): [name]
    case .product(let names, let times): names + (times.isEmpty ? [] : ["system-type"])
    }
  }

  /// The absolute part in the base unit; nil where the range maximum is not known.
  ///
  /// - Parameters:
  ///   - value: the known value of a setting.
  ///   - system: the system type; nil where it is not known.
  public func absolutePart(system: String?, where value: (String) -> Quantity?) -> Double? {
    switch maximum {
    case nil: return range == 0 ? 0 : nil
    case .fixed(let quantity): return range * quantity.base
    case .setting(let name): return value(name).map { range * $0.base }
    case .product(let names, let times):
      let values = names.compactMap { value($0)?.base }
      guard values.count == names.count else { return nil }
      guard !times.isEmpty else { return range * values.reduce(1, *) }
      return times.first { $0.system == system }.map { range * values.reduce($0.factor, *) }
    }
  }
}
