import ArgumentParser
import Station

struct JudgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge",
    abstract: "Judges recorded runs by another scenario: other limits, other decision rules.",
    discussion: """
      No hardware is needed: the values are those that the runs measured. The other scenario must do what \
      the runs did, step for step; only its rules may differ. What no run measured is inconclusive.

      Of a folder every run below it is judged: what would a limit do to the yield?

        meterbench judge results/lot-7 --scenario tighter.yaml
        meterbench judge results --scenario tighter.yaml

      Nothing is written: records keep the verdicts by which they were judged.

      Exit status: of one run that of its new verdict; of several 0; 2 where a record or the scenario \
      cannot be used, 3 where a record was changed.
      """
  )

  @Argument(help: "Runs, or folders of runs.")
  var records: [String]

  @Option(name: .shortAndLong, help: "The scenario whose rules are to hold.")
  var scenario: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("A parameter of the scenario. May be repeated.", valueName: "NAME=VALUE")
  )
  var parameters: [Assignment] = []

  @Flag(help: "Print what changed as JSON.")
  var json = false

  func validate() throws {
    if records.isEmpty { throw ValidationError("give a run, or a folder of runs") }
  }

  func run() throws {
    var rejudging = Rejudging(
      scenario: scenario,
      parameters: parameters.map { (name: $0.name, value: $0.value) }
    )
    var result = RejudgedText()
    do {
      for path in try RecordFolder.runs(below: records) { result.take(try rejudging.judge(path)) }
    } catch let refusal as Rejudging.Refusal {
      for problem in refusal.problems { Output.note("meterbench: \(problem)") }
      if json { Output.line(ProblemList.json(refusal.problems)) }
      throw ExitCode.refused
    } catch {
      Output.failure(error, json: json)
      throw ExitCode.ofRecord(error)
    }
    Output.line(json ? result.json : result.text)
    throw ExitCode(result.exitStatus)
  }
}
