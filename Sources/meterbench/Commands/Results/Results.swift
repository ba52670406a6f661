import ArgumentParser
import ResultStore
import Station

struct Results: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "results",
    abstract: "The history of runs: lists, comparisons, statistics, charts.",
    discussion: """
      'meterbench run' adds every run to the history: one SQLite file, results/history.sqlite, or what \
      METERBENCH_HISTORY or --history name. Several runs may use one file at once. The records stay the truth; \
      'results rebuild' makes the file from them again.

      Runs of a twin never count beside runs of a rig: statistics are of a real rig unless --rig twin asks for the \
      others. Runs of known-good meters (subject: bench) are kept apart, too.

        meterbench results list --serial 21034567
        meterbench results show twin-f07
        meterbench results stats --rig twin
      """,
    subcommands: [
      ResultsList.self, ResultsShow.self, ResultsCompare.self, ResultsStats.self, ResultsChart.self,
      ResultsExport.self, ResultsAdd.self, ResultsForget.self, ResultsRebuild.self,
    ]
  )
}

/// Which history.
struct HistoryOption: ParsableArguments {
  @Option(
    name: .customLong("history"),
    help: ArgumentHelp(
      "The history's file. [METERBENCH_HISTORY, or results/history.sqlite]",
      valueName: "FILE"
    )
  )
  var path: String?

  var history: RunHistory { RunHistory(path: RunHistory.path(given: path)) }

  /// Does something with the history; where that cannot be, says why and ends with status 2.
  func use<Result>(json: Bool = false, _ body: (History) throws -> Result) throws -> Result {
    do {
      return try body(try history.open { Output.note("meterbench: \($0)") })
    } catch let error as ExitCode { throw error } catch {
      Output.failure(error, json: json)
      throw ExitCode.refused
    }
  }
}

/// Which runs.
struct SelectionOptions: ParsableArguments {
  @Option(help: "Only runs of this scenario, by its name.")
  var scenario: String?

  @Option(help: "Only runs on this bench, by its name.")
  var bench: String?

  @Option(help: "Only this position.")
  var position: String?

  @Option(help: "Only the meter with this serial number.")
  var serial: String?

  @Option(help: "Only meters of this profile.")
  var profile: String?

  @Option(help: "Only meters with this firmware.")
  var firmware: String?

  @Option(help: "Only from this day or time on (UTC: 2026-03-01, 2026-03-01T12:00:00Z).")
  var since: String?

  @Option(help: "Only until this day or time (UTC); a day counts to its end.")
  var until: String?

  func validate() throws {
    for time in [since, until].compactMap(\.self) {
      if let objection = Selection.objection(toTime: time) { throw ValidationError(objection) }
    }
  }

  var selection: Selection {
    var selection = Selection()
    selection.scenario = scenario
    selection.bench = bench
    selection.position = position
    selection.serial = serial
    selection.profile = profile
    selection.firmware = firmware
    selection.since = since
    selection.until = until
    return selection
  }
}

/// Real or simulated.
enum RigOption: String, ExpressibleByArgument, CaseIterable {
  case host, twin
}
