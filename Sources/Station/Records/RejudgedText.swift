import FoundationEssentials
import Judging
import Markup
import Quantities
import Reports
import RunRecord
import Verdicts

/// What another scenario makes of runs, for people and programs.
public struct RejudgedText {
  private var runs: [Document.Run] = []
  private var tallies = [Tally(rig: "host"), Tally(rig: "twin")]
  private var status = ExitStatus.passed

  /// Of no run yet.
  public init() {}

  /// Takes a run; of its evidence nothing is kept.
  public mutating func take(_ run: RejudgedRun) {
    let pairs = Array(zip(run.before.positions, run.after.positions))
    let rig = run.before.start?.rig ?? ""
    runs.append(
      Document.Run(
        path: run.path,
        run: run.before.start?.run ?? "",
        rig: rig,
        before: run.before.verdict.rawValue,
        after: run.after.verdict.rawValue,
        positions: pairs.map { before, after in
          Document.Position(
            position: before.position.name,
            before: before.verdict.rawValue,
            after: after.verdict.rawValue,
            reason: run.after.firstReason(for: after),
            changes: Self.changes(before, after)
          )
        }
      )
    )
    status = ExitStatus.of(run.after)
    // Known-good meters have no yield.
    guard !run.before.judgesBench, let own = tallies.firstIndex(where: { $0.rig == rig }) else {
      return
    }
    tallies[own].runs += 1
    tallies[own].before += pairs.map(\.0.verdict)
    tallies[own].after += pairs.map(\.1.verdict)
  }

  /// The exit status: that of the verdict where one run was judged; 0 for several, whose verdicts are no one's.
  public var exitStatus: Int32 { runs.count == 1 ? status : ExitStatus.passed }

  /// Every position whose verdict changed with the rules that changed it, then the yield.
  public var text: String {
    var lines: [String] = []
    for run in runs {
      for position in run.positions
      where position.before != position.after || !position.changes.isEmpty {
        lines.append(
          "\(Visible.line(run.path))  \(Visible.line(position.position))  \(position.before) → \(position.after)"
        )
        lines += position.changes.map { "    \(Visible.line($0))" }
        if let reason = position.reason {
          lines.append("    \(position.after): \(Visible.line(reason))")
        }
      }
      guard run.before != run.after else { continue }
      lines.append("\(Visible.line(run.path))  \(run.before) → \(run.after)")
    }
    if lines.isEmpty { lines.append("no verdict and no rule changed") }
    lines.append("")
    for tally in tallies where tally.runs > 0 { lines += tally.lines }
    return lines.joined(separator: "\n")
  }

  /// The same as JSON, each run with its verdicts.
  public var json: String {
    let document = Document(
      runs: runs,
      yields: tallies.filter { $0.runs > 0 }.map(\.document)
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// Rules whose verdict or limit changed.
  private static func changes(_ before: JudgedPosition, _ after: JudgedPosition) -> [String] {
    zip(before.steps, after.steps).flatMap { old, new -> [String] in
      let gone = old.findings.filter { finding in
        !new.findings.contains { $0.rule.id == finding.rule.id }
      }
      let kept = new.findings.compactMap { finding -> String? in
        guard let was = old.findings.first(where: { $0.rule.id == finding.rule.id }) else {
          return "\(new.step.id): new: \(finding.rule.text): \(finding.verdict.rawValue)"
        }
        guard was.verdict != finding.verdict else { return nil }
        let value = finding.measurement.map { " at \($0.text)" } ?? ""
        return
          "\(new.step.id): \(was.rule.text) → \(finding.rule.text): \(was.verdict.rawValue) → \(finding.verdict.rawValue)\(value)"
      }
      return kept + gone.map { "\(new.step.id): no longer asked: \($0.rule.text)" }
    }
  }

  // MARK: Yield

  /// Real runs and simulated ones have yields of their own.
  private struct Tally {
    var rig: String
    var runs = 0
    var before: [Verdict] = []
    var after: [Verdict] = []

    var lines: [String] {
      [
        "\(runs) \(runs == 1 ? "run" : "runs") of rig \(rig)", "  before  \(Self.text(before))",
        "  after   \(Self.text(after))",
      ]
    }

    /// An error of the bench and an open question are no failure of a meter, and no pass.
    private static func text(_ verdicts: [Verdict]) -> String {
      func count(_ verdict: Verdict) -> Int { verdicts.count { $0 == verdict } }
      let (passed, failed) = (count(.passed), count(.failed))
      let yield =
        passed + failed == 0
        ? "–" : Measurement.text(Double(passed) / Double(passed + failed), .ratio, digits: 4)
      return
        "yield \(yield): \(passed) passed, \(failed) failed; \(count(.inconclusive)) inconclusive, \(count(.error)) error"
    }

    var document: Document.Yield {
      func counts(_ verdicts: [Verdict]) -> [String: Int] {
        Dictionary(grouping: verdicts, by: \.rawValue).mapValues(\.count)
      }
      return Document.Yield(rig: rig, runs: runs, before: counts(before), after: counts(after))
    }
  }

  private struct Document: Encodable {
    var runs: [Run]
    var yields: [Yield]

    struct Run: Encodable {
      var path: String
      var run: String
      var rig: String
      var before: String
      var after: String
      var positions: [Position]
    }

    struct Position: Encodable {
      var position: String
      var before: String
      var after: String
      /// Nil where it passed or took no part.
      var reason: String?
      var changes: [String]
    }

    struct Yield: Encodable {
      var rig: String
      var runs: Int
      var before: [String: Int]
      var after: [String: Int]
    }
  }
}
