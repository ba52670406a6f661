import ArgumentParser
import ResultStore
import Station

struct ResultsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a run of the history, as 'meterbench show' does.",
    discussion: """
      The run is meant by its name, by the beginning of its name that no other run has, or by its folder. It is judged \
      again from its record. Where the record is not where it was, what the history knows is shown instead.

        meterbench results show twin-f07

      Exit status: as that of the run; 2 where there is no such run, or its record is gone; 3 where that was changed.
      """
  )

  @OptionGroup var history: HistoryOption

  @Argument(help: "The run's name, its beginning, or the run's folder.")
  var name: String

  @Flag(help: "Print the run as JSON on standard output.")
  var json = false

  func run() throws {
    let found = try history.use(json: json) { try RunHistory.run(name, in: $0) }
    let stored: StoredRun
    do { stored = try StoredRun(path: found.record) } catch let changed as ChangedRecord {
      Output.failure(changed, json: json)
      throw ExitCode.changed
    } catch {
      Output.failure(error, json: false)
      Output.note(
        "meterbench: the record is not to be had where it was; after it was moved, 'meterbench results add' tells its new place. What the history knows:"
      )
      Output.line(json ? HistoryJSON.text([found]) : HistoryText.withoutRecord(found))
      throw ExitCode.refused
    }
    Output.line(
      json ? stored.json : stored.summary(coloured: Output.isColoured, width: Output.width)
    )
    if !json { Output.line("record  \(found.record)") }
    throw ExitCode(stored.exitStatus)
  }
}
