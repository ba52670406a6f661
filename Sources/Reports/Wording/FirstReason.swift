public import Judging
import RunRecord
import Verdicts

extension JudgedRun {
  /// The first thing that keeps a position from its pass, causes before what follows from them; nil where it passed
  /// or took no part.
  public func firstReason(for position: JudgedPosition) -> String? {
    let verdict = position.verdict
    guard verdict > .passed else { return nil }
    for step in position.steps {
      switch step.problems.first(where: { $0.verdict == verdict }) {
      case .finding(let finding):
        return "\(step.step.id) / \(finding.rule.id): \(finding.reason?.text ?? finding.rule.text)"
      case .remark(let remark): return "\(step.step.id): \(remark.reason.text)"
      case .unmeasured, nil: continue
      }
    }
    if let remark = position.remarks.first(where: { $0.verdict == verdict }) {
      return remark.reason.text
    }
    // What was planned and did not run leaves the rest undecided.
    let skipped = position.steps.filter { $0.verdict == .skipped }
    if let first = skipped.first {
      let rules = skipped.reduce(0) { $0 + $1.findings.count }
      let which = rules == 1 ? "1 rule belongs" : "\(rules) rules belong"
      return "\(which) to steps that were never run, the first of them \(first.step.id)"
    }
    return remarks.first { $0.verdict == verdict }?.reason.text
  }
}
