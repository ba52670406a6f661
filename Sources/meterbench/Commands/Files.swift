import ArgumentParser
import Station

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks scenario, bench and profile files without touching anything.",
    discussion: """
      Every problem is shown at once, with file, line and column. With --bench each scenario is \
      also planned on that bench: wiring, settings, pulse rates, references.

        meterbench check Scenarios/*.yaml Benches/*.yaml
        meterbench check Scenarios/end-of-line.yaml --bench Benches/twin-4.yaml
      """
  )

  @Argument(help: "The files.")
  var files: [String]

  @Option(name: .shortAndLong, help: "Plan each scenario on this bench too.")
  var bench: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("A parameter of the scenario. May be repeated.", valueName: "NAME=VALUE")
  )
  var parameters: [Assignment] = []

  @Flag(help: "Print the problems as JSON on standard output.")
  var json = false

  func run() throws {
    try Assignment.checkUnique(parameters, "--set")
    var library = Library()
    for file in files {
      do {
        if let bench, library.isScenario(file) {
          _ = try library.prepare(
            scenario: file,
            bench: bench,
            parameters: parameters.map { ($0.name, $0.value) }
          )
        } else {
          try library.check(file)
        }
      } catch { continue }
    }
    Output.diagnostics(library, json: json)
    guard !library.hasErrors else { throw ExitCode.refused }
    if !json { Output.note("\(files.count) \(files.count == 1 ? "file is" : "files are") sound") }
  }
}

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract:
      "Shows what a run would do: durations, pulse rates and counts, the uncertainty of each limit that it can predict, and who takes part.",
    discussion: """
      Nothing is touched. A plan that cannot work is refused with the reason.

        meterbench plan Scenarios/end-of-line.yaml --bench Benches/twin-4.yaml
      """
  )

  @OptionGroup var inputs: PlanInputs

  @Flag(help: "Print the plan as JSON on standard output.")
  var json = false

  func run() throws {
    let prepared = try inputs.prepare(json: json)
    Output.line(json ? PlanText.json(prepared.plan) : PlanText.table(prepared.plan))
  }
}

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints the JSON Schema of a kind of file, for editors.",
    discussion: """
      With the YAML language server, a first line such as this completes and checks a file:

        # yaml-language-server: $schema=scenario.schema.json

      That of a record is for programs that read it, line by line.
      """
  )

  @Argument(
    help: "bench, scenario, profile or record.",
    transform: { text in
      guard let kind = Schemas.Kind(rawValue: text) else {
        throw ValidationError(
          "there is a schema of bench, scenario, profile and record, not of '\(text)'"
        )
      }
      return kind
    }
  )
  var kind: Schemas.Kind

  func run() throws { Output.print(Schemas.schema(kind)) }
}

struct Profiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the built-in meter profiles, or shows one.",
    discussion: """
        meterbench profiles
        meterbench profiles integra-1221            # quantities, settings, outputs
        meterbench profiles integra-1221 --yaml     # the file, to copy and change
      """
  )

  @Argument(help: "The profile to show.")
  var name: String?

  @Flag(help: "Print the profile's file.")
  var yaml = false

  @Flag(help: "Print as JSON on standard output.")
  var json = false

  func run() throws {
    guard let name else {
      Output.line(json ? ProfileText.listJSON() : ProfileText.list())
      return
    }
    guard let text = try ProfileText.show(name, yaml: yaml, json: json) else {
      Output.note("meterbench: there is no built-in profile '\(name)'\(ProfileText.hint(name))")
      throw ExitCode.refused
    }
    Output.print(text)
  }
}
