import Benches
import MeterProfiles
import Modbus
import Quantities

/// A meter's settings: what is stored, and what is in effect.
struct MeterSettings: Sendable {
  private let settings: [Setting]
  /// Register numbers, in the order of the profile.
  private var stored: [Double]
  private var effective: [Double]

  /// The factory's settings; where a profile knows none, the first possible value.
  init(profile: MeterProfile) {
    settings = profile.settings
    stored = settings.map(Self.factory)
    effective = stored
  }

  private static func factory(_ setting: Setting) -> Double {
    if let factory = setting.factory, let number = try? setting.number(for: factory) {
      return number
    }
    return switch setting.values {
    case .codes(let codes): codes.first?.number ?? 0
    case .range(let range, _): range.lowerBound
    case .numbers(let numbers, _): numbers.first ?? 0
    }
  }

  /// What is stored in a setting, as its register shows it.
  func number(_ index: Int) -> Double { stored[index] }

  /// Whether the setting can take the number.
  func allows(_ number: Double, at index: Int) -> Bool { settings[index].permits(number) }

  /// Stores a number; it takes effect now, or after a restart where the setting needs one.
  ///
  /// - Parameter isStruck: whether a fault strikes a setting.
  mutating func store(_ number: Double, at index: Int, isStruck: (String, TwinFault.Kind) -> Bool) {
    stored[index] = number
    let name = settings[index].name
    guard !settings[index].needsRestart || isStruck(name, .settingAtOnce),
      !isStruck(name, .settingIgnored)
    else { return }
    effective[index] = number
  }

  /// The meter starts: what is stored takes effect.
  ///
  /// - Parameter isStruck: whether a fault strikes a setting.
  mutating func restart(isStruck: (String, TwinFault.Kind) -> Bool) {
    for (index, setting) in settings.enumerated() {
      if isStruck(setting.name, .settingLost) {
        stored[index] = Self.factory(setting)
      }
      if !isStruck(setting.name, .settingIgnored) { effective[index] = stored[index] }
    }
  }

  /// Sets the first value whose text satisfies `matches`, before the meter is mounted.
  mutating func preset(_ name: String, where matches: (String) -> Bool) {
    guard let setting = setting(name) else { return }
    let numbers: [Double] =
      switch setting.values {
      case .codes(let codes): codes.map(\.number)
      case .numbers(let numbers, _): numbers
      case .range: []
      }
    if let number = numbers.first(where: { matches(setting.text(for: $0)) }) {
      preset(name, number: number)
    }
  }

  /// Sets a number, before the meter is mounted.
  mutating func preset(_ name: String, number: Double) {
    guard let index = index(name), allows(number, at: index) else { return }
    stored[index] = number
    effective[index] = number
  }

  private func index(_ name: String) -> Int? { settings.firstIndex { $0.name == name } }

  private func setting(_ name: String) -> Setting? { index(name).map { settings[$0] } }

  /// The register number in effect; nil for a setting that the meter does not have.
  func number(_ name: String) -> Double? { index(name).map { effective[$0] } }

  /// The value in effect, as files write it; nil for a setting that the meter does not have.
  func value(_ name: String) -> String? {
    index(name).map { settings[$0].text(for: effective[$0]) }
  }

  /// The number in effect in the base unit or as code; nil for a setting the meter does not have.
  func base(_ name: String) -> Double? {
    guard let index = index(name) else { return nil }
    switch settings[index].values {
    case .codes:
      return settings[index].quantity(for: settings[index].text(for: effective[index]))?.base
    case .range(_, let unit), .numbers(_, let unit): return effective[index] * unit.factor
    }
  }
}

/// Settings that the twin must understand, by the names that profiles give them.
extension MeterSettings {
  /// Puts the twin's own values over the factory's.
  ///
  /// - Throws: where the meter has no such setting, or the setting no such value.
  mutating func apply(_ own: [TwinMeter.SettingValue]) throws(ImpossibleSetting) {
    for entry in own {
      guard let setting = setting(entry.setting) else {
        throw ImpossibleSetting(text: "the profile has no setting '\(entry.setting)'")
      }
      do throws(Setting.ValueError) {
        preset(entry.setting, number: try setting.number(for: entry.value))
      } catch {
        throw ImpossibleSetting(text: error.text)
      }
    }
  }

  /// Sets the meter to a line's baud rate and parity, as somebody did before it was mounted.
  mutating func presetLine(_ line: LineSettings) {
    for name in ["baud", "parity", "parity-stop", "stop-bits"] {
      preset(name) { Self.fits(name, $0, line) }
    }
  }

  /// Whether what is in effect lets the meter understand a line. A receiver looks at the first stop bit
  /// only, so their number is no obstacle.
  func fits(_ line: LineSettings, hasParity: Bool = true) -> Bool {
    let own = self.line(over: line)
    return own.baud == line.baud && (!hasParity || own.parity == line.parity)
  }

  /// The line that is in effect; what the meter has no setting for stays as it is.
  func line(over other: LineSettings) -> LineSettings {
    var line = other
    if let baud = value("baud").flatMap({ Int($0.prefix { $0.isNumber }) }) { line.baud = baud }
    if let parity = value("parity") { line.parity = parity }
    if let bits = value("stop-bits").flatMap({ Int($0.prefix { $0.isNumber }) }) {
      line.stopBits = bits
    }
    if let form = value("parity-stop") { line.setForm(form) }
    return line
  }

  /// The unit identifier in effect.
  func address(else usual: UInt8) -> UInt8 {
    number("address").flatMap(UInt8.init(exactly:)) ?? usual
  }

  /// The demand window in effect; half an hour where the meter has no such setting.
  var demandPeriod: Duration {
    let period = base("demand-period").map(Duration.seconds(rounding:)) ?? .zero
    return period > .zero ? min(period, .seconds(3600)) : .seconds(1800)
  }

  /// `9600` or `9600 baud`; `none`, `8E1`, `odd`; `1`.
  private static func fits(_ name: String, _ value: String, _ line: LineSettings) -> Bool {
    switch name {
    case "baud": return Int(value.prefix { $0.isNumber }).map { $0 == line.baud } ?? true
    case "stop-bits": return Int(value.prefix { $0.isNumber }).map { $0 == line.stopBits } ?? true
    case "parity": return value == line.parity
    default: return line.text.hasSuffix(" \(value)")
    }
  }
}

/// A setting of the twin's file that its meter cannot have.
struct ImpossibleSetting: Error {
  /// Why not.
  var text: String
}
