import RunRecord
import Verdicts

extension Finding {
  /// Takes back what the step's own evidence does not carry.
  ///
  /// What was computed from a train that lost edges proves nothing, whichever way it came out. And
  /// where the source or the rig left its conditions, a value beyond its limit may be theirs: it is
  /// never the meter's failure. A value within its limits stays as it is, for the violation alone
  /// already keeps the step from passing.
  mutating func doubt(for remarks: [Remark]) {
    let kinds = remarks.map(\.reason.kind)
    if kinds.contains(.lostEdges), verdict == .passed || verdict == .failed {
      let found = reason.map { " (\($0.text))" } ?? ""
      verdict = .error
      reason = Reason(
        .lostEdges,
        "edges were lost in this step, so its values prove nothing\(found)"
      )
    } else if kinds.contains(.condition), verdict == .failed {
      let found = reason.map { ": \($0.text)" } ?? ""
      verdict = .inconclusive
      reason = Reason(
        .condition,
        "a condition was violated in this step, so this may not be the meter\(found)"
      )
    }
  }
}
