import Reports
public import ResultStore
import Verdicts

/// The history for people.
public enum HistoryText {
  /// Runs in a table, the newest first.
  ///
  /// - Parameter width: the columns that a line may take; nil where it may take any. A folder then loses its beginning.
  public static func list(_ runs: [RunSummary], width: Int? = nil) -> String {
    var rows = [["when (UTC)", "rig", "verdict", "positions", "scenario", "bench", "run"]]
    for run in runs {
      let golden = run.judgesBench ? " (known-good meters)" : ""
      rows.append([
        time(run.wallTime), run.rig, run.verdict.rawValue,
        Verdict.tally(run.positions.map(\.verdict)),
        run.scenario + golden, run.bench, run.run,
      ])
    }
    let others = TextTable.lines(rows).map(\.count).max() ?? 0
    // The end of a path tells folders apart, however little room there is.
    let room = width.map { max(16, $0 - others - 2) }
    rows[0].append("folder")
    for (index, run) in runs.enumerated() {
      rows[index + 1].append(ending(of: RecordFolder(run.record).pathFromHere, room))
    }
    return TextTable.lines(rows).joined(separator: "\n")
  }

  private static func ending(of path: String, _ room: Int?) -> String {
    guard let room, path.count > room else { return path }
    return "…" + path.suffix(room - 1)
  }

  /// What the history knows of a run whose record is not where it was.
  public static func withoutRecord(_ run: RunSummary) -> String {
    var lines = [
      "\(run.run)  \(time(run.wallTime)) UTC  rig: \(run.rig)",
      "\(run.scenario) on \(run.bench): \(run.verdict.rawValue)",
    ]
    lines += TextTable.lines(
      run.positions.map {
        [
          "  \($0.name)", $0.verdict.rawValue, $0.serial.map { "serial-number \($0)" } ?? "",
          $0.firmware.map { "firmware \($0)" } ?? "",
        ]
      }
    )
    return lines.joined(separator: "\n")
  }

  /// What became of records.
  public static func change(_ change: HistoryChange, path: String) -> String {
    var parts = ["\(change.added) \(change.added == 1 ? "run" : "runs") added"]
    if change.known > 0 { parts.append("\(change.known) known already") }
    if change.replaced > 0 { parts.append("\(change.replaced) replaced") }
    if change.stayedOut > 0 { parts.append("\(change.stayedOut) passed over (--no-history)") }
    if !change.problems.isEmpty { parts.append("\(change.problems.count) left out") }
    return "\(path): \(parts.joined(separator: ", "))"
  }

  /// `2026-01-05 09:00:00`.
  static func time(_ wallTime: String) -> String {
    String(wallTime.prefix(19)).replacing("T", with: " ")
  }
}

/// The history for programs.
public enum HistoryJSON {
  /// Runs, the newest first.
  public static func text(_ runs: [RunSummary]) -> String { JSON.text(runs) }

  /// Statistics; numbers are in base units.
  public static func text(_ statistics: Statistics) -> String { JSON.text(statistics) }

  /// What is different between two runs.
  public static func text(_ comparison: Comparison) -> String { JSON.text(comparison) }

  /// All that is known of a run, on one line.
  public static func line(_ run: RunEntry) -> String { JSON.line(run) }
}
