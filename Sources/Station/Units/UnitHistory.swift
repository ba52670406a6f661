import Benches
import MeterProfiles
public import Planning
import ResultStore
import Scenarios
public import Verdicts

/// What is known of a meter's earlier runs on a rig of a kind, `host` or `twin`, oldest first.
public typealias UnitHistory = @Sendable (SerialNumber, _ rig: String) throws -> [EarlierRun]

extension RunHistory {
  /// The earlier runs of a plan's meters: those of the same scenario, for another one asks something else of
  /// a meter. Where there is no history yet there are none.
  public func units(of plan: Plan) -> UnitHistory {
    let scenario = plan.scenario.name
    let profile = plan.activePositions.first?.position.profile ?? plan.scenario.profile.name
    let path = path
    return { number, rig in
      let history: History
      do throws(HistoryError) { history = try History(path) } catch {
        if error.kind == .absent { return [] }
        throw error
      }
      // A register that holds a number has told it without the zeros of the label.
      let texts = Set([number.text, number.withoutZeros]).sorted()
      let runs = try texts.flatMap {
        try history.previousRuns(serial: $0, profile: profile, rig: rig)
      }
      return runs.filter { $0.scenario == scenario && !$0.judgesBench }
        .map {
          // An error of the bench that came later hides no failure of the meter.
          let verdict = $0.hasFailure ? Verdict.failed : $0.verdict
          return EarlierRun(run: $0.run, verdict: verdict, wallTime: $0.wallTime)
        }
        .sorted { ($0.wallTime, $0.run) < ($1.wallTime, $1.run) }
    }
  }
}

/// Why a run cannot begin: nobody can tell whether its meters were tested before.
struct UnknownHistory: Error, CustomStringConvertible {
  var reason: String

  var description: String {
    "the scenario refuses meters that were tested before (serial-number), and \(reason)"
  }
}

extension Plan {
  /// The plan with what the history says of the expected meters: one that the scenario tests no more is
  /// refused, one that it warns of is a warning.
  ///
  /// - Parameter history: the earlier runs of a meter; nil where nobody is to be asked.
  /// - Throws: ``UnknownHistory`` where nobody can be asked, and the scenario refuses what is not known.
  func consulting(
    _ history: ((SerialNumber) throws -> [EarlierRun])?
  ) throws(UnknownHistory) -> Plan {
    let rules = scenario.serialNumbers
    let refuses = rules.alreadyPassed == .refuse || rules.failedBefore == .refuse
    var plan = self
    for index in plan.positions.indices {
      guard let expected = plan.positions[index].expected else { continue }
      guard let history else {
        if refuses { throw UnknownHistory(reason: "--no-history leaves nobody to ask") }
        return self
      }
      do {
        plan.take(try history(expected.serialNumber), at: index)
      } catch {
        if refuses { throw UnknownHistory(reason: "the history cannot be asked: \(error)") }
        plan.warnings.append("whether meters were tested before is not known: \(error)")
        return plan
      }
    }
    return plan
  }

  private mutating func take(_ runs: [EarlierRun], at index: Int) {
    guard !runs.isEmpty, let number = positions[index].expected?.serialNumber else { return }
    positions[index].expected?.earlierRuns = runs
    let rules = scenario.serialNumbers
    for (verdict, ruling) in [(Verdict.passed, rules.alreadyPassed), (.failed, rules.failedBefore)]
    {
      guard ruling != .allow, let last = runs.last(where: { $0.verdict == verdict }) else {
        continue
      }
      let times = runs.count { $0.verdict == verdict }
      let count = times == 1 ? "" : ", the last of \(times) times"
      let text =
        "the meter with serial number \(number) \(verdict.rawValue) before, in run \(last.run) of \(last.wallTime.prefix(16)) UTC\(count)"
      if ruling == .warn {
        warnings.append("\(positions[index].position.name): \(text)")
      } else if positions[index].refused == nil {
        let key = verdict == .passed ? "already-passed" : "failed-before"
        positions[index].refused = "\(text); the scenario refuses it (serial-number, \(key))"
      }
    }
  }
}
