import Judging
import Testing
import Verdicts

/// Bench faults in the middle of steps that change or time something: never the meter's failure.
@Suite("Bench faults in tests of a type") struct SabotageTests {
  private static let start = """
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - configure: { ct-primary: 5 A, energy-units: kilo, demand-period: 8 min }

    """
  private static let end = "\nfinally:\n  - apply: { load: off, supply: off }\n"

  /// Steps from about 7 s on.
  private static func script(_ steps: String) -> String { start + steps + end }

  private static func failed(_ steps: String, _ fault: String) throws -> [Verdict] {
    let outcome = try Rehearsal(script(steps), faults: [fault]).run()
    #expect(outcome.verdict != .passed, "\(fault)")
    return ["A1", "A2"].compactMap { outcome.verdict($0) }.filter { $0 == .failed }
  }

  @Test(
    "A reference that loses pulses while the meter's come evenly is not believed",
    arguments: [25, 30, 40]
  )
  func referenceGap(second: Int) throws {
    let steps = """
        - apply: { load: bank-5A }
        - count-pulses: { output: pulse-2, at-least: 100 pulses, expect: { error: ± 0.5 % } }
      """
    let fault = "fault: silent-reference, at: \(second) s, until: \(second + 1) s"
    #expect(try Self.failed(steps, fault).isEmpty)
  }

  @Test(
    "A load that goes for good while a demand rises is the bench's",
    arguments: [100, 300, 450]
  )
  func demandLoad(second: Int) throws {
    let steps = """
        - demand:
            load: bank-5A
            quantity: active-power-demand
            expect: { value: ± 1 %, integration-time: ± 2 % }
      """
    let fault = "fault: load-step, at: \(second) s, amount: -100 %"
    #expect(try Self.failed(steps, fault).isEmpty)
  }

  @Test("A suspended machine makes a demand the bench's error", arguments: [10, 60, 200, 480])
  func suspended(second: Int) throws {
    let steps = """
        - demand:
            load: bank-5A
            quantity: active-power-demand
            expect: { value: ± 1 %, integration-time: ± 2 % }
      """
    let outcome = try Rehearsal(
      Self.script(steps),
      faults: ["fault: suspend, at: \(second) s, amount: 90 s"]
    ).run()
    #expect(outcome.verdict == .error)
    #expect(outcome.step("demand", on: "A1")?.remarks.contains { $0.part == "host" } == true)
  }

  @Test("A meter that refuses whatever is written has proved nothing")
  func refusesEverything() throws {
    let script =
      """
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - must-refuse: { invalid: { demand-period: 7 } }
      """ + Self.end
    #expect(try Rehearsal(script).run().verdict == .passed)
    let fault = "fault: refused-writes, at: 1 s, on: A1"
    let outcome = try Rehearsal(script, faults: [fault]).run()
    #expect(outcome.verdict("A1") == .inconclusive)
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("A bus that is away while meters start makes nobody late", arguments: 8..<11)
  func restartDead(second: Int) throws {
    let steps = "  - restart: { off-for: 1 s, ready-within: 4 s }\n"
    let fault = "fault: dead-bus, at: \(second) s, until: \(second + 8) s, on: dut"
    #expect(try Self.failed(steps, fault).isEmpty)
  }

  @Test("A supply that falls off between two of a step's own switchings is told", arguments: 8..<30)
  func strayBetween(second: Int) throws {
    let steps = "  - communication: { baud: [4800, 38400], address: [100] }\n"
    let fault = "fault: fallen-output, at: \(second).3 s, until: \(second).4 s, on: A1"
    let outcome = try Rehearsal(Self.script(steps), faults: [fault]).run()
    #expect(outcome.verdict("A1") != .failed)
    #expect(outcome.verdict("A2") != .failed)
  }

  @Test("Nothing to give back is no proof")
  func nothingRestored() {
    let rehearsal = Rehearsal(
      "steps:\n  - apply: { supply: on }\n  - restore-settings: all" + Self.end
    )
    #expect {
      _ = try rehearsal.plan()
    } throws: { "\($0)".contains("nothing to give back") }
  }

  @Test("An output that is not asked for too much is refused for an overload")
  func noOverload() {
    let rehearsal = Rehearsal(
      Self.script(
        """
          - configure: { pulse-1-energy: active-import, pulse-width: 60 ms, pulse-weight: 1 kWh }
          - apply: { load: bank-5A }
          - count-pulses:
              output: pulse-1
              at-least: 2 pulses
              overload: true
              expect: { rate-limit: 2.01 imp/s }
        """
      )
    )
    #expect {
      _ = try rehearsal.plan()
    } throws: { "\($0)".contains("no more than it may give") }
  }
}
