/// What is said of a rule, a step, a position or a run.
///
/// The order is the order of severity: a parent takes the worst of its parts.
public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  /// Decided by the plan before the run; parents ignore it.
  case notApplicable = "not-applicable"
  /// Every declared rule was evaluated on complete and finite data, and holds.
  case passed
  /// Planned, and not run.
  case skipped
  /// Nothing was shown to be wrong, and nothing was proven.
  case inconclusive
  /// The meter broke a rule.
  case failed
  /// The bench, the files or the tool could not do what the verdict needs.
  case error

  public static func < (a: Verdict, b: Verdict) -> Bool { a.severity < b.severity }

  private var severity: Int {
    switch self {
    case .notApplicable: 0
    case .passed: 1
    case .skipped: 2
    case .inconclusive: 3
    case .failed: 4
    case .error: 5
    }
  }

  /// The verdict of a parent from the verdicts of its parts.
  ///
  /// The worst part wins. A parent with passed and skipped parts is inconclusive: something that
  /// was planned is not known. A parent whose parts all do not apply does not apply itself; a
  /// parent without parts has proven nothing and is inconclusive, never passed.
  public static func combining(_ parts: some Sequence<Verdict>) -> Verdict {
    var worst: Verdict?
    var anyPassed = false
    for part in parts {
      anyPassed = anyPassed || part == .passed
      worst = max(worst ?? part, part)
    }
    guard let worst else { return .inconclusive }
    return worst == .skipped && anyPassed ? .inconclusive : worst
  }
}
