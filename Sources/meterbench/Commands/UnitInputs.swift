import ArgumentParser
import Station

/// Which meters `run` is told that the positions hold.
struct UnitInputs: ParsableArguments {
  @Option(
    name: .customLong("serial"),
    help: ArgumentHelp(
      "The serial number of the meter in a position. May be repeated.",
      valueName: "POSITION=SERIAL"
    )
  )
  var serials: [Assignment] = []

  @Option(
    name: .customLong("serials"),
    help: ArgumentHelp("A file with a line 'position,serial' for each.", valueName: "FILE")
  )
  var list: String?

  @Flag(
    name: .customLong("scan-serials"),
    help: "Ask for the serial number of each position at the terminal, where a scanner types it."
  )
  var scans = false

  func validate() throws { try Assignment.checkUnique(serials, "--serial") }

  /// Reads and plans, and asks for serial numbers between the two where that is wanted.
  ///
  /// - Parameter history: where the scan looks whether a meter is tested no more; nil where nobody is to be asked.
  func prepare(
    _ inputs: PlanInputs,
    history: RunHistory?,
    json: Bool,
    refused: ([Problem]) -> Void
  ) throws -> Library.Prepared {
    let sources = UnitSources(
      serials: serials.map { ($0.name, $0.value) },
      list: list,
      areAwaited: scans
    )
    // What warns now would warn again when all is known.
    let prepared = try inputs.prepare(
      units: sources,
      warns: !scans,
      json: json,
      refused: refused
    )
    guard scans else { return prepared }
    let scanned: UnitScan.Outcome
    do throws(UnitScan.Failure) {
      scanned = try UnitScan(prepared.plan, history: history?.units(of: prepared.plan)).run()
    } catch {
      Output.failure(error, json: json)
      refused([Problem(error)])
      throw error.signal.map { ExitCode(128 + $0) } ?? .refused
    }
    return try inputs.prepare(units: sources.adding(scanned), json: json, refused: refused)
  }
}
