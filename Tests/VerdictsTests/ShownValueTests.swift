import Foundation
import Quantities
import Testing
import Verdicts

@Suite("Shown values")
struct ShownValueTests {
  private func text(
    _ value: Double,
    _ uncertainty: Double?,
    _ limits: ClosedRange<Double> = -0.005...0.005,
    _ dimension: Quantities.Dimension = .ratio,
    _ rule: DecisionRule = .standard
  ) -> String {
    rule.text(
      value,
      expandedUncertainty: uncertainty,
      lower: limits.lowerBound,
      upper: limits.upperBound,
      dimension
    )
  }

  @Test("A value has the digits that its uncertainty supports, whatever its verdict")
  func rounded() {
    #expect(text(0.000_801, 0.001_16) == "0.08 ± 0.12 %")
    #expect(text(0.007_894_894, 0.001_16) == "0.79 ± 0.12 %")
    #expect(text(0.004_894_894, 0.001_16) == "0.49 ± 0.12 %")
    #expect(text(2300.04, 47.8, 3300...3600, .activePower) == "2.300 ± 0.048 kW")
  }

  @Test("A value beyond its limit by less than its last digit keeps more of them")
  func beyond() {
    // Rounded, 0.62 − 0.12 = 0.50 would lie at the limit.
    #expect(text(0.006_21, 0.001_2) == "0.621 ± 0.120 %")
    #expect(text(0.005_000_01, 0, -0.005...0.005) == "0.500001 %")
    #expect(text(100_000_001, 0, 0...100_000_000, .pulseCount) == "100000001 pulses")
    #expect(text(0.005_04, 0.001, -0.005...0.005, .ratio, .simple) == "0.504 ± 0.100 %")
  }

  @Test("What is shown decides as what was measured", arguments: [UInt64(1), 2, 3])
  func agrees(seed: UInt64) throws {
    var state = seed
    func random() -> Double {
      // A linear congruence (Knuth, MMIX): the same numbers in every run.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    for _ in 0..<2000 {
      let limit = 0.001 + random() * 0.01
      let uncertainty = random() * limit
      // Near the places where the verdict changes.
      let edge = [limit - uncertainty, limit, limit + uncertainty][Int(random() * 3)]
      let value = edge * (1 + (random() - 0.5) * 0.01) * (random() < 0.5 ? 1 : -1)
      for rule in [DecisionRule.standard, .simple, .guarded(factor: 0.5)] {
        let shown = text(value, uncertainty, -limit...limit, .ratio, rule)
        let match = try #require(shown.wholeMatch(of: /(-?[0-9.]+) ± ([0-9.]+) %/), "\(shown)")
        func verdict(_ value: Double, _ uncertainty: Double) -> Verdict {
          rule.decide(value, expandedUncertainty: uncertainty, lower: -limit, upper: limit)
        }
        let read = (try #require(Double(match.1)) / 100, try #require(Double(match.2)) / 100)
        #expect(verdict(read.0, read.1) == verdict(value, uncertainty), "\(shown), \(limit)")
      }
    }
  }

  @Test("A reason gives the value as its rule decided on it")
  func reason() {
    let rule = Rule(
      id: "error",
      measurement: "error",
      criterion: .within(lower: -0.005, upper: 0.005, dimension: .ratio),
      decision: .standard,
      text: "error ± 0.5 %",
      origin: Rule.Origin(file: "a.yaml", line: 1, column: 1)
    )
    func reason(_ value: Double, _ uncertainty: Double?) -> String? {
      let measured = Measurement(
        id: "error",
        value: .number(value, .ratio),
        expandedUncertainty: uncertainty,
        from: .zero
      )
      return rule.finding(in: [measured]).reason?.text
    }
    #expect(reason(0.007_894_894, 0.001_16) == "error is 0.79 ± 0.12 %, not ± 0.5 %")
    #expect(reason(0.008, 0) == "error is 0.8 %, not ± 0.5 %")
    #expect(
      reason(0.004_5, 0.001_16)
        == "error is 0.45 ± 0.12 %, limits ± 0.5 %: too close to decide (guarded, w = U)"
    )
    #expect(
      reason(0.004_5, nil)
        == "error is 0.45 %, limits ± 0.5 %: its uncertainty is not known"
    )
  }

  @Test("A number that no prefix makes readable has none")
  func tiny() {
    let text = Measurement.text(2.4178e-41, .voltage)
    #expect(text == "2.4178e-41 V")
    #expect(Measurement.text(2e-9, .voltage) == "0.000002 mV")
  }
}
