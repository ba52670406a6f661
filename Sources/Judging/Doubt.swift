import RunRecord
import Verdicts

extension Finding {
  /// Takes back what the step's own evidence does not carry.
  ///
  /// What was computed from a train that lost edges proves nothing, whichever way it came out. And
  /// where a part of the bench failed, or the source or the rig left its conditions, a value beyond
  /// its limit may be theirs: it is never the meter's failure. A value within its limits stays as it
  /// is, for the fault alone already keeps the step from passing.
  ///
  /// - Parameter fault: what says that a part of the bench failed, or that the run was interrupted; nil
  ///   where nothing does.
  mutating func doubt(for remarks: [Remark], _ fault: Remark?) {
    let kinds = remarks.map(\.reason.kind)
    if kinds.contains(.lostEdges), verdict == .passed || verdict == .failed {
      let found = reason.map { " (\($0.text))" } ?? ""
      verdict = .error
      reason = Reason(
        .lostEdges,
        "edges were lost in this step, so its values prove nothing\(found)"
      )
    } else if let fault, verdict == .failed {
      verdict = fault.verdict
      reason = Reason(fault.reason.kind, fault.notTheMeter(reason?.text))
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

extension Finding {
  /// A value beyond a limit that holds for the declared load only may be the load's, where nothing shows what it gave.
  mutating func doubt(load: TrustedLoad?) {
    guard let load, load.rules.contains(rule.id), verdict == .failed, let found = reason,
      found.kind == .limit
    else { return }
    verdict = .inconclusive
    reason = Reason(
      .undecided,
      "nothing shows that load \(load.load) gave what the bench file declares, so this may not be the meter: \(found.text)"
    )
  }

  /// A value beyond its limit, found with a reference or a time base that nobody vouches for, is not the meter's
  /// failure. Which values rest on them the record does not say: all are doubted.
  mutating func doubt(calibration: Remark?) {
    guard let calibration, verdict == .failed, let found = reason, found.kind == .limit else {
      return
    }
    verdict = calibration.verdict
    reason = Reason(
      calibration.reason.kind,
      "a calibration that it rests on does not hold, so this may not be the meter: \(found.text)"
    )
  }
}

extension Remark {
  /// The first that says that a part of the bench failed.
  static func bench(in remarks: [Remark]) -> Remark? {
    remarks.first {
      $0.verdict == .error && ($0.reason.kind == .bench || $0.reason.kind == .interlock)
    }
  }

  fileprivate func notTheMeter(_ found: String?) -> String {
    let what =
      switch reason.kind {
      case .interrupted: "the run was interrupted before"
      case .condition: "a condition was violated in this step"
      case .missing: reason.text
      case .wrongUnit: "this may be another meter than the one that was to be here"
      default: "a part of the bench failed here or before"
      }
    return (reason.kind == .wrongUnit ? what : "\(what), so this may not be the meter")
      + (found.map { ": \($0)" } ?? "")
  }

  /// The remark, which does not blame the meter where a part of the bench failed, or its run did not go
  /// on.
  func doubted(for fault: Remark?) -> Remark {
    guard let fault, verdict == .failed else { return self }
    return Remark(fault.verdict, fault.reason.kind, fault.notTheMeter(reason.text), part: part)
  }
}

extension Finding {
  /// What a meter that is known to be good fails is the bench's error, or the meter is no longer known to be good.
  var ofBench: Finding {
    guard verdict == .failed else { return self }
    var open = self
    open.verdict = .error
    open.reason = Reason(.bench, Self.golden + (reason.map { ": \($0.text)" } ?? ""))
    return open
  }

  fileprivate static let golden =
    "this meter is known to be good, so the bench is to be looked at, then its certificate"
}

extension Remark {
  /// The same of a remark.
  var ofBench: Remark {
    guard verdict == .failed else { return self }
    return Remark(.error, .bench, "\(Finding.golden): \(reason.text)", part: part)
  }
}
