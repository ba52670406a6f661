import Quantities

/// The limits that a standard sets for meters of a class, as far as they are known.
public struct AccuracyClass: Hashable, Sendable {
  /// The name of its file, such as `iec-62053-22-0.5S`.
  public var name: String
  /// `0.5S`.
  public var designation: String
  /// The standard with its edition.
  public var standard: String
  /// Whether it is about reactive energy; factors are sin φ then.
  public var isReactive: Bool
  /// In the order of the file; the first that fits holds.
  public var limits: [Limit]
  /// The current at which the meter must start, in multiples of the rated one.
  public var startingCurrent: Double
  /// The test without load; nil where the document sets none.
  public var noLoad: NoLoad?

  /// The greatest error in a range of currents at one factor.
  public struct Limit: Hashable, Sendable {
    /// Whether the current flows in one phase only.
    public var isSingle: Bool
    /// The range, in multiples of the rated current; `below` is nil up to the maximum.
    public var from: Double
    public var below: Double?
    public var factors: Factors
    /// As a ratio.
    public var limit: Double
    public var clause: String
    public var certainty: Certainty
  }

  /// The power factors of a row.
  public enum Factors: Hashable, Sendable {
    /// One value of cos φ, or of sin φ for reactive energy, on one side or on both.
    case point(Double, Side?)
    /// Everything from one on the inductive side, over 1, to one on the capacitive side.
    case range(inductive: Double, capacitive: Double)

    /// Whether a load has such a factor.
    func hold(_ factor: Double, isCapacitive: Bool) -> Bool {
      switch self {
      case .point(let own, let side):
        abs(own - factor) < 0.01
          && (side == nil || (side == .capacitive) == isCapacitive || factor > 0.995)
      case .range(let inductive, let capacitive):
        factor >= (isCapacitive ? capacitive : inductive) - 1e-6
      }
    }
  }

  /// Which way a current is displaced.
  public enum Side: String, Hashable, Sendable {
    case inductive, capacitive
  }

  /// How sure a row is.
  public enum Certainty: String, Hashable, Sendable, CaseIterable {
    /// Seen in the standard or the law itself.
    case standard
    /// Seen in another document that cites it.
    case secondary
    /// Known, and to be checked before a certificate rests on it.
    case memory
  }

  /// The test without load.
  public struct NoLoad: Hashable, Sendable {
    /// In multiples of the nominal voltage.
    public var voltage: Double
    public var pulses: Double
    /// c in Δt ≥ c·10⁶ / (k·m·Un·Imax) minutes.
    public var timeFactor: Double
    public var clause: String
  }

  /// The limit at a point; nil where the class sets none.
  ///
  /// - Parameters:
  ///   - current: in multiples of the rated current.
  ///   - factor: cos φ, or sin φ for reactive energy, 0...1.
  ///   - isCapacitive: whether the current leads.
  ///   - isSingle: whether it flows in one phase of several.
  public func limit(
    current: Double,
    factor: Double,
    isCapacitive: Bool,
    isSingle: Bool
  ) -> Limit? {
    limits.first { row in
      // A point on the border of a range is set with a source's accuracy only.
      row.isSingle == isSingle && current >= row.from * (1 - 1e-6)
        && row.below.map { current < $0 * (1 - 1e-6) } ?? true
        && row.factors.hold(factor, isCapacitive: isCapacitive)
    }
  }
}

/// The classes that a meter type claims, and the currents that they speak of.
public struct ClaimedAccuracy: Hashable, Sendable {
  /// For active energy.
  public var active: AccuracyClass?
  /// For reactive energy.
  public var reactive: AccuracyClass?
  /// The setting that holds the rated current; nil where `ratedCurrent` holds.
  public var ratedSetting: String?
  /// The rated current in A; nil where a setting holds it.
  public var ratedCurrent: Double?
  /// The maximum current, in multiples of the rated one.
  public var maximumCurrent: Double

  /// The rated current in A under known settings; the factory's where a setting is not known.
  public func rated(in profile: MeterProfile, where value: (String) -> String?) -> Double? {
    guard let name = ratedSetting, let setting = profile.setting(name) else { return ratedCurrent }
    return (value(name) ?? setting.factory).flatMap { setting.quantity(for: $0)?.base }
  }
}
