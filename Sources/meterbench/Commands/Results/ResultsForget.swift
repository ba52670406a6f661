import ArgumentParser
import Station

struct ResultsForget: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Gives up runs that were killed and whose records are lost.",
    discussion: """
      A run is noted in the history when it begins. Where its process is killed, it is added from its record by whoever \
      looks next; where that is gone, each look says so, until the record is added or the run is given up here. A run \
      that is in the history stays there.

        meterbench results forget 20260105T090000Z-1a2b3c4d
      """
  )

  @Argument(help: "The names of the runs.")
  var runs: [String]

  @OptionGroup var history: HistoryOption

  func run() throws {
    for run in Set(runs).sorted() {
      do { try history.history.forget(run) } catch {
        Output.failure(error, json: false)
        throw ExitCode.refused
      }
      Output.line("\(history.history.path): \(run) is given up")
    }
  }
}
