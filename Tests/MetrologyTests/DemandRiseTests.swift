import Metrology
import Quantities
import Testing

@Suite("How a demand rises") struct DemandRiseTests {
  private static func rise(_ value: (Double) -> Double) -> DemandRise {
    var rise = DemandRise(came: .zero)
    for second in stride(from: 0, through: 600, by: 5) {
      rise.add(value(Double(second)), at: Instant(sinceOrigin: .seconds(second)))
    }
    return rise
  }

  @Test(
    "A window that slides is as long as the final value over the slope",
    arguments: [420, 480, 540]
  )
  func sliding(window: Double) throws {
    // A reading is a second and a half old: that moves the line and does not tilt it.
    let rise = Self.rise { 3450 * min(1, max(0, $0 - 1.5) / window) }
    let fit = try #require(rise.fit(final: 3450))
    #expect(abs(fit.window - window) < 0.01)
    #expect(abs(fit.start) < 0.01 * 3450)
  }

  @Test("A block that jumps lies on no line")
  func block() {
    #expect(Self.rise { $0 < 240 ? 0 : $0 < 480 ? 1725 : 3450 }.fit(final: 3450) == nil)
  }

  @Test("What falls, or is no number, has no window", arguments: [-3450, 0, .nan, .infinity])
  func none(final: Double) {
    #expect(Self.rise { _ in final }.fit(final: final) == nil)
  }
}
