import Judging
import Testing
import Verdicts

/// Where pulses are rare, a few from elsewhere decide the step: noise on a long line, or a burst of load.
@Suite("Pulses from elsewhere, where pulses are rare") struct ForeignPulseTests {
  private static func rehearsal(_ steps: String, faults: [String]) -> Rehearsal {
    let count =
      "  - count-pulses: { output: pulse-2, at-least: 20 pulses, expect: { error: ± 2 % } }\n"
    var rehearsal = Rehearsal(Script.underLoad(count + steps), faults: faults)
    rehearsal.bench = Bench3.text.replacing(
      "resistance: 115 Ω ± 0.2 %",
      with: "current: 5 mA ± 1 %"
    )
    return rehearsal
  }

  private static func extraPulses(at moments: [String]) -> [String] {
    moments.map { "fault: extra-pulse, on: A1, output: pulse-2, at: \($0)" }
  }

  private static let starting = """
      - apply: { load: bank-2A }
      - starting-current: { output: pulse-2, at-least: 3 pulses, within: 40 min }
    """
  private static let noLoad = """
      - apply: { load: off }
      - no-load: { output: pulse-2, during: 10 min }
    """

  /// At 5 mA a meter gives a pulse in 326 s.
  @Test(
    "Pulses that come too close for so small a load start no meter",
    arguments: [["100 s", "100500 ms", "1200 s"], ["100 s", "200 s", "1200 s"]]
  )
  func closePulses(moments: [String]) throws {
    let late = "fault: start-threshold, on: A1, at: 0 s, amount: 8 mA"
    let faults = [late] + Self.extraPulses(at: moments)
    let outcome = try Self.rehearsal(Self.starting, faults: faults).run()
    let step = outcome.step("starting-current", on: "A1")
    #expect(step?.verdict == .inconclusive)
    #expect(outcome.reasons("A1").contains { $0.text.contains("apart, and the declared load") })
    #expect(outcome.step("starting-current", on: "A2")?.verdict == .passed)
  }

  @Test("Two pulses that come together without a load are no creep")
  func burst() throws {
    let faults = Self.extraPulses(at: ["100 s", "100200 ms"])
    let outcome = try Self.rehearsal(Self.noLoad, faults: faults).run()
    #expect(outcome.step("no-load", on: "A1")?.verdict == .inconclusive)
    #expect(outcome.reasons("A1").contains { $0.text.contains("come from elsewhere") })
    #expect(outcome.step("no-load", on: "A2")?.verdict == .passed)
  }

  @Test("A meter that creeps fails, however often it gives a pulse")
  func creep() throws {
    for power in ["10 W", "50 W"] {
      let creep = "fault: creep, on: A1, at: 0 s, amount: \(power)"
      let outcome = try Self.rehearsal(Self.noLoad, faults: [creep]).run()
      #expect(outcome.step("no-load", on: "A1")?.verdict == .failed, "\(power)")
    }
  }
}
