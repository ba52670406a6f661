import ArgumentParser
import Station

struct ResultsAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Adds recorded runs to the history.",
    discussion: """
      For runs that were made with --no-history, on another machine, or while the history could not be written. A run \
      that is there already gets its new place.

        meterbench results add results/lot-7 results/lot-8

      Exit status: 0 where all are in the history; 2 where a record or the history cannot be used, 3 where a record was \
      changed.
      """
  )

  @OptionGroup var history: HistoryOption

  @Argument(help: "Records, or folders of runs.")
  var records: [String]

  func run() throws {
    try ChangeOutput.show(history) { try $0.add(records: records) }
  }
}

struct ResultsRebuild: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Makes the history anew from the records below folders.",
    discussion: """
      Every run is judged again by this version of the program. Afterwards the history holds the runs whose records \
      are below these folders, and no others; the same records give the same history. A file that is no sound \
      history is kept beside the new one.

        meterbench results rebuild results

      Where the history knows runs that no record below the folders gives, it is left as it is: a meter that failed \
      in one of them would be unknown. --forget-missing drops them.

      Exit status: 0; 2 where the history is left as it is, or a record cannot be used, 3 where one was changed: the other \
      records are in the history.
      """
  )

  @OptionGroup var history: HistoryOption

  @Argument(help: "Folders that hold the folders of runs.")
  var folders: [String]

  @Flag(help: "Drop the runs that the history knows and no record below the folders gives.")
  var forgetMissing = false

  func run() throws {
    try ChangeOutput.show(history) {
      try $0.rebuild(folders: folders, forgetsMissing: forgetMissing)
    }
  }
}

/// Says what became of records.
private enum ChangeOutput {
  static func show(
    _ option: HistoryOption,
    _ body: (RunHistory) throws -> HistoryChange
  ) throws {
    let history = option.history
    let change: HistoryChange
    do { change = try body(history) } catch {
      Output.failure(error, json: false)
      throw ExitCode.refused
    }
    if let place = change.setAside {
      Output.note("meterbench: \(history.path) was no sound history; it is kept as \(place)")
    }
    for problem in change.problems { Output.note("meterbench: not in the history: \(problem)") }
    Output.line(HistoryText.change(change, path: history.path))
    if change.hasChangedRecord { throw ExitCode.changed }
    if !change.problems.isEmpty { throw ExitCode.refused }
  }
}
