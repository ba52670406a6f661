import Benches
public import Planning
import Scenarios
public import Verdicts

/// What is known of a meter's earlier runs, by the serial number that it reports, oldest first.
public typealias UnitHistory = @Sendable (SerialNumber) -> [EarlierRun]

extension Plan {
  /// The plan with what the history says of the expected meters: one that the scenario has tested no more is
  /// refused, one that it warns of is a warning.
  public func consulting(_ history: UnitHistory) -> Plan {
    var plan = self
    for index in plan.positions.indices {
      guard var expected = plan.positions[index].expected else { continue }
      let runs = history(expected.serialNumber)
      guard !runs.isEmpty else { continue }
      expected.earlierRuns = runs
      plan.positions[index].expected = expected
      let name = plan.positions[index].position.name
      for (verdict, ruling) in [
        (Verdict.passed, scenario.serialNumbers.alreadyPassed),
        (.failed, scenario.serialNumbers.failedBefore),
      ] {
        guard ruling != .allow, let last = runs.last(where: { $0.verdict == verdict }) else {
          continue
        }
        let times = runs.count { $0.verdict == verdict }
        let count = times == 1 ? "" : ", the last of \(times) times"
        let text =
          "the meter with serial number \(expected.serialNumber) \(verdict.rawValue) before, in run \(last.run) of \(last.wallTime.prefix(16)) UTC\(count)"
        if ruling == .refuse {
          let key = verdict == .passed ? "already-passed" : "failed-before"
          plan.positions[index].refused =
            plan.positions[index].refused
            ?? "\(text); the scenario refuses it (serial-number, \(key))"
        } else {
          plan.warnings.append("\(name): \(text)")
        }
      }
    }
    return plan
  }
}
