import Judging
import Testing
import Verdicts

/// What follows from a setting of which nobody knows whether it was written.
@Suite("Settings that are not known to be written")
struct OpenSettingTests {
  private static func rehearsal(_ fault: String) -> Rehearsal {
    Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - configure: { ct-primary: 5 A, pulse-1-energy: active-import, pulse-weight: 0.001 kWh }
        - wait: 10 s
        - configure: { pulse-width: 100 ms }
        - apply: { load: bank-5A }
        - count-pulses:
            output: pulse-1
            at-least: 10 pulses
            expect: { width: { at-least: 95 ms } }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: [fault]
    )
  }

  @Test(
    "A line that damages replies for as long as the meter is set fails no meter by what it was to be set to"
  )
  func damagedLine() throws {
    let outcome = try Self.rehearsal("fault: damaged-replies, on: A1, at: 16 s, until: 30 s").run()
    #expect(outcome.position("A1")?.steps[4].verdict == .inconclusive)
    let width = outcome.step("count-pulses", on: "A1")?.findings.first
    #expect(width?.measurement?.number.map { $0 < 0.09 } == true)
    #expect(width?.verdict == .inconclusive)
    #expect(width?.reason?.text.contains("not known whether") == true)
    #expect(outcome.verdict("A1") == .inconclusive)
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("A meter that acknowledges a setting and forgets it fails by both")
  func forgottenSetting() throws {
    let outcome = try Self.rehearsal("fault: setting-ignored, on: A1, of: pulse-width, at: 0 s")
      .run()
    #expect(outcome.verdict("A1") == .failed)
  }
}
