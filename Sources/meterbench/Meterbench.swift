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

        meterbench plan Scenarios/integra-1221-eol.yaml --bench Benches/twin-4.yaml
        meterbench run  Scenarios/integra-1221-eol.yaml --bench Benches/twin-4.yaml

      Exit status of run: 0 passed; 1 a meter failed; 4 undecided; 3 the bench failed; \
      2 the files or the plan are wrong (nothing was touched); 64 wrong usage; \
      130 or 143 interrupted (outputs safe, results kept).
      """,
    version: RunSession.version,
    subcommands: [
      Run.self, Check.self, PlanCommand.self, ReadCommand.self, SetCommand.self, Scan.self,
      Twin.self, Schema.self, Profiles.self,
    ]
  )
}
