public import Quantities

/// Why a verdict is what it is: one word of a closed list, and a text for people.
public struct Reason: Hashable, Sendable, Codable {
  /// The closed list. The raw values are the `type` of JUnit results.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// A value beyond its limit.
    case limit
    /// A text that is not the one demanded.
    case mismatch
    /// A value too close to its limit for its uncertainty.
    case undecided
    /// A rule whose measurement does not exist.
    case missing
    /// A value that is NaN or infinite.
    case notFinite = "not-finite"
    /// The meter does not answer, and the bus and the supply are proven.
    case noCommunication = "no-communication"
    /// The meter refused a request.
    case refused
    /// A pulse output that stays silent although the reference shows energy.
    case silentOutput = "silent-output"
    /// A pulse train with unexplained gaps.
    case unexplainedGap = "unexplained-gap"
    /// A proven loss of edges.
    case lostEdges = "lost-edges"
    /// A condition of the source or the rig was violated while measuring.
    case condition
    /// A part of the bench failed.
    case bench
    /// The meter is not the one that its position was to hold, or nobody can tell which one it is.
    case wrongUnit = "wrong-unit"
    /// An interlock opened.
    case interlock
    /// The run was interrupted.
    case interrupted
    /// The step was planned and did not run.
    case notRun = "not-run"
    /// The step ran out of its time.
    case stepTimeout = "step-timeout"
    /// No rule was evaluated.
    case noRule = "no-rule"
    /// The record is incomplete or contradicts itself.
    case record
    /// The tool itself failed.
    case tool
  }

  public var kind: Kind
  /// One sentence; what was measured, what was expected, and what to do next.
  public var text: String

  /// A reason.
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// A rule with what the record says about it.
public struct Finding: Hashable, Sendable {
  public var rule: Rule
  public var verdict: Verdict
  /// Why; nil where the rule passed.
  public var reason: Reason?
  /// The measurement that was judged; nil where there is none.
  public var measurement: Measurement?
  /// The limits that applied, in the base unit.
  public var lower: Double?
  public var upper: Double?
  /// The expanded uncertainty that decided, that of a measured nominal value included; nil where
  /// none is known or none was needed.
  public var uncertainty: Double?
  /// Where that comes from; nil where nothing is known of it.
  public var budget: UncertaintyBudget?

  /// A finding.
  public init(
    rule: Rule,
    verdict: Verdict,
    reason: Reason?,
    measurement: Measurement? = nil,
    lower: Double? = nil,
    upper: Double? = nil,
    uncertainty: Double? = nil,
    budget: UncertaintyBudget? = nil
  ) {
    self.rule = rule
    self.verdict = verdict
    self.reason = reason
    self.measurement = measurement
    self.lower = lower
    self.upper = upper
    self.uncertainty = uncertainty
    self.budget = budget
  }
}

extension Finding {
  /// The distance from the value to the nearer limit, in the base unit of the limits: positive
  /// within them, negative beyond; nil where nothing finite was compared.
  public var margin: Double? {
    guard let value = measurement?.number, value.isFinite else { return nil }
    let distances = [lower.map { value - $0 }, upper.map { $0 - value }].compactMap { $0 }
    return distances.min().flatMap { $0.isFinite ? $0 : nil }
  }

  /// Whether the value passed, and lies closer to a limit than the rule's marginal band allows to go
  /// unmarked.
  public var isMarginal: Bool {
    guard verdict == .passed, let marginal = rule.marginal, let margin else { return false }
    return margin < (1 - marginal) * DecisionRule.room(lower: lower, upper: upper)
  }
}

extension Finding {
  /// A precondition that does not hold is nobody's failure.
  fileprivate var asPrecondition: Finding {
    guard rule.isPrecondition, verdict == .failed else { return self }
    var open = self
    open.verdict = .inconclusive
    open.reason = Reason(
      .condition,
      "the meter is not as this scenario needs it: \(reason?.text ?? rule.text)"
    )
    return open
  }
}

extension Rule {
  /// Judges the rule on a step's measurements.
  ///
  /// An absent measurement is inconclusive; a value that is not finite, or that measures something
  /// else, is an error and never passes. Where an id was measured more than once, every value is
  /// judged and the worst finding stands: a later value never replaces an earlier one.
  public func finding(in measurements: [Measurement]) -> Finding {
    let findings = measurements.filter { $0.id == measurement }
      .flatMap { self.findings(for: $0, among: measurements) }
    // `max(by:)` returns the first of equals, so the first of the worst is the one to show.
    return findings.map(\.asPrecondition).max { $0.verdict < $1.verdict }
      ?? Finding(
        rule: self,
        verdict: .inconclusive,
        reason: Reason(.missing, "'\(measurement)' was not measured, so the rule '\(text)' is open")
      )
  }

  /// One finding, or one for each nominal value that the measurement is compared with: those of its
  /// own interval where there are any, else all.
  private func findings(
    for measured: Measurement,
    among measurements: [Measurement]
  ) -> [Finding] {
    guard case .around(let nominalID, _, _, _) = criterion else {
      return [finding(for: measured, around: nil)]
    }
    let nominals = measurements.filter { $0.id == nominalID }
    let own = nominals.filter { $0.from == measured.from && $0.to == measured.to }
    guard !nominals.isEmpty else { return [finding(for: measured, around: nil)] }
    return (own.isEmpty ? nominals : own).map { finding(for: measured, around: $0) }
  }

