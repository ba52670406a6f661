import Planning
import Testing

/// What a plan says of a gate whose uncertainty depends on how it falls between two updates of a register.
@Suite("The span of a predicted uncertainty") struct PredictedSpanTests {
  private static func plan(percent limit: Double) throws -> Plan {
    try Rehearsal(
      Script.underLoad(
        "  - compare-registers: { output: pulse-2, during: 10 min, expect: { difference: ± \(limit) % } }"
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
}
