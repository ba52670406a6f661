import ArgumentParser
import Station

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the HTML report of a run that was recorded before.",
    discussion: """
      One file that needs nothing beside itself, for a screen, a phone or paper: the verdicts, every value \
      with its limits and uncertainty budget, the plots, and for each failure the frames or edges it came \
      from. 'run' writes the same report; use this for a record that was moved, or judged before this \
      version.

        meterbench report results/demo
        meterbench report results/demo --output demo.html

      A file is replaced only where it is such a report. The status says whether the report was written, not \
      what the verdict is: see 'meterbench show' for that. A record that was changed since its run gets none: status 3.
      """
  )

  @Argument(help: "The record, or the folder of the run.")
  var record: String

  @Option(help: "Where the report goes. [report.html beside the record]")
  var output: String?

  func run() throws {
    do {
      let stored = try StoredRun(path: record)
      let path = output ?? StoredRun.besideRecord(record, "report.html")
      try stored.writeReport(to: path)
      Output.line("report  \(path)")
    } catch {
      Output.failure(error, json: false)
      throw ExitCode.ofRecord(error)
    }
  }
}
