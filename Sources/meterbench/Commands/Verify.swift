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
        meterbench verify results

      Of a folder every run below it is verified.

      Exit status: 0 unchanged, 3 changed or incomplete, 2 where there is no record. What the run's \
      verdict is does not matter here; see 'show'.
      """
  )

  @Argument(help: "Runs, or folders of runs.")
  var records: [String]

  @Option(help: ArgumentHelp("The seal that the run printed.", valueName: "HEX"))
  var seal: String?

  @Flag(name: .shortAndLong, help: "Print only what was changed.")
  var quiet = false

  func validate() throws {
    if records.isEmpty { throw ValidationError("give the folder of a run") }
    if let seal, seal.count != 64 || !seal.allSatisfy(\.isHexDigit) {
      throw ValidationError("a seal has 64 hexadecimal digits")
    }
  }

  func run() throws {
    let runs: [String]
    do { runs = try RecordFolder.runs(below: records) } catch {
      Output.failure(error, json: false)
      throw ExitCode.refused
    }
    if seal != nil, runs.count > 1 { throw ValidationError("--seal goes with one run") }
    var (changed, unreadable) = (0, 0)
    for run in runs {
      let verification: RecordVerification
      do { verification = try RecordVerification(path: run, seal: seal) } catch {
        Output.failure(error, json: false)
        unreadable += 1
        continue
      }
      if !verification.faults.isEmpty { changed += 1 }
      show(verification, of: run, isAlone: runs.count == 1)
    }
    if runs.count > 1, !quiet {
      Output.line("\(runs.count) runs: \(runs.count - changed - unreadable) unchanged")
    }
    if changed > 0 { throw ExitCode.changed }
    if unreadable > 0 { throw ExitCode.refused }
  }

  private func show(_ verification: RecordVerification, of run: String, isAlone: Bool) {
    for fault in verification.faults { Output.line("\(run): \(fault)") }
    guard !quiet else { return }
    if verification.faults.isEmpty {
      let files = isAlone ? "; \(verification.files.joined(separator: ", "))" : ""
      Output.line("\(run): unchanged, \(verification.events) events\(files)")
      if isAlone { Output.line("seal    \(verification.seal ?? "")") }
    }
    if !verification.strangers.isEmpty {
      Output.line(
        "\(run): note: \(verification.strangers.joined(separator: ", ")) beside them, of which the manifest says nothing"
      )
    }
  }
}
