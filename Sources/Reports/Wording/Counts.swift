import Judging
import RunRecord
public import Verdicts

extension JudgedRun {
  /// What its positions and rules came to; and, where any did not pass, the remarks beside the rules, which bear
  /// on the verdict as well.
  var counts: [String] {
    [Verdict.count(positions.map(\.verdict), "position")]
      + Verdict.count(positions.flatMap(\.steps), remarks + positions.flatMap(\.remarks))
  }
}

extension JudgedPosition {
  /// What its rules came to, and the remarks that did not pass.
  var counts: [String] { Verdict.count(steps, remarks) }
}

extension Verdict {
  fileprivate static func count(_ steps: [JudgedStep], _ remarks: [Remark]) -> [String] {
    let open = (remarks + steps.flatMap(\.remarks)).map(\.verdict).filter { $0 > .skipped }
    return [count(steps.flatMap(\.findings).map(\.verdict), "rule")]
      + (open.isEmpty ? [] : [count(open, "remark")])
  }

  /// `3 positions: 2 passed, 1 failed`, the worst last.
  fileprivate static func count(_ verdicts: [Verdict], _ noun: String) -> String {
    guard !verdicts.isEmpty else { return "no \(noun)s" }
    return "\(verdicts.count) \(noun)\(verdicts.count == 1 ? "" : "s"): \(tally(verdicts))"
  }

  /// `2 passed, 1 failed`, the worst last.
  public static func tally(_ verdicts: [Verdict]) -> String {
    Verdict.allCases.sorted().compactMap { verdict in
      let number = verdicts.count { $0 == verdict }
      return number == 0 ? nil : "\(number) \(verdict.rawValue)"
    }
    .joined(separator: ", ")
  }
}
