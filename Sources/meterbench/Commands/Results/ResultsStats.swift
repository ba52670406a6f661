import ArgumentParser
import ResultStore
import Station

struct ResultsStats: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Yield, failures, spread and trend of values, and positions that differ.",
    discussion: """
      Yield is passed of passed and failed; errors of the bench and what stayed open are named beside it. First pass \
      is by meter, known by its serial number: the first test that decided it counts. Values are put together only \
      where step, limits and decision rule are the same, the first value of each meter; Cp and Cpk come with their \
      interval, from 25 values on. A position whose values lie apart from the others of the same runs is named: look \
      at its socket.

      Only runs of a real rig count, unless --rig twin; only meters under test, unless --known-good.

        meterbench results stats --profile integra-1221 --since 2026-03-01
        meterbench results stats --by firmware --by position --json

      Exit status: 0; 2 where the history cannot be used, or no run is meant.
      """
  )

  @OptionGroup var history: HistoryOption
  @OptionGroup var options: SelectionOptions
  @OptionGroup var subject: SubjectOptions

  @Option(
    name: .customLong("by"),
    help: ArgumentHelp(
      "Yield and values for each profile, firmware, bench or position. May be repeated.",
      valueName: "WHAT"
    )
  )
  var groupings: [GroupingOption] = []

  @Flag(help: "Take every value of a meter, and not its first alone.")
  var repeats = false

  @Flag(help: "Print the statistics as JSON on standard output.")
  var json = false

  func run() throws {
    let statistics = try history.use(json: json) { history in
      try history.statistics(
        options.selection,
        of: subject.subject,
        by: groupings.compactMap { Statistics.Grouping(rawValue: $0.rawValue) },
        takesRepeats: repeats
      )
    }
    guard statistics.runs > 0 else {
      throw NoRun.exit(subject.rig, knownGood: subject.knownGood, json: json)
    }
    Output.line(json ? HistoryJSON.text(statistics) : StatisticsText.text(statistics))
  }
}

/// What tests are grouped by.
enum GroupingOption: String, ExpressibleByArgument, CaseIterable {
  case profile, firmware, bench, position
}

/// Whose runs count.
struct SubjectOptions: ParsableArguments {
  @Option(help: "Runs of a real rig (host), or of a twin; never both.")
  var rig: RigOption = .host

  @Flag(help: "Runs of known-good meters (subject: bench), which are left out else.")
  var knownGood = false

  var subject: Statistics.Subject {
    Statistics.Subject(rig: rig.rawValue, judgesBench: knownGood)
  }
}
