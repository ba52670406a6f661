import ArgumentParser
import ResultStore
import Station

struct ResultsChart: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chart",
    abstract: "Writes the history as one HTML page with charts.",
    discussion: """
      Yield over time with its intervals, every value over time with its limits, position by position, and the values \
      of known-good meters. The page needs nothing beside itself. Only runs of a real rig, unless --rig twin.

        meterbench results chart --since 2026-03-01 --output march.html

      A file is replaced only where it is such a page. Exit status: 0; 2 where the history cannot be used, no run is \
      meant, or the page cannot be written.
      """
  )

  @OptionGroup var history: HistoryOption
  @OptionGroup var options: SelectionOptions

  @Option(help: "Runs of a real rig (host), or of a twin; never both.")
  var rig: RigOption = .host

  @Option(help: "Where the page goes.")
  var output = "history.html"

  func run() throws {
    let page = try history.use { try $0.page(options.selection, rig: rig.rawValue) }
    guard !page.isEmpty else { throw NoRun.exit(rig, knownGood: false, json: false) }
    do { try page.write(to: output) } catch {
      Output.failure(error, json: false)
      throw ExitCode.refused
    }
    Output.line("chart   \(output)")
  }
}

/// Says that no run is meant, and what might have been.
enum NoRun {
  static func exit(_ rig: RigOption, knownGood: Bool, json: Bool) -> ExitCode {
    let kind = rig == .host ? "of a real rig" : "of a twin"
    let golden = knownGood ? " with known-good meters" : ""
    let other = rig == .host ? "--rig twin takes those of twins, and " : ""
    Output.failure(
      Problem(
        "no run \(kind)\(golden) is meant; \(other)'meterbench results list' shows what there is"
      ),
      json: json
    )
    return .refused
  }
}
