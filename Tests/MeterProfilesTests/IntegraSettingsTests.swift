import MeterProfiles
import Testing

/// The settings of the Integra 1221: register addresses from the SDM630 protocol documents, values
/// from the meter's menu.
@Suite struct IntegraSettingsTests {
  private let profile: MeterProfile

  init() throws { profile = try #require(Profiles.integra) }

  @Test(
    "A setting stands at the address that the family's lists give",
    arguments: [
      ("demand-period", 40003), ("system-voltage", 40007), ("ct-primary", 40009),
      ("system-type", 40011), ("pulse-width", 40013), ("parity-stop", 40019), ("address", 40021),
      ("pulse-weight", 40023), ("password", 40025), ("baud", 40029), ("energy-units", 40031),
      ("system-power", 40037), ("pulse-1-energy", 40087),
    ]
  )
  func addresses(name: String, reference: Int) throws {
    let setting = try #require(profile.setting(name))
    let isWritable = !["system-voltage", "system-power"].contains(name)
    let register = RegisterAddress(.holding, UInt16(reference - 40001))
    #expect(setting.access == .register(register, isWritable: isWritable))
  }

  @Test(
    "A value stands for the number that the register holds",
    arguments: [
      ("demand-period", "15 min", 15), ("ct-primary", "250 A", 250), ("ct-primary", "9999 A", 9999),
      ("system-type", "1P2W", 1), ("system-type", "3P3W", 2), ("system-type", "3P4W", 3),
      ("pulse-width", "60 ms", 60), ("pulse-width", "200 ms", 200), ("parity-stop", "8N2", 3),
      ("address", "247", 247), ("pulse-weight", "0.001 kWh", 0), ("pulse-weight", "1000 kWh", 6),
      ("baud", "4800", 1), ("baud", "38400", 4), ("energy-units", "mega", 1),
      ("pulse-1-energy", "off", 0), ("pulse-1-energy", "apparent", 41), ("password", "0", 0),
      ("vt-primary", "11 kV", 11000), ("default-frequency", "60 Hz", 60),
    ]
  )
  func numbers(name: String, text: String, number: Double) throws {
    let setting = try #require(profile.setting(name))
    #expect(try setting.number(for: text) == number)
    #expect(try setting.number(for: setting.text(for: number)) == number)
  }

  @Test(
    "A value that the menu does not offer is refused",
    arguments: [
      ("demand-period", "10 min"), ("ct-primary", "0 A"), ("ct-primary", "10000 A"),
      ("ct-secondary", "5 A"), ("pulse-width", "35 ms"), ("address", "0"), ("address", "248"),
      ("baud", "384000"), ("system-type", "1P3W"), ("vt-secondary", "57.7 V"),
    ]
  )
  func refused(name: String, text: String) throws {
    let setting = try #require(profile.setting(name))
    #expect(throws: Setting.ValueError.self) { try setting.number(for: text) }
  }

  @Test("Password, restart and secrecy are known")
  func protection() {
    func names(_ isSo: (Setting) -> Bool) -> [String] {
      profile.settings.filter(isSo).map(\.name)
    }
    #expect(names(\.needsPassword) == ["system-type", "ct-primary", "pulse-width"])
    #expect(names(\.needsRestart) == ["parity-stop", "address", "baud"])
    #expect(names(\.isSecret) == ["password", "password-change"])
    #expect(
      names { $0.variants == ["self-powered"] } == [
        "pulse-width", "pulse-weight", "pulse-1-energy",
      ]
    )
  }

  @Test("A menu setting names its menu entry")
  func menu() {
    let menu = profile.settings.compactMap { setting in
      if case .menu(let entry) = setting.access { "\(setting.name): \(entry)" } else { nil }
    }
    #expect(
      menu == [
        "ct-secondary: SEC A", "vt-primary: Pri V", "vt-secondary: SEC V",
        "password-change: CHnG PASS", "incomer-entry: Ct Entr",
        "energy-low-power-limit: EnrG FLor", "backlight: bAc", "display-test: tESt",
        "default-frequency: dFlt",
      ]
    )
  }
}
