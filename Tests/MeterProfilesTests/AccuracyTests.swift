import MeterProfiles
import Quantities
import Testing

/// Section 6.3 of the Integra 1221 manual.
@Suite struct AccuracyTests {
  @Test(
    "The accuracy of a quantity is a share of the reading and a part that does not depend on it",
    arguments: [
      ("voltage-l3", 0.004, 0.277), ("voltage-l1-l2", 0.004, 0.48), ("current-l2", 0.004, 0.25),
      ("frequency", 0, 0.1), ("power-factor", 0, 0.01), ("active-power-l1", 0.004, 69.25),
      ("active-power", 0.004, 207.75),
    ]
  )
  func formula(name: String, reading: Double, absolute: Double) throws {
    let profile = try #require(Profiles.integra)
    let accuracy = try #require(profile.quantity(name)?.accuracy)
    let found = accuracy.absolutePart(system: "3P4W", where: Self.settings)
    #expect(accuracy.reading == reading)
    #expect(abs(try #require(found) - absolute) < 1e-12)
  }

  private static func settings(_ name: String) -> Quantity? {
    ["ct-primary": Quantity(250, .ampere), "vt-primary": Quantity(277, .volt)][name]
  }

  @Test("The accuracy of a current is not known without the primary current")
  func unknownRange() throws {
    let profile = try #require(Profiles.integra)
    let accuracy = try #require(profile.quantity("current-l1")?.accuracy)
    #expect(accuracy.absolutePart(system: nil) { _ in nil } == nil)
  }

  @Test("The accuracy of the system's power depends on the system type")
  func systemPower() throws {
    let profile = try #require(Profiles.integra)
    let accuracy = try #require(profile.quantity("active-power")?.accuracy)
    let single = accuracy.absolutePart(system: "1P2W", where: Self.settings)
    #expect(abs(try #require(single) - 69.25) < 1e-9)
    #expect(accuracy.absolutePart(system: nil, where: Self.settings) == nil)
  }
}
