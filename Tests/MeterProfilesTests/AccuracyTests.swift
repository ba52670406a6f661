import MeterProfiles
import Quantities
import Testing

/// Section 6.3 of the Integra 1221 manual.
@Suite struct AccuracyTests {
  @Test(
    "The accuracy of a quantity is a share of the reading and a part that does not depend on it",
    arguments: [
      ("voltage-l3", 0.004, 0.277), ("voltage-l1-l2", 0.004, 0.48), ("current-l2", 0.004, 0.25),
      ("frequency", 0, 0.1), ("power-factor", 0, 0.01),
    ]
  )
  func formula(name: String, reading: Double, absolute: Double) throws {
    let profile = try #require(Profiles.integra)
    let accuracy = try #require(profile.quantity(name)?.accuracy)
    let found = accuracy.absolutePart { $0 == "ct-primary" ? Quantity(250, .ampere) : nil }
    #expect(accuracy.reading == reading)
    #expect(abs(try #require(found) - absolute) < 1e-12)
  }

  @Test("The accuracy of a current is not known without the primary current")
  func unknownRange() throws {
    let profile = try #require(Profiles.integra)
    let accuracy = try #require(profile.quantity("current-l1")?.accuracy)
    #expect(accuracy.absolutePart { _ in nil } == nil)
  }

  @Test("Powers have no formula, because the manual does not give their range")
  func powers() throws {
    let profile = try #require(Profiles.integra)
    for name in ["active-power", "reactive-power", "apparent-power", "active-power-l1"] {
      let quantity = try #require(profile.quantity(name))
      #expect(quantity.accuracy == nil)
      #expect(quantity.note != nil)
    }
  }
}
