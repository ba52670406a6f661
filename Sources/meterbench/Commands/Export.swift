import ArgumentParser
import Station

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes what a record holds as files that other programs read.",
    discussion: """
      Without a choice it writes all of them: tables for spreadsheets and pandas, the edges for GTKWave and \
      PulseView, the frames of the buses for Wireshark, the report as JSON, JUnit XML. The record is judged \
      again as it was then. The same record gives the same bytes.

        meterbench export results/demo
        meterbench export results/demo --pcapng --vcd --output /tmp/traces
        wireshark results/demo/export/bus.pcapng

      The files come into their places all together or not at all. A file of the same name that holds something \
      else is replaced with --force only.

      Exit status: 0 written, whatever the verdict is; 2 where the record cannot be read or a file is in the way; \
      3 where the files cannot be written, or the record was changed.
      """
  )

  @Argument(help: "The record, or the folder of the run.")
  var record: String

  @Option(help: "The folder for the files; 'export' beside the record where nothing is said.")
  var output: String?

  @Flag(help: "findings.csv, measurements.csv and edges.csv.")
  var csv = false

  @Flag(help: "report.json, as 'show --json' prints it.")
  var json = false

  @Flag(help: "edges.vcd: the edges of every line, for waveform viewers.")
  var vcd = false

  @Flag(help: "bus.pcapng: the frames of every bus, for Wireshark.")
  var pcapng = false

  @Flag(help: "junit.xml: the verdicts for a CI server.")
  var junit = false

  @Option(help: "rich, or strict: valid to the common JUnit schemas.")
  var junitForm = JUnitForm.rich

  @Flag(help: "Replace files of these names that hold something else.")
  var force = false

  func run() throws {
    var options = RunExport.Options()
    options.folder = output
    options.isStrict = junitForm == .strict
    options.replaces = force
    let chosen: [(Bool, RunExport.Part)] = [
      (csv, .csv), (json, .json), (vcd, .vcd), (pcapng, .pcapng), (junit, .junit),
    ]
    if chosen.contains(where: \.0) { options.parts = chosen.filter(\.0).map(\.1) }
    do {
      for path in try RunExport(record: record, options: options).write() { Output.line(path) }
    } catch {
      Output.failure(error, json: false)
      throw error is RunExport.Refusal ? ExitCode.refused : ExitCode.unreachable
    }
  }
}
