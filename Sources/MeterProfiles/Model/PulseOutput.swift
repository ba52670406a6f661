public import Quantities

/// A pulse output of a meter type.
public struct PulseOutput: Hashable, Sendable {
  public var name: String
  public var title: String
  /// Variants that have it; empty: all.
  public var variants: [String]
  /// What its pulses count.
  public var counts: Counted
  /// How many pulses stand for how much.
  public var constant: Constant
  /// The pulse width.
  public var width: Width
  /// The most pulses per second the output can give; nil where no limit is known.
  public var maximumRate: Double?
  /// Settings under which the output is valid: for each, the permitted values.
  public var validWhen: [Validity]
  public var certainty: Certainty
  /// What its contact may carry; for the reader of a plan.
  public var rating: String?
  public var note: String?

  /// What a pulse stands for.
  public enum Counted: Hashable, Sendable {
    /// Always the advance of this quantity's register.
    case quantity(String)
    /// The quantity that a setting chooses, by the setting's value; a value that is not listed
    /// switches the output off.
    case chosen(setting: String, quantities: [Choice])
  }

  /// A value of a setting and the quantity it stands for.
  public struct Choice: Hashable, Sendable {
    public var value: String
    public var quantity: String
  }

  /// How many pulses stand for how much energy.
  public enum Constant: Hashable, Sendable {
    /// So many for each unit that the energy display shows (kWh, or MWh after switching).
    case perDisplayedUnit(Double)
    /// A pulse for each amount of energy that a setting chooses.
    case chosen(setting: String)
  }

  /// The width of a pulse.
  public enum Width: Hashable, Sendable {
    case chosen(setting: String)
    /// At least so long, from the standard for pulse outputs; nothing else is known.
    case atLeast(Duration)
  }

  /// A condition on a setting.
  public struct Validity: Hashable, Sendable {
    public var setting: String
    public var values: [String]
  }

  /// The output under given settings, or why it does not work.
  public enum Resolution: Hashable, Sendable {
    case works(Resolved)
    /// A setting must be known first.
    case needs(setting: String)
    case refused(String)
  }

  /// The output under known settings.
  public struct Resolved: Hashable, Sendable {
    /// The quantity that a pulse stands for.
    public var quantity: MeasuredQuantity
    /// Pulses per kWh, kvarh or kVAh.
    public var constant: Quantity
    /// The set width; nil where only the minimum is known.
    public var width: Duration?
    /// The least width.
    public var leastWidth: Duration
  }

  /// Resolves the output.
  ///
  /// - Parameters:
  ///   - profile: the type it belongs to.
  ///   - value: the known value of a setting, as files write it.
  public func resolve(in profile: MeterProfile, where value: (String) -> String?) -> Resolution {
    for validity in validWhen {
      guard let found = value(validity.setting) else { return .needs(setting: validity.setting) }
      guard validity.values.contains(found) else {
        let allowed = validity.values.joined(separator: " or ")
        return .refused(
          "\(name) is valid only where \(validity.setting) is \(allowed), not \(found)"
        )
      }
    }
    let counted: String
    switch counts {
    case .quantity(let name): counted = name
    case .chosen(let setting, let choices):
      guard let found = value(setting) else { return .needs(setting: setting) }
      guard let choice = choices.first(where: { $0.value == found }) else {
        let names = choices.map(\.value).joined(separator: ", ")
        return .refused(
          "\(name) is switched off (\(setting) is \(found)); it counts where \(setting) is one of \(names)"
        )
      }
      counted = choice.quantity
    }
    guard let quantity = profile.quantity(counted),
      let dimension = Self.constant[quantity.unit.dimension]
    else {
      return .refused("\(name) counts \(counted), which the profile does not define as an energy")
    }
    let perKilo: Double
    switch constant {
    case .perDisplayedUnit(let pulses):
      if case .chosen(let setting, _) = quantity.unit, value(setting) == nil {
        return .needs(setting: setting)
      }
      guard let unit = quantity.unit.unit(where: value) else {
        return .refused("\(name): the unit of \(counted) is not known under these settings")
      }
      perKilo = pulses * 1000 / unit.factor
    case .chosen(let setting):
      guard let text = value(setting) else { return .needs(setting: setting) }
      guard let weight = profile.setting(setting)?.quantity(for: text), weight.base > 0 else {
        return .refused("\(name): '\(text)' of \(setting) is not an amount of energy")
      }
      perKilo = 1000 / weight.base
    }
    var set: Duration?
    var least = Duration.milliseconds(30)
    switch width {
    case .atLeast(let duration): least = duration
    case .chosen(let setting):
      guard let text = value(setting) else { return .needs(setting: setting) }
      guard let duration = profile.setting(setting)?.quantity(for: text)?.duration else {
        return .refused("\(name): '\(text)' of \(setting) is not a time")
      }
      set = duration
      least = duration
    }
    return .works(
      Resolved(
        quantity: quantity,
        constant: Quantity(base: perKilo, dimension),
        width: set,
        leastWidth: least
      )
    )
  }

  /// The meter constant for each energy that pulses can stand for.
  static let constant: [Dimension: Dimension] = [
    .activeEnergy: .activeConstant, .reactiveEnergy: .reactiveConstant,
    .apparentEnergy: .apparentConstant,
  ]
}
