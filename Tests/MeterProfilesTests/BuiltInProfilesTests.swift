import Documents
import MeterProfiles
import Modbus
import Testing

@Suite struct BuiltInProfilesTests {
  @Test("A built-in profile reads without a diagnostic", arguments: BuiltInProfiles.names)
  func reads(name: String) throws {
    let text = try #require(BuiltInProfiles.text(name))
    let diagnostics = Diagnostics()
    let profile = try MeterProfile(text: text, file: name, into: diagnostics)
    #expect(diagnostics.all.map(\.description) == [])
    #expect(profile.name == name)
    let loaded = try #require(try BuiltInProfiles.load(name))
    #expect(loaded.text == text)
    #expect(loaded.file == "built-in/\(name).yaml")
  }

  @Test("The names are in order, and another name gives nothing")
  func names() throws {
    #expect(BuiltInProfiles.names == ["integra-1221", "sdm120", "sdm630"])
    #expect(BuiltInProfiles.text("integra") == nil)
    #expect(try BuiltInProfiles.load("integra") == nil)
  }

  @Test("No profile claims that the Integra's manual gives a register address")
  func certainty() throws {
    let profile = try #require(Profiles.integra)
    #expect(profile.quantities.filter { $0.certainty == .manual }.map(\.name) == [])
    for setting in profile.settings {
      switch setting.access {
      case .register: #expect(setting.certainty != .manual, "\(setting.name)")
      case .menu: #expect(setting.certainty == .manual, "\(setting.name)")
      }
    }
  }

  @Test("The Integra talks as its family does")
  func communication() throws {
    let profile = try #require(Profiles.integra)
    #expect(profile.communication.functions == [3, 4, 8, 16])
    #expect(profile.communication.baudRates == [4800, 9600, 19200, 38400])
    #expect(profile.communication.parities == ["none", "even", "odd"])
    #expect(profile.communication.stopBits == [1, 2])
    #expect(profile.communication.responseLimit == .milliseconds(300))
    #expect(profile.communication.minimumPause == .milliseconds(100))
    #expect(profile.communication.registersPerRead == 40)
    #expect(profile.communication.wordOrder == .highFirst)
    #expect(profile.warmUp == .seconds(60))
    #expect(profile.password?.unlock == RegisterAddress(.holding, 0x18))
    #expect(profile.password?.state == RegisterAddress(.holding, 0x0E))
    #expect(profile.password?.window == .seconds(60))
    #expect(profile.password?.factory == 0)
    #expect(profile.readings?.certainty == .inferred)
  }

  @Test("Three-phase three-wire systems need the auxiliary-powered Integra")
  func systems() throws {
    let profile = try #require(Profiles.integra)
    #expect(profile.systemTypes.map(\.system) == ["3P4W", "3P3W", "1P2W"])
    #expect(profile.systemTypes.map(\.variants) == [[], ["auxiliary"], []])
  }
}
