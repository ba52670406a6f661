import Judging
import Testing
import Verdicts

/// The demand of a load that comes.
@Suite("Runs that let a demand rise") struct DemandRunTests {
  private static func verdicts(
    _ faults: [String],
    window: String = "8 min"
  ) throws -> [Verdict?] {
    var rehearsal = Rehearsal(
      """
      steps:
        - apply: { supply: on }
        - wait: 1 min
        - configure: { system-type: 3P4W, ct-primary: 5 A, demand-period: \(window) }
        - reset: { what: demand, cleared: [] }
        - restart: { ready-within: 10 s }
        - wait: 1 min
        - demand:
            load: bank-5A
            quantity: active-power-demand
            maximum: active-power-demand-max
            expect: { value: ± 0.6 %, integration-time: ± 1.5 %, maximum: ± 0.1 % }
      finally:
        - apply: { load: off, supply: off }
      """,
      faults: faults
    )
    rehearsal.bench = Bench3.only(1)
    let step = try #require(try rehearsal.run().step("demand", on: "A1"))
    return ["value", "integration-time", "maximum"].map { rule in
      step.findings.first { $0.rule.id == rule }?.verdict
    }
  }

  @Test("A window that is as long as it is set to passes, one of another length fails")
  func window() throws {
    for window in ["8 min", "15 min", "60 min"] {
      #expect(try Self.verdicts([], window: window) == [.passed, .passed, .passed])
      for seconds in [-60, 60, 240] {
        let fault = "fault: demand-window, on: A1, at: 0 s, amount: \(seconds) s"
        let found = try Self.verdicts([fault], window: window)
        #expect(found == [.passed, .failed, .passed], "\(window), \(seconds) s")
      }
    }
  }

  @Test("A maximum that is not the greatest demand fails", arguments: ["0.3 %", "-0.3 %"])
  func maximum(error: String) throws {
    let fault =
      "fault: register-error, on: A1, at: 0 s, of: active-power-demand-max, amount: \(error)"
    #expect(try Self.verdicts([fault]) == [.passed, .passed, .failed])
  }

  @Test("A load that overshoots while it settles is in both, the demand and its maximum")
  func overshoot() throws {
    for second in 125...135 {
      let fault = "fault: load-step, at: \(second) s, until: \(second + 1) s, amount: 100 %"
      #expect(try !Self.verdicts([fault]).contains(.failed), "\(second) s")
    }
  }
}
