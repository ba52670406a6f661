import Judging
import Verdicts

/// What keeps a step from passing.
enum StepProblem {
  /// A rule that does not hold.
  case finding(Finding)
  /// A remark on the step.
  case remark(Remark)
  /// Rules that are open because of a remark: what they need was not measured.
  case unmeasured([Finding])

  var verdict: Verdict {
    switch self {
    case .finding(let finding): finding.verdict
    case .remark(let remark): remark.verdict
    case .unmeasured(let findings): findings.map(\.verdict).max() ?? .inconclusive
    }
  }

  /// What is said of rules without a value, before they are listed.
  static func unmeasured(_ findings: [Finding]) -> String {
    let (rules, they) =
      findings.count == 1 ? ("1 rule is", "it needs") : ("\(findings.count) rules are", "they need")
    return "\(rules) open, because what \(they) was not measured:"
  }
}

extension JudgedStep {
  /// What did not pass, causes first: that a value is missing only follows from what is said of the
  /// step.
  var problems: [StepProblem] {
    let open = findings.filter { $0.verdict > .skipped }
    let missing = open.filter(\.isMissing)
    let causes = remarks.filter { $0.verdict > .skipped }
    let first =
      open.filter { !$0.isMissing }.map(StepProblem.finding) + causes.map(StepProblem.remark)
    if causes.isEmpty || missing.isEmpty { return first + missing.map(StepProblem.finding) }
    return first + [.unmeasured(missing)]
  }
}

extension Finding {
  /// Whether the rule is open for want of a value.
  var isMissing: Bool { reason?.kind == .missing }
}
