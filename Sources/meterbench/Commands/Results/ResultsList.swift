import ArgumentParser
import Glibc
import ResultStore
import Station

struct ResultsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists runs, the newest first.",
    discussion: """
      Options narrow the list; a run is listed where one of its positions is meant by all of them.

        meterbench results list --since 2026-03-01 --verdict failed
        meterbench results list --serial 21034567 --json

      Exit status: 0, also where no run is meant; 2 where the history cannot be used.
      """
  )

  @OptionGroup var history: HistoryOption
  @OptionGroup var options: SelectionOptions

  @Option(help: "Only runs with this verdict.")
  var verdict: RunVerdict?

  @Option(help: "Only runs of a real rig (host), or of a twin.")
  var rig: RigOption?

  @Flag(help: "Print the runs as JSON on standard output.")
  var json = false

  func run() throws {
    var selection = options.selection
    selection.verdict = verdict?.rawValue
    selection.rig = rig?.rawValue
    let runs = try history.use(json: json) { try $0.runs(selection) }
    if json {
      Output.line(HistoryJSON.text(runs))
    } else if runs.isEmpty {
      Output.note("no run in the history is meant")
    } else {
      Output.line(HistoryText.list(runs, width: TerminalSize.columns(at: STDOUT_FILENO)))
    }
  }
}

/// What a run can come to.
enum RunVerdict: String, ExpressibleByArgument, CaseIterable {
  case passed, inconclusive, failed, error
}
