import Foundation
import Testing
import Verdicts

@Suite("Decision rule")
struct DecisionRuleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var value: Double
    var uncertainty: Double?
    var lower: Double?
    var upper: Double?
    var expected: Verdict

    init(
      _ value: Double,
      _ uncertainty: Double?,
      _ lower: Double?,
      _ upper: Double?,
      _ expected: Verdict
    ) {
      self.value = value
      self.uncertainty = uncertainty
      self.lower = lower
      self.upper = upper
      self.expected = expected
    }

    var testDescription: String {
      func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "none" }
      return "\(value) ± \(text(uncertainty)) in \(text(lower)) … \(text(upper)): \(expected)"
    }
  }

  @Test(
    "Guarded, w = U",
    arguments: [
      Case(0, 1, -5, 5, .passed),
      Case(4, 1, -5, 5, .passed),
      Case(4.001, 1, -5, 5, .inconclusive),
      Case(5, 1, -5, 5, .inconclusive),
      Case(6, 1, -5, 5, .inconclusive),
      Case(6.001, 1, -5, 5, .failed),
      Case(-6.001, 1, -5, 5, .failed),
      Case(5, 0, -5, 5, .passed),
      Case(5.001, 0, -5, 5, .failed),
      // An uncertainty wider than the limits can prove a failure, never a pass.
      Case(0, 6, -5, 5, .inconclusive),
      Case(100, 6, -5, 5, .failed),
      // One-sided.
      Case(0.031, 0.001, 0.030, nil, .passed),
      Case(0.0305, 0.001, 0.030, nil, .inconclusive),
      Case(0.0289, 0.001, 0.030, nil, .failed),
      Case(0.9, 0.1, nil, 1, .passed),
      Case(0.95, 0.1, nil, 1, .inconclusive),
      Case(1.2, 0.1, nil, 1, .failed),
    ]
  )
  func guarded(_ one: Case) {
    #expect(decide(.standard, one) == one.expected)
  }

  @Test(
    "Simple, only where U ≤ L/3",
    arguments: [
      Case(5, 1, -5, 5, .passed),
      Case(5.001, 1, -5, 5, .failed),
      Case(0, 5.0 / 3, -5, 5, .passed),
      Case(0, 1.7, -5, 5, .inconclusive),
      Case(100, 1.7, -5, 5, .inconclusive),
      Case(9, 3, nil, 9, .passed),
      Case(9, 3.1, nil, 9, .inconclusive),
      Case(8.9, 3, 9, nil, .failed),
      // A limit of zero has no size: only an exact value decides.
      Case(-1, 0, nil, 0, .passed),
      Case(-1, 0.001, nil, 0, .inconclusive),
    ]
  )
  func simple(_ one: Case) {
    #expect(decide(.simple, one) == one.expected)
  }

  @Test(
    "What cannot be compared is inconclusive under every rule",
    arguments: [
      Case(.nan, 0.1, -5, 5, .inconclusive),
      Case(.infinity, 0.1, -5, nil, .inconclusive),
      Case(-.infinity, 0.1, nil, 5, .inconclusive),
      Case(0, nil, -5, 5, .inconclusive),
      Case(0, .nan, -5, 5, .inconclusive),
      Case(0, .infinity, -5, 5, .inconclusive),
      Case(0, -0.1, -5, 5, .inconclusive),
      Case(100, -1000, -5, 5, .inconclusive),
      Case(0, 0.1, nil, nil, .inconclusive),
      Case(0, 0.1, .nan, 5, .inconclusive),
      Case(0, 0.1, -5, .nan, .inconclusive),
      Case(0, 0.1, nil, .infinity, .inconclusive),
      Case(0, 0.1, -.infinity, nil, .inconclusive),
      Case(0, 0.1, -.infinity, .infinity, .inconclusive),
      Case(0, 0.1, 5, -5, .inconclusive),
    ]
  )
  func undecidable(_ one: Case) {
    for rule in [
      DecisionRule.standard, .guarded(factor: 0), .guarded(factor: 2), .simple, .fourState,
    ] {
      #expect(decide(rule, one) == .inconclusive, "\(rule)")
    }
  }

  @Test(
    "A negative or unusable guard band decides nothing",
    arguments: [-1, Double.nan, -Double.infinity]
  )
  func impossibleFactor(_ factor: Double) {
    for value in [0.0, 5, 5.5, 100] {
      let verdict = DecisionRule.guarded(factor: factor)
        .decide(value, expandedUncertainty: 1, lower: -5, upper: 5)
      #expect(verdict == .inconclusive)
    }
  }

  @Test("Passed always lies within the limits, failed always beyond them")
  func soundness() {
    for rule in [DecisionRule.standard, .guarded(factor: 0.5), .simple, .fourState] {
      forEachGridPoint { value, uncertainty in
        let verdict = rule.decide(value, expandedUncertainty: uncertainty, lower: -1, upper: 1)
        if verdict == .passed { #expect(abs(value) <= 1) }
        if verdict == .failed { #expect(abs(value) > 1) }
        let mirrored = rule.decide(-value, expandedUncertainty: uncertainty, lower: -1, upper: 1)
        #expect(mirrored == verdict)
      }
    }
  }

  @Test("A greater uncertainty never decides what a smaller one left open")
  func monotonic() {
    for rule in [DecisionRule.standard, .guarded(factor: 0.5), .simple, .fourState] {
      forEachGridPoint { value, uncertainty in
        let verdict = rule.decide(value, expandedUncertainty: uncertainty, lower: -1, upper: 1)
        guard verdict == .inconclusive else { return }
        for wider in [uncertainty + 0.01, uncertainty * 2 + 0.1, 1e9] {
          let later = rule.decide(value, expandedUncertainty: wider, lower: -1, upper: 1)
          #expect(later == .inconclusive)
        }
      }
    }
  }

  @Test("Four states decide as the standard rule does, and have two words for what stays open")
  func fourStates() {
    forEachGridPoint { value, uncertainty in
      let verdicts = [DecisionRule.fourState, .standard].map {
        $0.decide(value, expandedUncertainty: uncertainty, lower: -1, upper: 1)
      }
      #expect(verdicts[0] == verdicts[1])
    }
    #expect(DecisionRule.fourState.word(for: 0.95, lower: -1, upper: 1) == "conditional pass")
    #expect(DecisionRule.fourState.word(for: 1.05, lower: -1, upper: 1) == "conditional fail")
    #expect(DecisionRule.fourState.word(for: -1.05, lower: -1, upper: nil) == "conditional fail")
    #expect(DecisionRule.fourState.word(for: 0.95, lower: nil, upper: 1) == "conditional pass")
    #expect(DecisionRule.standard.word(for: 0.95, lower: -1, upper: 1) == nil)
  }

  @Test("A rule says beforehand whether any value could pass")
  func canPass() {
    for rule in [DecisionRule.standard, .guarded(factor: 0.5), .guarded(factor: 2), .simple] {
      for uncertainty in stride(from: 0, through: 2, by: 0.05) {
        let values = (-100...100).map { Double($0) / 100 }
        let passes = values.contains {
          rule.decide($0, expandedUncertainty: uncertainty, lower: -1, upper: 1) == .passed
        }
        #expect(
          rule.canPass(expandedUncertainty: uncertainty, lower: -1, upper: 1) == passes,
          "\(rule), \(uncertainty)"
        )
      }
    }
    #expect(DecisionRule.standard.canPass(expandedUncertainty: 5, lower: 1, upper: nil))
    #expect(DecisionRule.standard.canPass(expandedUncertainty: 5, lower: nil, upper: -1))
    #expect(!DecisionRule.simple.canPass(expandedUncertainty: 5, lower: 1, upper: nil))
  }

  @Test(
    "A decision rule survives the record",
    arguments: [
      DecisionRule.standard, .simple, .guarded(factor: 0.5), .guarded(factor: 0.01), .fourState,
    ]
  )
  func coding(_ rule: DecisionRule) throws {
    let data = try JSONEncoder().encode([rule])
    #expect(try JSONDecoder().decode([DecisionRule].self, from: data) == [rule])
  }

  @Test(
    "A decision rule that is none is refused, not replaced by another",
    arguments: [
      "", "guarded ", "guarded -1", "guarded 0", "guarded 0x1p-3", "guarded 1e-5", "guarded 11",
      "guarded nan", "guarded x", "lenient", "Simple",
    ]
  )
  func brokenCoding(_ text: String) throws {
    let data = try JSONEncoder().encode([text])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([DecisionRule].self, from: data)
    }
  }

  private func decide(_ rule: DecisionRule, _ one: Case) -> Verdict {
    rule.decide(
      one.value,
      expandedUncertainty: one.uncertainty,
      lower: one.lower,
      upper: one.upper
    )
  }

  private func forEachGridPoint(_ body: (Double, Double) -> Void) {
    for value in stride(from: -3, through: 3, by: 0.05) {
      for uncertainty in stride(from: 0, through: 2, by: 0.05) { body(value, uncertainty) }
    }
  }
}
