import Benches
import MeterProfiles
public import Planning
import ResultStore
import Scenarios
import Verdicts

/// What is known of meters' earlier runs.
public struct UnitHistory: Sendable {
  /// Makes sure that it will take the run; says what whoever relies on it must know.
  let prepare: @Sendable () throws -> String?
  /// Looks for runs that were killed; says of which not all can be learned.
  let look: @Sendable () throws -> [KilledRuns.Problem]
  /// The runs of a meter on a rig of a kind, `host` or `twin`, oldest first.
  let earlierRuns: @Sendable (SerialNumber, _ rig: String) throws -> [EarlierRun]
  /// Notes that a run begins, so that it is known even where its process is killed.
  let begin: @Sendable (_ run: String, _ record: String, _ isLocked: Bool) throws -> Void
}

extension RunHistory {
  /// The earlier runs of a plan's meters: those of the same scenario, for another one asks something else of
  /// a meter. Where there is no history yet there are none.
  public func units(of plan: Plan) -> UnitHistory {
    let scenario = plan.scenario.name
    let profile = plan.activePositions.first?.position.profile ?? plan.scenario.profile.name
    return UnitHistory {
      let history = try History(path, ifAbsent: .made, patience: patience)
      try history.check()
      try history.checkWriting()
      let isNew = try history.names().isEmpty && history.begunRuns().isEmpty
      return isNew ? "the history \(path) is new: no meter is known to it" : nil
    } look: {
      let history: History
      do throws(HistoryError) { history = try History(path, patience: patience) } catch {
        if error.kind == .absent { return [] }
        throw error
      }
      return try KilledRuns.add(to: history)
    } earlierRuns: { number, rig in
      let history: History
      do throws(HistoryError) { history = try History(path, patience: patience) } catch {
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
    } begin: {
      try begin($0, record: $1, isLocked: $2)
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
  /// Takes in what the history says of the expected meters: one that the scenario tests no more is refused, one that
  /// it warns of is a warning.
  ///
  /// - Parameters:
  ///   - history: knows the earlier runs; nil where nobody is to be asked.
  ///   - rig: the rig's kind.
  /// - Returns: the warning that is about the history itself; nil where there is none.
  /// - Throws: ``UnknownHistory`` where nobody can be asked, and the scenario refuses what is not known.
  mutating func consult(
    _ history: UnitHistory?,
    rig: String
  ) throws(UnknownHistory) -> String? {
    guard positions.contains(where: { $0.expected != nil }) else { return nil }
    let refuses = restsOnHistory
    guard let history else {
      if refuses { throw UnknownHistory(reason: "--no-history leaves nobody to ask") }
      return nil
    }
    var found: [String] = []
    do {
      if refuses, let warning = try history.prepare() { found.append(warning) }
      do {
        let problems = try history.look()
        found += problems.map(\.text)
        if refuses, let lost = problems.first(where: \.isLost) {
          throw UnknownHistory(reason: lost.text)
        }
      } catch {
        if refuses { throw error }
        found.append("whether runs were killed is not known: \(error)")
      }
      for index in positions.indices {
        guard let expected = positions[index].expected else { continue }
        take(try history.earlierRuns(expected.serialNumber, rig), at: index)
      }
    } catch let error as UnknownHistory {
      throw error
    } catch {
      if refuses { throw UnknownHistory(reason: "the history cannot be asked: \(error)") }
      found.append("whether meters were tested before is not known: \(error)")
    }
    warnings += found
    return found.isEmpty ? nil : found.joined(separator: "\n")
  }

  /// Whether meters that were tested before may be refused.
  var restsOnHistory: Bool {
    let rules = scenario.serialNumbers
    return positions.contains { $0.expected != nil }
      && (rules.alreadyPassed == .refuse || rules.failedBefore == .refuse)
  }

  private mutating func take(_ runs: [EarlierRun], at index: Int) {
    guard !runs.isEmpty, let number = positions[index].expected?.serialNumber else { return }
    positions[index].expected?.earlierRuns = runs
    let rulings = scenario.serialNumbers.rulings(on: number, after: runs)
    warnings += rulings.warnings.map { "\(positions[index].position.name): \($0)" }
    positions[index].refused = rulings.refusal
  }
}

extension SerialNumberRules {
  /// What follows for a meter from its earlier runs: what is to be shown, and why it is not tested, if it is not.
  func rulings(
    on number: SerialNumber,
    after runs: [EarlierRun]
  ) -> (warnings: [String], refusal: String?) {
    var warnings: [String] = []
    var refusal: String?
    for (verdict, ruling) in [(Verdict.passed, alreadyPassed), (.failed, failedBefore)] {
      guard ruling != .allow, let last = runs.last(where: { $0.verdict == verdict }) else {
        continue
      }
      let times = runs.count { $0.verdict == verdict }
      let count = times == 1 ? "" : ", the last of \(times) times"
      let text =
        "the meter with serial number \(number) \(verdict.rawValue) before, in run \(last.run) of \(last.wallTime.prefix(16)) UTC\(count)"
      if ruling == .warn {
        warnings.append(text)
      } else if refusal == nil {
        let key = verdict == .passed ? "already-passed" : "failed-before"
        refusal = "\(text); the scenario refuses it (serial-number, \(key))"
      }
    }
    return (warnings, refusal)
  }
}
