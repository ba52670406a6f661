import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// One case of a JUnit document.
struct JUnitCase {
  /// The element that says that a case did not pass.
  enum Element: String { case failure, error, skipped }

  /// Why a case did not pass.
  struct Result {
    var element: Element
    /// The word for the reason; `skipped` carries none.
    var type: String
    /// One line.
    var message: String
    /// What is known, beginning with the message: a consumer that shows the one drops the other.
    var body: String
  }

  var name: String
  /// What it adds to the time of its suite.
  var duration = Duration.zero
  /// Where the scenario declares what the case stands for.
  var origin: Rule.Origin?
  var finding: Finding?
  /// Nil where the case passed.
  var result: Result?
}

extension Verdict {
  /// The element of a case with this verdict.
  ///
  /// JUnit has no word for an open question: inconclusive is an `error`, because `skipped` would
  /// let the consumer show success. What does not apply is `skipped`: then a scenario has the same
  /// cases on every position, and the plan's decision is there to be seen.
  var element: JUnitCase.Element? {
    switch self {
    case .passed: nil
    case .failed: .failure
    case .inconclusive, .error: .error
    case .skipped, .notApplicable: .skipped
    }
  }
}

extension JUnitCase.Result {
  init?(
    _ verdict: Verdict,
    _ kind: Reason.Kind,
    _ text: String,
    details: [(label: String, text: String)]
  ) {
    guard let element = verdict.element else { return nil }
    self.element = element
    type = kind.rawValue
    let prefix =
      switch verdict {
      case .inconclusive: "inconclusive: "
      case .notApplicable: "not applicable: "
      default: ""
      }
    // A result that says nothing shows as nothing.
    let line = Visible.line(text, limit: JUnitLimits.ladder[0].message)
    message = prefix + (line.isEmpty ? kind.rawValue : line)
    var lines = [line.isEmpty ? message : prefix + text, ""]
    lines += [("verdict", verdict.rawValue), ("reason", kind.rawValue)].map { "\($0): \($1)" }
    lines += details.map { "\($0.label): \($0.text)" }
    body = lines.map { JUnitLimits.cut($0, to: JUnitLimits.ladder[0].body) }.joined(separator: "\n")
  }
}

extension JUnitCase {
  /// The case of a rule.
  init(_ finding: Finding, of step: JudgedStep) {
    let reason = finding.reason ?? Reason(.record, "the record gives no reason")
    self.init(
      name: "\(step.step.id) / \(finding.rule.id)",
      origin: finding.rule.origin,
      finding: finding,
      result: Result(finding.verdict, reason.kind, reason.text, details: finding.basis)
    )
  }

  /// The cases of remarks on one thing: the meter's failures in one, what is open or in error in
  /// another, so that neither hides the other in the counters.
  static func cases(
    named name: String,
    _ remarks: [Remark],
    origin: Rule.Origin? = nil
  ) -> [JUnitCase] {
    [Element.failure, .error, .skipped].compactMap { element in
      let matching = remarks.filter { $0.verdict.element == element }
      // `max` returns the last of equals; the first of the worst is the one to show.
      guard let worst = matching.reversed().max(by: { $0.verdict < $1.verdict }) else { return nil }
      let details = matching.flatMap { remark in
        [(remark.verdict.rawValue, "\(remark.reason.kind.rawValue): \(remark.reason.text)")]
          + (remark.part.map { [("part of the rig", $0)] } ?? [])
      }
      let more = matching.count - 1
      return JUnitCase(
        name: name,
        origin: origin,
        result: Result(
          worst.verdict,
          worst.reason.kind,
          worst.reason.text,
          details: more == 0 && worst.part == nil ? [] : details
        )
      )
    }
  }

  /// The cases of a step: one for each rule, or one for a step without rules, and one more for
  /// what bears on the step beside its rules, before the rules that are open because of that. The first case
  /// carries the step's time, so that the times of a suite add up.
  static func cases(_ step: JudgedStep) -> [JUnitCase] {
    let id = step.step.id
    let origin = step.step.origin
    if let reason = step.notApplicable {
      let result = Result(.notApplicable, .notRun, reason, details: [])
      let names = step.step.rules.map { ("\(id) / \($0.id)", $0.origin) }
      return (names.isEmpty ? [(id, origin)] : names).map { name, origin in
        JUnitCase(name: name, origin: origin, result: result)
      }
    }
    var cases = step.findings.filter { !$0.isMissing }.map { JUnitCase($0, of: step) }
    // The rules of a skipped step say already that it did not run.
    if step.verdict != .skipped || cases.isEmpty {
      cases += Self.cases(named: id, step.remarks, origin: origin)
    }
    cases += step.findings.filter(\.isMissing).map { JUnitCase($0, of: step) }
    if cases.isEmpty { cases = [JUnitCase(name: id, origin: origin)] }
    cases[0].duration = step.duration
    return cases
  }
}

extension JudgedStep {
  /// How long the step took.
  var duration: Duration {
    guard let from, let to, to > from else { return .zero }
    return to.duration(since: from)
  }
}
