import ArgumentParser
import Station

struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows a run that was recorded before, judged again as it was then.",
    discussion: """
      Without an option it prints the summary. --budgets prints the uncertainty budget of every number \
      that was judged: each source with its type, distribution, standard uncertainty u, sensitivity c, \
      degrees of freedom and share.

        meterbench show results/demo
        meterbench show results/demo --budgets --matching "A1  count-pulses"

      Exit status: as that of the run; 2 where the record cannot be read, 3 where it was changed.
      """
  )

  @Argument(help: "The record, or the folder of the run.")
  var record: String

  @Flag(help: "Print the uncertainty budgets.")
  var budgets = false

  @Option(help: "Only budgets whose position, step and rule hold this text.")
  var matching: String?

  @Flag(help: "Print the run as JSON, budgets included.")
  var json = false

  func validate() throws {
    if matching != nil, !budgets { throw ValidationError("--matching goes with --budgets") }
    if json, budgets { throw ValidationError("--json holds the budgets already") }
  }

  func run() throws {
    let stored: StoredRun
    do { stored = try StoredRun(path: record) } catch {
      Output.failure(error, json: json)
      throw ExitCode.ofRecord(error)
    }
    if json {
      Output.line(stored.json)
    } else if budgets {
      let text = stored.budgets(matching: matching)
      guard !text.isEmpty else {
        Output.note(
          "no number that was judged has a budget\(matching == nil ? "" : " and holds that text")"
        )
        throw ExitCode.refused
      }
      Output.line(text)
    } else {
      Output.line(stored.summary(coloured: Output.isColoured, width: Output.width))
    }
    throw ExitCode(stored.exitStatus)
  }
}
