import Foundation
import Judging
import RunRecord
import Testing
import Verdicts

@testable import Station

/// A record that somebody changed is used for nothing; one that only breaks off is read, and is an error.
@Suite("Changed records")
struct ChangedRecordTests {
  /// Runs a scenario that fails, because the meter has firmware 107.
  private func withRun(_ body: (Program) throws -> Void) throws {
    try UnitRunTests.withFolder { folder in
      // With a step behind the failed one the record would miss that.
      let scenario = UnitRunTests.scenario.replacing("107", with: "108")
        .replacing("  - read: { frequency: 50 Hz ± 1 % }\n", with: "")
      let prepared = try UnitRunTests.prepare(
        scenario,
        UnitSources(),
        positions: ["A1"],
        in: folder
      )
      var options = RunSession.Options()
      options.folder = "\(folder)/run"
      let result = try RunSession(prepared, options: options).run()
      #expect(result.run.verdict == .failed)
      try body(Program(folder: folder))
    }
  }

  private func change(
    _ program: Program,
    _ file: String = "record.ndjson",
    with body: (inout [String]) -> Void
  ) throws {
    let path = "\(program.folder)/run/\(file)"
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .map(String.init)
    body(&lines)
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: path,
      atomically: true,
      encoding: .utf8
    )
  }

  /// Lets the meter have the firmware that the scenario wants.
  private func mend(_ lines: inout [String]) {
    for index in lines.indices where lines[index].contains("\"id\":\"firmware\"") {
      lines[index] = lines[index].replacing("\"107\"", with: "\"108\"")
    }
  }

  @Test("The change that this suite makes would be a pass for whoever trusts the events")
  func wouldPass() throws {
    try withRun { program in
      try change(program, with: mend)
      let data = try UnitRunTests.recorded(beside: "\(program.folder)/run/record.ndjson")
      let lines = [data.record, data.frames, data.edges].compactMap(\.self)
        .flatMap { $0.split(separator: UInt8(ascii: "\n")) }
      let events = try lines.map { try RecordedEvent(line: Data($0)) }
      #expect(Judge.judge(events.sorted { $0.sequence < $1.sequence }).verdict == .passed)
    }
  }

  @Test("No command uses a changed record; each says so, points to verify, and ends with status 3")
  func commands() throws {
    try withRun { program in
      #expect(try program.output(["show", "run"]).status == 1)
      #expect(try program.output(["results", "add", "run"]).status == 0)
      try change(program, with: mend)
      for arguments in [
        ["show", "run"], ["show", "run", "--json"], ["report", "run", "--output", "new.html"],
        ["export", "run"], ["judge", "run", "--scenario", "scenario.yaml"],
        ["lot", "--size", "1", "run"], ["results", "add", "run"], ["results", "show", "run"],
        ["results", "rebuild", "run", "--forget-missing"],
      ] {
        let (text, status) = try program.output(arguments)
        #expect(status == 3, "\(arguments): \(text)")
        #expect(text.contains("it does not follow from the line before"), "\(arguments): \(text)")
        #expect(text.contains("'meterbench verify "), "\(arguments): \(text)")
        #expect(!text.contains("PASS") && !text.contains("ACCEPTED"), "\(arguments): \(text)")
      }
      for file in ["new.html", "run/export"] {
        #expect(!FileManager.default.fileExists(atPath: "\(program.folder)/\(file)"))
      }
      #expect(try program.output(["results", "list"]).text.contains("no run in the history"))
    }
  }

  @Test("A changed record keeps no other out of a history that is made anew")
  func rebuild() throws {
    try withRun { program in
      let copy = "\(program.folder)/copy"
      try FileManager.default.copyItem(atPath: "\(program.folder)/run", toPath: copy)
      try change(program, with: mend)
      let (text, status) = try program.output(["results", "rebuild", "."])
      #expect(status == 3 && text.contains("1 run added, 1 left out"), "\(text)")
      #expect(text.contains("/run/record.ndjson: record line"), "\(text)")
      #expect(try program.output(["results", "list"]).text.contains("failed"))
    }
  }

  @Test("The last line, which no other line vouches for, is compared with the manifest")
  func lastLine() throws {
    try withRun { program in
      try change(program) { lines in
        lines[lines.count - 1] = lines[lines.count - 1].replacing(
          "\"outputsSafe\":true",
          with: "\"outputsSafe\":false"
        )
      }
      let (text, status) = try program.output(["show", "run"])
      #expect(status == 3 && text.contains("the record's last line is not the one"), "\(text)")
      try FileManager.default.removeItem(atPath: "\(program.folder)/run/manifest.json")
      #expect(try program.output(["show", "run"]).text.contains("safe value"))
    }
  }

  @Test(
    "A record that only breaks off is read as before, and is an error",
    arguments: ["killed", "lines lost", "cut in a line", "cut frames"]
  )
  func cut(how: String) throws {
    try withRun { program in
      switch how {
      case "killed":
        try change(program) { $0.removeLast() }
        try FileManager.default.removeItem(atPath: "\(program.folder)/run/manifest.json")
      case "lines lost": try change(program) { $0.removeLast(5) }
      case "cut in a line":
        let path = "\(program.folder)/run/record.ndjson"
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        try data.dropLast(40).write(to: URL(fileURLWithPath: path))
      default:
        try change(program) { $0.removeLast() }
        try change(program, "frames.ndjson") { $0.removeLast(2) }
      }
      let (text, status) = try program.output(["show", "run"])
      #expect(status == 3 && text.contains("the record has no end"), "\(text)")
      #expect(!text.contains("verify"))
      #expect(try program.output(["results", "add", "run"]).text.contains("1 run added"))
    }
  }
}
