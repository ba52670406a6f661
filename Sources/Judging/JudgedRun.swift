public import Quantities
public import RunRecord
public import Verdicts

/// A run with its verdicts: what reports are made of.
public struct JudgedRun: Sendable {
  /// What was run; nil where the record does not begin as it must.
  public var start: RunStarted?
  public var positions: [JudgedPosition]
  public var verdict: Verdict
  /// Whether known-good meters judged the bench.
  public var judgesBench = false
  /// What bears on the run as a whole.
  public var remarks: [Remark]
  /// What rests on unproven knowledge or on trust.
  public var warnings: [String]
  public var notes: [Note]
  /// What was counted on each bus; it bears on no verdict.
  public var buses: [RecordedBusStatistics]
  public var end: RunEnd?
  /// The moments of the first and of the last event.
  public var from: Instant
  public var to: Instant
}

/// A position with its verdicts.
public struct JudgedPosition: Sendable {
  public var position: RecordedPlan.Position
  public var verdict: Verdict
  /// What bears on the position as a whole.
  public var remarks: [Remark]
  /// In the order of the plan.
  public var steps: [JudgedStep]

  /// Whether anything of the meter failed, though an error of the bench may outrank it.
  public var hasFailure: Bool {
    verdict == .failed
      || steps.contains { step in
        step.findings.contains { $0.verdict == .failed }
          || step.remarks.contains { $0.verdict == .failed }
      }
  }

  /// What the meter said of itself: the text measurements of `identify` steps, less the settings that the run
  /// changed.
  public var identity: [(name: String, text: String)] {
    let changed = Set(
      steps.filter { ["configure", "assign-address"].contains($0.step.verb) }
        .flatMap(\.measurements).map(\.id)
    )
    let said = steps.filter { $0.step.verb == "identify" }.flatMap(\.measurements)
    return said.compactMap { measurement in
      guard case .text(let text) = measurement.value, !changed.contains(measurement.id) else {
        return nil
      }
      return (measurement.id, text)
    }
  }
}

/// A step on a position with its verdict and all that led to it.
public struct JudgedStep: Sendable {
  public var step: RecordedPlan.Step
  public var verdict: Verdict
  /// One for each rule, in the order of the plan.
  public var findings: [Finding]
  /// What bears on the step beside its rules.
  public var remarks: [Remark]
  public var measurements: [Measurement]
  /// Why it does not apply; nil where it does.
  public var notApplicable: String?
  /// Nil where the step did not begin.
  public var from: Instant?
  public var to: Instant?
}

/// Something beside the rules that bears on a verdict.
public struct Remark: Hashable, Sendable {
  public var verdict: Verdict
  public var reason: Reason
  /// The part of the rig that is to blame; nil where none is.
  public var part: String?

  init(_ verdict: Verdict, _ kind: Reason.Kind, _ text: String, part: String? = nil) {
    self.verdict = verdict
    reason = Reason(kind, text)
    self.part = part
  }
}
