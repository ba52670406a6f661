import ArgumentParser
import Glibc
import Station

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs a scenario on a bench and gives a verdict for every position.",
    discussion: """
      The run leaves a record (every event, with frames and edges), a JUnit document and an HTML \
      report in a folder under results/, and a place in the history ('meterbench results'). A bench file with a 'twin' section is a simulation: it touches no \
      hardware, runs in virtual time, and every report says so.

      Ctrl-C stops in order: 'finally' runs and the outputs become safe. A second Ctrl-C goes \
      straight to the safe state.

        meterbench run Scenarios/end-of-line.yaml --bench Benches/twin-4.yaml --set firmware=107

      Say which meter each position holds, and no other can pass there: --serial A1=21034567, a list \
      with --serials, or a scanner at the terminal with --scan-serials. What counts as a serial number \
      stands in the scenario under 'serial-number'; an 'identify' step must ask the meters for theirs.

        meterbench run Scenarios/end-of-line.yaml --bench Benches/twin-4.yaml --serial A1=21034567 --position A1
      """
  )

  @OptionGroup var inputs: PlanInputs

  @OptionGroup var units: UnitInputs

  @Option(help: "The folder for record and reports. [results/RUN]")
  var output: String?

  @Option(help: "Where the JUnit document goes. [junit.xml in the output folder]")
  var junit: String?

  @Option(help: "rich: with properties, file and line; strict: valid to the common schemas.")
  var junitForm: JUnitForm = .rich

  @Option(
    name: .customLong("answer"),
    help: ArgumentHelp(
      "The answer to a question of 'ask', by step or position.step. May be repeated.",
      valueName: "STEP=TEXT"
    )
  )
  var answers: [Assignment] = []

  @OptionGroup var history: HistoryOption

  @Flag(
    help: "Do not add the run to the history, nor look there; 'results rebuild' passes over it."
  )
  var noHistory = false

  @Flag(help: "Print the result as JSON on standard output.")
  var json = false

  @Flag(
    help:
      "Stream the record's events on standard output as they happen; all text goes to standard error."
  )
  var events = false

  @Flag(name: .shortAndLong, help: "No progress, only the summary.")
  var quiet = false

  func validate() throws {
    try Assignment.checkUnique(answers, "--answer")
    if json, events {
      throw ValidationError("--json and --events both want standard output; choose one")
    }
    if noHistory, history.path != nil {
      throw ValidationError("--no-history leaves nothing for --history to name")
    }
  }

  func run() throws {
    var options = RunSession.Options()
    options.folder = output
    options.junit = junit
    options.isStrict = junitForm == .strict
    options.answers = Dictionary(answers.map { ($0.name, $0.value) }) { _, last in last }
    let prepared = try units.prepare(
      inputs,
      history: noHistory ? nil : history.history,
      json: json
    ) {
      RunSession.leaveRefusal($0, options: options)
    }
    if let problem = prepared.plan.problem(withAnswers: answers.map { ($0.name, $0.value) }) {
      Output.failure(Problem(problem), json: json)
      RunSession.leaveRefusal([Problem(problem)], options: options)
      throw ExitCode.validationFailure
    }
    let isDrawn = Output.canDraw(at: STDERR_FILENO)
    let style =
      isDrawn
      ? Progress.Style.block(coloured: Output.isColoured(at: STDERR_FILENO)) : .lines
    let progress = quiet ? nil : Progress(prepared.plan, style: style)
    if let progress { options.observer = { progress.take($0) } }
    let stream = events ? EventStream() : nil
    if let stream { options.lines = { stream.take($0) } }
    options.staysOutOfHistory = noHistory
    if !noHistory { options.history = history.history.units(of: prepared.plan) }
    let session = RunSession(prepared, options: options)
    let result: RunSession.Result
    do throws(RunSession.Refusal) {
      result = try session.run()
      progress?.finish()
      // The block stays above what follows.
      if isDrawn, progress != nil { Output.note("") }
    } catch {
      for problem in error.problems {
        Output.note("meterbench: the run could not begin: \(problem)")
      }
      if json { Output.line(ProblemList.json(error.problems)) }
      session.leave(error)
      throw error.isTheBench ? ExitCode.unreachable : ExitCode.refused
    }
    let notAdded = noHistory ? nil : history.history.add(result)
    if json {
      Output.line(result.json)
    } else {
      show(result, isAdded: !noHistory && notAdded == nil)
    }
    for sentence in stream?.finish() ?? [] { Output.note("meterbench: \(sentence)") }
    if let notAdded { Output.note("meterbench: \(notAdded)") }
    for failure in [result.reportFailure, result.htmlFailure, result.manifestFailure].compactMap(
      \.self
    ) {
      Output.note("meterbench: not written: \(failure)")
    }
    throw ExitCode(result.exitStatus)
  }

  /// The summary, and on a terminal what can be read from a few steps away.
  private func show(_ result: RunSession.Result, isAdded: Bool) {
    let place = events ? STDERR_FILENO : STDOUT_FILENO
    let (coloured, width) = (Output.isColoured(at: place), Output.width(at: place))
    var lines = [result.summary(coloured: coloured, width: width)]
    // What is not on the disk as it should be is not named as if it were.
    lines.append(
      "record  \(result.record)\(result.seal == nil ? " (it does not hold all of the run)" : "")"
    )
    if result.reportFailure == nil { lines.append("junit   \(result.junit)") }
    if result.htmlFailure == nil { lines.append("report  \(result.report)") }
    if isAdded { lines.append("history \(history.history.path)") }
    if let seal = result.seal { lines.append("seal    \(seal)") }
    if Output.canDraw(at: place) {
      lines += ["", result.board(coloured: coloured, width: width)]
    }
    for line in lines { if events { Output.note(line) } else { Output.line(line) } }
  }
}

