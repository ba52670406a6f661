import ArgumentParser
import Station

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says whether a recorded run is still what the run wrote.",
    discussion: """
      Each line of a record holds the digest of the one before it, the last line those of the frames and \
      edges, and the manifest those of the reports: a changed, missing or added byte is found, and named \
      by its file and line.

      Whoever makes all digests anew leaves a record of another seal. 'run' prints the seal, and the JUnit \
      document holds it as 'record.seal': keep one of them elsewhere, and compare with --seal.

        meterbench verify results/lot-7
        meterbench verify results/lot-7 --seal 3b1f…

      Exit status: 0 unchanged, 3 changed or incomplete, 2 where there is no record. What the run's \
      verdict is does not matter here; see 'show'.
      """
  )

  @Argument(help: "The folders of runs, or their records.")
  var records: [String]

  @Option(help: ArgumentHelp("The seal that the run printed.", valueName: "HEX"))
  var seal: String?

  @Flag(name: .shortAndLong, help: "Print only what was changed.")
  var quiet = false

  func validate() throws {
    if records.isEmpty { throw ValidationError("give the folder of a run") }
    if seal != nil, records.count > 1 { throw ValidationError("--seal goes with one record") }
    if let seal, seal.count != 64 || !seal.allSatisfy(\.isHexDigit) {
      throw ValidationError("a seal has 64 hexadecimal digits")
    }
  }

  func run() throws {
    var isUnchanged = true
    for record in records {
      let verification: RecordVerification
      do { verification = try RecordVerification(path: record, seal: seal) } catch {
        Output.failure(error, json: false)
        throw ExitCode.refused
      }
      guard verification.faults.isEmpty else {
        isUnchanged = false
        for fault in verification.faults { Output.line("\(record): \(fault)") }
        continue
      }
      if !quiet {
        Output.line(
          "\(record): unchanged, \(verification.events) events; \(verification.files.joined(separator: ", "))"
        )
        Output.line("seal    \(verification.seal ?? "")")
      }
    }
    if !isUnchanged { throw ExitCode.unreachable }
  }
}
