import ArgumentParser
import Station

/// The command line: arguments in, exit status out. What a command does is Station's business.
@main
struct Meterbench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meterbench",
    abstract:
      "Tests energy meters: drives a bench, counts pulses, and gives verdicts with evidence.",
    discussion: """
      A scenario file says what to test, a bench file how the rig is wired, a profile what the \
      meter type is like. Start with a look at what would happen, then run it:

        meterbench plan Scenarios/end-of-line.yaml --bench Benches/twin-4.yaml
        meterbench run  Scenarios/end-of-line.yaml --bench Benches/twin-4.yaml

      Exit status of run: 0 passed; 1 a meter failed; 4 undecided; 3 the bench failed; \
      2 the files or the plan are wrong (nothing was touched); 64 wrong usage; \
      130 or 143 interrupted (outputs safe, results kept).
      """,
    version: RunSession.version,
    subcommands: [
      Run.self, Show.self, Report.self, Export.self, Verify.self, JudgeCommand.self,
      Results.self, Lot.self,
      Check.self, PlanCommand.self,
      ReadCommand.self, SetCommand.self, Scan.self, Characterise.self,
      Adapters.self, Lines.self, PulsesCommand.self, GuardCommand.self,
      Twin.self, Schema.self, Profiles.self,
    ]
  )

  static func main() {
    ProgramStart.secure()
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      if !(error is ExitCode), exitCode(for: error) != .success {
        leaveRefusal(arguments, message(for: error))
      }
      exit(withError: error)
    }
  }

  /// A run that is refused for its arguments leaves a document too; where they name its place is all
  /// that is understood of them.
  private static func leaveRefusal(_ arguments: [String], _ text: String) {
    guard arguments.first == "run" else { return }
    func value(_ option: String) -> String? {
      for (index, argument) in arguments.enumerated() {
        if argument == option, index + 1 < arguments.count { return arguments[index + 1] }
        if argument.hasPrefix(option + "=") { return String(argument.dropFirst(option.count + 1)) }
      }
      return nil
    }
    var options = RunSession.Options()
    options.folder = value("--output")
    options.junit = value("--junit")
    RunSession.leaveRefusal([Problem(text)], options: options)
  }
}
