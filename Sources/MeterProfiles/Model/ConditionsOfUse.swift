public import Quantities

/// The values of a quantity for which a meter is made.
public struct MeasuringRange: Hashable, Sendable {
  /// Variants that it holds for; empty: all.
  public var variants: [String]
  public var from: Quantity
  public var to: Quantity

  /// Whether a value lies within, in the base unit.
  public func holds(_ value: Double) -> Bool {
    (from.base * (1 - 1e-9)...to.base * (1 + 1e-9)).contains(value)
  }
}

/// The values of influence quantities under which the maker's accuracy was verified.
public struct ReferenceConditions: Hashable, Sendable {
  /// The nominal frequencies, each with its tolerance; empty where nothing is said.
  public var frequencies: [ToleratedQuantity]
  /// What is said of other influences.
  public var others: [Other]
  /// Where they stand.
  public var source: String

  /// A condition that the program cannot compare with anything.
  public struct Other: Hashable, Sendable {
    /// Variants that it holds for; empty: all.
    public var variants: [String]
    public var text: String
  }

  /// The conditions of a variant as a reader understands them.
  public func texts(variants: Set<String>) -> [String] {
    let frequency = frequencies.map(\.description).joined(separator: " or ")
    return (frequency.isEmpty ? [] : ["frequency \(frequency)"])
      + others.filter { $0.variants.isEmpty || !variants.isDisjoint(with: $0.variants) }.map(\.text)
  }
}

/// What a meter does between its supply's coming and its first measurement.
public struct StartUp: Hashable, Sendable {
  /// What the display shows, in order.
  public var screens: [String]
  /// How a failed self-test shows; nil where nothing is known of one.
  public var selfTest: SelfTest?
  public var certainty: Certainty

  /// How a failed self-test shows.
  public struct SelfTest: Hashable, Sendable {
    /// On the display.
    public var shows: String
    /// The registers that cannot be read then.
    public var withholds: RegisterAddress.Table
  }
}
