import Judging
import Verdicts

/// A rule that does not hold, or a remark on its step.
enum StepProblem {
  case finding(Finding)
  case remark(Remark)

  var verdict: Verdict {
    switch self {
    case .finding(let finding): finding.verdict
    case .remark(let remark): remark.verdict
    }
  }
}

extension JudgedStep {
  /// What did not pass, causes first: that a value is missing only follows from what is said of the
  /// step.
  var problems: [StepProblem] {
    let open = findings.filter { $0.verdict > .skipped }
    let missing = open.filter { $0.reason?.kind == .missing }
    let measured = open.filter { $0.reason?.kind != .missing }
    return measured.map(StepProblem.finding)
      + remarks.filter { $0.verdict > .skipped }.map(StepProblem.remark)
      + missing.map(StepProblem.finding)
  }
}