  private func finding(for measured: Measurement, around nominal: Measurement?) -> Finding {
    switch (criterion, measured.value) {
    case (.text(let allowed), .text(let found)):
      guard !allowed.contains(found) else {
        return Finding(rule: self, verdict: .passed, reason: nil, measurement: measured)
      }
      let wanted = allowed.map { "'\($0)'" }.joined(separator: " or ")
      return Finding(
        rule: self,
        verdict: .failed,
        reason: Reason(.mismatch, "\(measurement) is '\(found)', expected \(wanted)"),
        measurement: measured
      )
    case (.within(let lower, let upper, let dimension), .number(let value, let found))
    where dimension == found:
      return judged(
        measured,
        value,
        uncertainty: measured.expandedUncertainty,
        budget: measured.budget,
        lower: lower,
        upper: upper,
        dimension
      )
    case (
      .around(let nominalID, let relative, let absolute, let dimension),
      .number(let value, let found)
    ) where dimension == found:
      guard let nominal else {
        return Finding(
          rule: self,
          verdict: .inconclusive,
          reason: Reason(
            .missing,
            "'\(nominalID)' was not measured, so '\(text)' has no nominal value"
          ),
          measurement: measured
        )
      }
      guard case .number(let center, dimension) = nominal.value else {
        return Finding(
          rule: self,
          verdict: .error,
          reason: Reason(
            .record,
            "'\(nominalID)' is \(nominal.text), which cannot be the nominal value of '\(text)'"
          ),
          measurement: measured
        )
      }
      guard center.isFinite else {
        return Finding(
          rule: self,
          verdict: .error,
          reason: Reason(
            .notFinite,
            "'\(nominalID)' is \(nominal.text), which cannot be the nominal value of '\(text)'"
          ),
          measurement: measured
        )
      }
      let halfWidth = relative * abs(center) + absolute
      guard halfWidth > 0 else {
        return Finding(
          rule: self,
          verdict: .inconclusive,
          reason: Reason(
            .undecided,
            "'\(nominalID)' is \(nominal.text), so '\(text)' leaves no room between its limits"
          ),
          measurement: measured
        )
      }
      let budget = Self.budget(of: measured, against: nominal)
      return judged(
        measured,
        value,
        uncertainty: budget?.expanded,
        budget: budget,
        lower: center - halfWidth,
        upper: center + halfWidth,
        dimension
      )
    default:
      return Finding(
        rule: self,
        verdict: .error,
        reason: Reason(
          .record,
          "'\(measurement)' is \(measured.text), which '\(text)' cannot judge"
        ),
        measurement: measured
      )
    }
  }

  /// The budget of a difference of two measurements that have no source of uncertainty in common
  /// (JCGM 100:2008 clause 5.1.2).
  private static func budget(
    of measured: Measurement,
    against nominal: Measurement
  ) -> UncertaintyBudget? {
    guard let own = measured.ownBudget, let other = nominal.ownBudget else { return nil }
    return UncertaintyBudget(own.components + other.components)
  }

  private func judged(
    _ measured: Measurement,
    _ value: Double,
    uncertainty: Double?,
    budget: UncertaintyBudget?,
    lower: Double?,
    upper: Double?,
    _ dimension: Dimension
  ) -> Finding {
    func finding(_ verdict: Verdict, _ reason: Reason?) -> Finding {
      Finding(
        rule: self,
        verdict: verdict,
        reason: reason,
        measurement: measured,
        lower: lower,
        upper: upper,
        uncertainty: uncertainty,
        budget: budget
      )
    }
    let range = Self.text(lower: lower, upper: upper, dimension)
    guard value.isFinite else {
      return finding(
        .error,
        Reason(.notFinite, "\(measurement) is \(measured.text), expected \(range)")
      )
    }
    let verdict = decision.decide(
      value,
      expandedUncertainty: uncertainty,
      lower: lower,
      upper: upper
    )
    let shown = decision.text(
      value,
      expandedUncertainty: uncertainty,
      lower: lower,
      upper: upper,
      dimension
    )
    switch verdict {
    case .passed: return finding(.passed, nil)
    case .failed:
      return finding(.failed, Reason(.limit, "\(measurement) is \(shown), not \(range)"))
    default:
      let word = decision.word(for: value, lower: lower, upper: upper)
      let why =
        uncertainty == nil
        ? "its uncertainty is not known"
        : decision.isIncapable(expandedUncertainty: uncertainty, lower: lower, upper: upper)
          ? "its uncertainty is more than a third of the limit (\(decision))"
          : "\(word.map { "\($0), " } ?? "")too close to decide (\(decision))"
      return finding(
        .inconclusive,
        Reason(.undecided, "\(measurement) is \(shown), limits \(range): \(why)")
      )
    }
  }

  /// The limits as people read them.
  public static func text(lower: Double?, upper: Double?, _ dimension: Dimension) -> String {
    switch (lower, upper) {
    case (let low?, let high?) where low == -high: "± \(Measurement.text(high, dimension))"
    case (let low?, let high?): range(low, high, dimension)
    case (let low?, nil): "at least \(Measurement.text(low, dimension))"
    case (nil, let high?): "at most \(Measurement.text(high, dimension))"
    case (nil, nil): "no limit"
    }
  }

  /// Two values of one unit, which is named once.
  private static func range(_ low: Double, _ high: Double, _ dimension: Dimension) -> String {
    let shown = Measurement.shown(high, dimension)
    let lower = Decimal.text(low / shown.unit.factor)
    let end = Decimal.text(high / shown.unit.factor)
    return shown.unit == .one ? "\(lower) … \(end)" : "\(lower) … \(end) \(shown.unit)"
  }
}

extension Measurement {
  /// The budget, or one of a single part where only the uncertainty is known; nil where that is not.
  fileprivate var ownBudget: UncertaintyBudget? {
    if let budget { return budget }
    guard let expandedUncertainty else { return nil }
    return UncertaintyBudget([
      .init(
        name: id,
        evaluation: .b,
        distribution: .normal,
        standardUncertainty: expandedUncertainty / (coverageFactor ?? 2)
      )
    ])
  }
}
