import ArgumentParser
import ResultStore
import Station

struct ResultsCompare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Says what is different between two runs.",
    discussion: """
      Verdicts that changed, values that moved by more than the uncertainty of their difference, and files, parameters \
      or a program that are not the same. Meters are the same by their serial number, wherever they sat, else by \
      their position. Runs are meant by their names, by beginnings of them, or by their folders.

        meterbench results compare 20260301T08 20260302T08
        meterbench results compare results/good results/bad

      Exit status: 0 where every verdict is the same; 1 where one is not; 2 where there is no such run.
      """
  )

  @OptionGroup var history: HistoryOption

  @Argument(help: "The first run.")
  var before: String

  @Argument(help: "The second run.")
  var after: String

  @Flag(help: "Print the differences as JSON on standard output.")
  var json = false

  func run() throws {
    let comparison = try history.use(json: json) { history in
      Comparison(
        try history.entry(of: try RunHistory.run(before, in: history).run),
        try history.entry(of: try RunHistory.run(after, in: history).run)
      )
    }
    Output.line(json ? HistoryJSON.text(comparison) : ComparisonText.text(comparison))
    let isSame = comparison.verdicts.isEmpty && Set(comparison.runVerdicts).count < 2
    if !isSame { throw ExitCode.failure }
  }
}
