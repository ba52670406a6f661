import ArgumentParser
import ResultStore
import Station

struct ResultsExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Prints the findings of many runs as CSV, or all that is known of them as JSON.",
    discussion: """
      The oldest run first. A row is a rule or a remark; columns are only ever added at the end. Numbers are in base \
      units. Real and simulated runs stand side by side: the column 'rig' tells them apart, --rig takes one kind.

        meterbench results export --since 2026-03-01 > march.csv
        meterbench results export --serial 21034567 --json

      Exit status: 0, also where no run is meant; 2 where the history cannot be used.
      """
  )

  @OptionGroup var history: HistoryOption
  @OptionGroup var options: SelectionOptions

  @Option(help: "Only runs of a real rig (host), or of a twin.")
  var rig: RigOption?

  @Flag(help: "JSON: an array with an object for each run, instead of CSV.")
  var json = false

  func run() throws {
    var selection = options.selection
    selection.rig = rig?.rawValue
    // Standard output holds one array, or a part of one: what goes wrong is told on standard error.
    try history.use(json: false) { history in
      var isFirst = true
      Output.print(json ? "[" : HistoryTable.header)
      try history.forEach(selection) { run in
        Output.print(
          json ? "\(isFirst ? "" : ",")\n\(HistoryJSON.line(run))" : HistoryTable.rows(run)
        )
        isFirst = false
      }
      if json { Output.line("\n]") }
    }
  }
}
