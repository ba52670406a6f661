import Planning
import Quantities
import Scenarios
import Testing

/// What a plan says of a gate whose uncertainty depends on how it falls between two updates of a register.
@Suite("The span of a predicted uncertainty") struct PredictedSpanTests {
  /// A pulse of 0.1 kWh takes longer than the register's updates, so the gate's ends are placed between two of them.
  private static func plan(percent limit: Double, weight: String = "0.1 kWh") throws -> Plan {
    try Rehearsal(
      Script.underLoad(
        """
          - configure: { pulse-1-energy: active-import, pulse-width: 100 ms, pulse-weight: \(weight) }
          - compare-registers: { output: pulse-1, during: 10 min, expect: { difference: ± \(limit) % } }
        """
      )
    ).plan().plan
  }

  @Test("What can pass is planned, what may not is warned of, and what cannot is refused")
  func decisions() throws {
    let plan = try Self.plan(percent: 5)
    let prediction = try #require(plan.steps.flatMap(\.predictions).first)
    let span = try #require(prediction.span)
    #expect(span.lowerBound < prediction.expanded && prediction.expanded < span.upperBound)
    #expect(span.upperBound < 2 * span.lowerBound)
    func warns(_ limit: Double) throws -> Bool {
      try Self.plan(percent: limit * 100).warnings.contains { $0.contains("may end inconclusive") }
    }
    #expect(try !warns(span.upperBound * 1.02))
    #expect(try warns(span.upperBound * 0.98))
    #expect(try warns(span.lowerBound * 1.02))
    #expect {
      _ = try warns(span.lowerBound * 0.98)
    } throws: {
      "\($0)".contains("cannot be passed")
    }
  }

  @Test("A limit that is hardly above the uncertainty is warned of, with what it accepts")
  func littleRoom() throws {
    func plan(_ limit: Double) throws -> (plan: Plan, prediction: Prediction) {
      let plan = try Self.plan(percent: limit * 100, weight: "0.001 kWh")
      return (plan, try #require(plan.steps.flatMap(\.predictions).first))
    }
    func warns(_ limit: Double) throws -> Bool {
      try plan(limit).plan.warnings.contains { $0.contains("at most can pass: the uncertainty") }
    }
    let expanded = try plan(0.05).prediction.expanded
    // A guard band of U leaves a quarter of the limit where the limit is 4/3 of U.
    #expect(try warns(1.3 * expanded))
    #expect(try !warns(1.4 * expanded))
    let narrow = try plan(1.5 * expanded).prediction
    #expect(abs(narrow.acceptance - 0.5 * expanded) < 1e-9)
  }

  @Test(
    "How much gates differ is refused only where it could not be small enough however they fall"
  )
  func differences() throws {
    func plan(_ limit: Double) throws -> Prediction? {
      let script = Script.underLoad(
        """
          - configure: { pulse-1-energy: active-import, pulse-width: 100 ms, pulse-weight: 0.1 kWh }
          - remeasure:
              output: pulse-1
              gates: 3
              at-least: 12 pulses
              expect: { repeatability: { at-most: \(limit * 100) % } }
        """
      )
      var rehearsal = Rehearsal("needs: { reference: active-energy }\n" + script)
      rehearsal.bench = ReferenceRunTests.Kind.registers.bench
      return try rehearsal.plan().plan.steps.flatMap(\.predictions).first
    }
    let usual = try #require(try plan(0.5)).expanded
    #expect(try plan(0.97 * usual) != nil)
    #expect {
      _ = try plan(0.4 * usual)
    } throws: {
      "\($0)".contains("the bench itself scatters so much")
    }
  }

  @Test("An energy that is known too vaguely is refused, however wide the limit")
  func tooVague() throws {
    func plan(_ pulses: Int) throws -> Plan {
      try Rehearsal(
        Script.underLoad(
          "  - compare-registers: { output: pulse-2, at-least: \(pulses) pulses, expect: { difference: ± 60 % } }"
        )
      ).plan().plan
    }
    #expect(throws: Never.self) { try plan(60) }
    #expect {
      _ = try plan(12)
    } throws: {
      "\($0)".contains("cannot be passed")
    }
  }
}
