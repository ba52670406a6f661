import MeterProfiles
import Quantities
import Testing

@Suite struct PulseOutputsTests {
  private let integra: MeterProfile

  init() throws { integra = try #require(Profiles.integra) }

  private func resolve(
    _ name: String,
    _ settings: [String: String]
  ) throws -> PulseOutput.Resolution {
    let output = try #require(integra.pulseOutput(name))
    return output.resolve(in: integra) { settings[$0] }
  }

  private func works(_ resolution: PulseOutput.Resolution) throws -> PulseOutput.Resolved {
    guard case .works(let resolved) = resolution else {
      throw Unresolved(resolution: resolution)
    }
    return resolved
  }

  private struct Unresolved: Error { var resolution: PulseOutput.Resolution }

  @Test(
    "Output 2 gives 3200 pulses for each displayed unit",
    arguments: [("kilo", 3200.0), ("mega", 3.2)],
    ["1 A", "5 A"]
  )
  func fixed(units: (name: String, constant: Double), primary: String) throws {
    let resolved = try works(
      resolve("pulse-2", ["energy-units": units.name, "ct-primary": primary])
    )
    #expect(resolved.constant == Quantity(units.constant, .impulsesPerKilowattHour))
    #expect(resolved.quantity.name == "active-energy-import")
    #expect(resolved.width == nil)
    #expect(resolved.leastWidth == .milliseconds(30))
  }

  @Test("Output 2 is refused at other ratios than 1:1 and 5:5")
  func ratio() throws {
    let resolution = try resolve("pulse-2", ["energy-units": "kilo", "ct-primary": "250 A"])
    #expect(
      resolution
        == .refused("pulse-2 is valid only where ct-primary is 1 A or 5 A, not 250 A")
    )
  }

  @Test("What is not known is asked for")
  func unknown() throws {
    #expect(try resolve("pulse-2", [:]) == .needs(setting: "ct-primary"))
    #expect(try resolve("pulse-2", ["ct-primary": "5 A"]) == .needs(setting: "energy-units"))
    #expect(try resolve("pulse-1", [:]) == .needs(setting: "pulse-1-energy"))
    #expect(
      try resolve("pulse-1", ["pulse-1-energy": "apparent"]) == .needs(setting: "pulse-weight")
    )
    #expect(
      try resolve("pulse-1", ["pulse-1-energy": "apparent", "pulse-weight": "1 kWh"])
        == .needs(setting: "pulse-width")
    )
  }

  @Test(
    "Output 1 gives a pulse for each set amount of the set energy",
    arguments: [
      ("active-import", "0.001 kWh", "60 ms", "active-energy-import", "1000 imp/kWh"),
      ("active-export", "0.01 kWh", "100 ms", "active-energy-export", "100 imp/kWh"),
      ("reactive-import", "0.1 kWh", "200 ms", "reactive-energy-import", "10 imp/kvarh"),
      ("reactive-export", "1 kWh", "60 ms", "reactive-energy-export", "1 imp/kvarh"),
      ("apparent", "1000 kWh", "60 ms", "apparent-energy", "0.001 imp/kVAh"),
    ]
  )
  func configurable(
    energy: String,
    weight: String,
    width: String,
    quantity: String,
    constant: String
  ) throws {
    let resolved = try works(
      resolve(
        "pulse-1",
        ["pulse-1-energy": energy, "pulse-weight": weight, "pulse-width": width]
      )
    )
    #expect(resolved.quantity.name == quantity)
    #expect(resolved.constant.description == constant)
    #expect(resolved.width == (try Quantity(parsing: width).duration))
    #expect(resolved.leastWidth == resolved.width)
  }

  @Test("Output 1 can be switched off")
  func off() throws {
    let settings = ["pulse-1-energy": "off", "pulse-weight": "1 kWh", "pulse-width": "60 ms"]
    #expect(
      try resolve("pulse-1", settings)
        == .refused(
          "pulse-1 is switched off (pulse-1-energy is off); it counts where pulse-1-energy is one of active-import, active-export, reactive-import, reactive-export, apparent"
        )
    )
  }

  @Test("Both outputs belong to the self-powered Integra, and output 1 has a limit")
  func limits() {
    #expect(integra.pulseOutputs.map(\.name) == ["pulse-1", "pulse-2"])
    #expect(integra.pulseOutputs.map(\.variants) == [["self-powered"], ["self-powered"]])
    #expect(integra.pulseOutputs.map(\.maximumRate) == [2, nil])
    #expect(integra.pulseOutputs.map(\.rating) == ["250 V AC, 50 mA", "70 V DC, 27 mA"])
  }

  @Test("Output 2 of the SDM630 needs no setting")
  func reference() throws {
    let profile = try #require(Profiles.sdm630)
    let output = try #require(profile.pulseOutput("pulse-2"))
    let resolved = try works(output.resolve(in: profile) { _ in nil })
    #expect(resolved.constant == Quantity(400, .impulsesPerKilowattHour))
    #expect(resolved.leastWidth == .milliseconds(100))
  }
}
