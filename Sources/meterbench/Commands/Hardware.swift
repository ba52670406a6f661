import ArgumentParser
import Station

/// Ends with status 3 and a sentence where the machine's hardware cannot be used.
private func examining(json: Bool, _ body: () throws -> Void) throws {
  do { try body() } catch let code as ExitCode { throw code } catch {
    Output.failure(error, json: json)
    throw ExitCode.unreachable
  }
}

struct Adapters: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the USB serial adapters of this machine. It opens none of them.",
    discussion: """
      Each comes with the line that names it in a bench file, and with what keeps it from being \
      used.

        meterbench adapters
        meterbench adapters --watch

      With --watch it goes on until Ctrl-C, and then ends with status 0.
      """
  )

  @Flag(help: "Go on, and report what is plugged in and pulled.")
  var watch = false

  @Flag(help: "Print as JSON on standard output; with --watch a line for each change.")
  var json = false

  func run() throws {
    try examining(json: json) {
      if let doubt = AdapterList.doubt { Output.note(doubt) }
      if watch {
        try AdapterList.watch(
          json: json,
          begin: { [json] entries in
            if !json { Output.line(AdapterList.text(entries)) }
            Output.note("watching for adapters that come and go; Ctrl-C ends it")
          },
          print: { Output.line($0) }
        )
        return
      }
      let entries = try AdapterList.entries()
      Output.line(json ? AdapterList.json(entries) : AdapterList.text(entries))
      for sentence in try AdapterList.taken() { Output.note(sentence) }
      if entries.isEmpty { throw ExitCode(1) }
    }
  }
}

struct Lines: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the GPIO chips of this machine with their lines.",
    discussion: """
      For each line its offset, name, direction and user; for each chip whether it gives edges, \
      which is tried on a free input.

        meterbench lines
      """
  )

  @Flag(help: "Print as JSON on standard output.")
  var json = false

  func run() throws {
    try examining(json: json) {
      let entries = try LineList.entries()
      Output.line(json ? LineList.json(entries) : LineList.text(entries))
      if entries.isEmpty { throw ExitCode(1) }
    }
  }
}

struct GuardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guard",
    abstract: "Lists the guards, which hold the outputs of benches on this machine; or ends one.",
    discussion: """
      A bench with outputs or interlocks on GPIO chips has a guard: a process that makes them safe \
      whatever becomes of a run, and goes on holding the safe values until the next run. Ending it \
      gives the lines back, which no bench then holds.

        meterbench guard
        meterbench guard --release eol-1
      """
  )

  @Option(
    help: ArgumentHelp("Make everything of this bench safe and end its guard.", valueName: "bench")
  )
  var release: String?

  @Flag(help: "Print as JSON on standard output.")
  var json = false

  func run() throws {
    try examining(json: json) {
      if let release {
        try GuardList.release(bench: release)
        Output.note(
          "the guard of bench '\(release)' made its outputs safe and gave their lines back"
        )
      }
      let entries = try GuardList.entries()
      Output.line(json ? GuardList.json(entries) : GuardList.text(entries))
      if entries.contains(where: { $0.state == .unsafe }) { throw ExitCode.unreachable }
    }
  }
}

struct PulsesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pulses",
    abstract: "Measures the pulses of one GPIO line live: rate, widths, jitter, bounce, losses.",
    discussion: """
      It ends after --seconds or --count, or with Ctrl-C, and then prints what it found.

        meterbench pulses --line GPIO27 --active low --bias pull-up --seconds 30
      """
  )

  @Option(help: "The line's name or offset.")
  var line: String

  @Option(help: "The chip's label, name or device file; needed where several have the line.")
  var chip: String?

  @Option(help: "The level that means active.")
  var active: Level = .high

  @Option(help: "The line's bias.")
  var bias: Bias = .asIs

  @Option(help: "How long to measure.")
  var seconds: Double?

  @Option(help: "How many pulses to measure.")
  var count: Int?

  @Flag(help: "Print as JSON on standard output.")
  var json = false

  enum Level: String, ExpressibleByArgument, CaseIterable { case high, low }

  enum Bias: String, ExpressibleByArgument, CaseIterable {
    case asIs = "as-is"
    case pullUp = "pull-up"
    case pullDown = "pull-down"
    case disabled
  }

  func validate() throws {
    if let seconds, !(0.1...1e6 ~= seconds) { throw ValidationError("--seconds is 0.1…1000000") }
    if let count, count < 1 { throw ValidationError("--count is at least 1") }
  }

  func run() throws {
    try examining(json: json) {
      var options = PulseWatch.Options(line: line)
      options.chip = chip
      options.isActiveLow = active == .low
      options.bias = bias.rawValue
      options.seconds = seconds
      options.pulses = count
      let report = try PulseWatch.run(options) { Output.note($0) }
      Output.line(json ? PulseWatch.json(report) : PulseWatch.text(report))
      if report.lossCount > 0 { throw ExitCode.unreachable }
      if report.pulses == 0 { throw ExitCode(1) }
    }
  }
}
