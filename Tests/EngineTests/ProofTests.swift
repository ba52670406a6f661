import Judging
import Planning
import Testing
import Verdicts

@testable import BenchEngine

/// What would look like a pass though nothing was shown.
@Suite("Nothing passes without its proof") struct ProofTests {
  private static let end = "\nfinally:\n  - apply: { load: off, supply: off }\n"

  private static func script(_ steps: String) -> String {
    """
    steps:
      - apply: { supply: on }
      - wait: 5 s
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo, demand-period: 8 min }

    """ + steps + end
  }

  private static let noLoad = """
      - apply: { load: bank-5A }
      - count-pulses: { output: pulse-2, at-least: 10 pulses, expect: { error: ± 2 % } }
        on-failure: continue
      - apply: { load: off }
      - no-load: { output: pulse-2, during: 1 min }
    """

  @Test("No pulses without a load are no proof from an output that is dead")
  func deadOutput() throws {
    #expect(try Rehearsal(Self.script(Self.noLoad)).run().verdict("A1") == .passed)
    let fault = "fault: silent-output, at: 0 s, on: A1, output: pulse-2"
    let outcome = try Rehearsal(Self.script(Self.noLoad), faults: [fault]).run()
    #expect(outcome.step("no-load", on: "A1")?.verdict == .inconclusive)
  }

  @Test("An output that dies without a load is found by the count that the plan asks for")
  func dyingOutput() throws {
    let fault = "fault: silent-output, at: 40 s, on: A1, output: pulse-2"
    let again =
      "\n  - apply: { load: bank-5A }\n  - count-pulses: { output: pulse-2, at-least: 10 pulses, expect: { error: ± 2 % } }"
    func warns(_ steps: String) throws -> Bool {
      try Rehearsal(Self.script(steps)).plan().plan.warnings.contains {
        $0.contains("an output that dies meanwhile")
      }
    }
    #expect(try warns(Self.noLoad))
    #expect(try !warns(Self.noLoad + again))
    let outcome = try Rehearsal(Self.script(Self.noLoad + again), faults: [fault]).run()
    #expect(outcome.step("no-load", on: "A1")?.verdict == .passed)
    #expect(outcome.verdict("A1") != .passed)
  }

  @Test("No pulses are no proof from a meter that may have no voltage")
  func noVoltage() throws {
    let fault = "fault: register-error, at: 0 s, on: A1, of: voltage-l2, amount: -50 %"
    let outcome = try Rehearsal(Self.script(Self.noLoad), faults: [fault]).run()
    #expect(outcome.step("no-load", on: "A1")?.verdict == .inconclusive)
  }

  @Test("A maximum of an earlier load proves nothing of this one")
  func earlierMaximum() throws {
    let steps = """
        - apply: { load: bank-5A }
        - wait: 9 min
        - apply: { load: off }
        - wait: 9 min
        - demand:
            load: bank-2A
            quantity: active-power-demand
            maximum: active-power-demand-max
            expect: { maximum: ± 1 % }
      """
    let outcome = try Rehearsal(Self.script(steps)).run()
    #expect(outcome.step("demand", on: "A1")?.verdict == .inconclusive)
  }

  @Test("A meter that answers at its former address as well does not pass")
  func formerAddress() throws {
    var rehearsal = Rehearsal(Self.script("  - communication: { address: [100] }\n"))
    rehearsal.bench = Bench3.only(1)
    #expect(try rehearsal.run().verdict == .passed)
    rehearsal.faults = ["fault: every-address, at: 0 s, on: A1"]
    #expect(try rehearsal.run().verdict("A1") == .failed)
  }

  @Test("A shipping setting that the next start forgets does not pass")
  func forgottenAtStart() throws {
    let steps = "  - shipping-settings: { demand-period: 15 min }\n"
    #expect(try Rehearsal(Self.script(steps)).run().verdict == .passed)
    let fault = "fault: setting-lost, at: 0 s, on: A1, of: demand-period"
    let outcome = try Rehearsal(Self.script(steps), faults: [fault]).run()
    #expect(outcome.verdict("A1") == .failed)
    #expect(outcome.verdict("A2") == .passed)
  }

  @Test("An output that was not asked for too much keeps no limit by that")
  func noOverload() throws {
    let steps = """
        - configure: { pulse-1-energy: active-import, pulse-width: 60 ms, pulse-weight: 0.001 kWh }
        - configure: { ct-primary: 500 A }
        - apply: { load: bank-5A }
        - count-pulses:
            output: pulse-1
            at-least: 20 pulses
            overload: true
            expect: { rate-limit: 2.01 imp/s }
      """
    #expect(try Rehearsal(Self.script(steps)).run().verdict("A1") == .passed)
    let fault = "fault: pulse-constant, at: 0 s, on: A1, output: pulse-1, amount: -98.5 %"
    let outcome = try Rehearsal(Self.script(steps), faults: [fault]).run()
    #expect(outcome.step("count-pulses", on: "A1")?.verdict == .inconclusive)
    #expect(outcome.kinds("A1") == [.undecided])
  }

  @Test(
    "A counter was kept only where it did not fall, and cleared only where hardly anything is left",
    arguments: [
      (100.0, 100.0, CounterChange.kept, CounterChange.kept), (100, 100.3, .kept, .kept),
      (100, 99.99999, .kept, .changed), (100, 99.9, .changed, .changed),
      (100, 11, .changed, .changed), (100, 10, .cleared, .cleared), (100, 0, .cleared, .cleared),
    ]
  )
  func counters(
    old: Double,
    new: Double,
    whereKept: CounterChange,
    whereCleared: CounterChange
  ) {
    #expect(CounterChange(from: old, to: new, mustBeCleared: false) == whereKept)
    #expect(CounterChange(from: old, to: new, mustBeCleared: true) == whereCleared)
  }
}
