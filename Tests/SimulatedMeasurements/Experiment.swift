public import Verdicts

/// Many gates on meters with the same true error.
public struct Experiment: Sendable {
  /// How many gates.
  public var count = 0
  /// How many results cover the true error.
  public var covered = 0
  /// How often each decision rule passed the meter.
  public var passed: [Int]
  /// The sum of the expanded uncertainties.
  public var sumOfUncertainties = 0.0
  /// The decision rules that are tried.
  public let rules: [DecisionRule]

  /// An experiment without a gate.
  public init(rules: [DecisionRule] = [.standard, .simple]) {
    self.rules = rules
    passed = rules.map { _ in 0 }
  }

  /// Adds another experiment with the same rules.
  public mutating func add(_ other: Experiment) {
    count += other.count
    covered += other.covered
    sumOfUncertainties += other.sumOfUncertainties
    for index in passed.indices { passed[index] += other.passed[index] }
  }

  /// The share of results that cover the true error.
  public var coverage: Double { Double(covered) / Double(max(1, count)) }

  /// The mean expanded uncertainty.
  public var meanUncertainty: Double { sumOfUncertainties / Double(max(1, count)) }

  /// The share of gates after which a rule passed the meter.
  public func share(passedBy rule: DecisionRule) -> Double {
    guard let index = rules.firstIndex(of: rule) else { return 0 }
    return Double(passed[index]) / Double(max(1, count))
  }

  /// Measures so many gates, each judged against ± `limit`.
  public mutating func run(
    _ gate: SimulatedGate,
    times: Int,
    limit: Double,
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<times {
      let outcome = try gate.measure(&random)
      let uncertainty = outcome.budget.expanded
      count += 1
      sumOfUncertainties += uncertainty
      if outcome.covers(gate.truth) { covered += 1 }
      for (index, rule) in rules.enumerated() {
        let verdict = rule.decide(
          outcome.error,
          expandedUncertainty: uncertainty,
          lower: -limit,
          upper: limit
        )
        if verdict == .passed { passed[index] += 1 }
      }
    }
  }
}