/// Which JUnit form.
enum JUnitForm: String, ExpressibleByArgument, CaseIterable {
  case rich, strict
}

/// What `run` and `plan` read.
struct PlanInputs: ParsableArguments {
  @Argument(help: "The scenario file.")
  var scenario: String

  @Option(name: .shortAndLong, help: "The bench file.")
  var bench: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("A parameter of the scenario. May be repeated.", valueName: "NAME=VALUE")
  )
  var parameters: [Assignment] = []

  @Option(
    name: .customLong("position"),
    help: ArgumentHelp("Only these positions, separated by commas.", valueName: "A1,A2")
  )
  var positions: String?

  @Flag(
    help:
      "Plan rules too whose uncertainty leaves nothing that could pass; they end inconclusive at best."
  )
  var allowUndecidable = false

  /// Reads and plans; problems are shown, and end the command with status 2.
  ///
  /// - Parameters:
  ///   - units: what says which meters the positions hold.
  ///   - warns: whether warnings are shown.
  ///   - json: whether the problems of a refusal are the command's result, as JSON.
  ///   - refused: told of the errors.
  func prepare(
    units: UnitSources = UnitSources(),
    warns: Bool = true,
    json: Bool = false,
    refused: ([Problem]) -> Void = { _ in }
  ) throws -> Library.Prepared {
    try Assignment.checkUnique(parameters, "--set")
    let chosen = positions?.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    if let chosen, chosen.contains("") {
      throw ValidationError("--position names a position that is empty; leave it out for all")
    }
    var library = Library()
    do {
      let prepared = try library.prepare(
        scenario: scenario,
        bench: bench,
        parameters: parameters.map { ($0.name, $0.value) },
        positions: chosen ?? [],
        units: units,
        allowsUndecidable: allowUndecidable
      )
      if warns { Output.diagnostics(library) }
      return prepared
    } catch {
      Output.diagnostics(library, json: json)
      refused(library.errors)
      throw ExitCode.refused
    }
  }
}

/// `NAME=VALUE`.
struct Assignment: ExpressibleByArgument {
  var name: String
  var value: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      return nil
    }
    name = String(argument[..<equals])
    value = String(argument[argument.index(after: equals)...])
  }

  /// The last of two would win without a word.
  static func checkUnique(_ assignments: [Assignment], _ option: String) throws {
    var seen: Set<String> = []
    for assignment in assignments where !seen.insert(assignment.name).inserted {
      throw ValidationError("\(option) gives '\(assignment.name)' twice")
    }
  }
}
