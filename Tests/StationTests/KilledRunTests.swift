import Foundation
import RunRecord
import Testing

@testable import ResultStore
@testable import Station

/// Runs whose process was killed: they cannot add themselves to the history.
@Suite("A run that was killed")
struct KilledRunTests {
  private let folder: String
  private var program: Program { Program(folder: folder) }
  private static let bench = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Benches/twin-4.yaml").path

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-killed-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try """
    scenario: identity
    profile: integra-1221
    serial-number: { failed-before: refuse }
    parameters: { firmware: { default: "107" }, time: { default: 2 min } }
    on-failure: continue
    steps:
      - apply: { supply: on }
      - wait: { warm-up: 1 min }
      - identify: { serial-number: any, firmware: "${firmware}" }
      - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
      - apply: { load: bank-5A }
      - count-pulses: { output: pulse-2, during: "${time}", expect: { error: ± 1 % } }
        timeout: 60 h
    finally:
      - apply: { load: off, supply: off }
    """.write(toFile: "\(folder)/scenario.yaml", atomically: true, encoding: .utf8)
  }

  private func run(_ output: String, _ more: [String] = []) -> [String] {
    [
      "run", "scenario.yaml", "--bench", Self.bench, "--position", "A1", "--serial", "A1=21034567",
      "--quiet", "--output", output,
    ] + more
  }

  /// Begins a run, and kills it once its record holds a word.
  private func kill(_ output: String, at word: String, _ more: [String]) throws {
    let (process, pipe) = try program.begin(run(output, ["--events", "--set", "time=48 h"] + more))
    var seen = Data()
    while seen.suffix(100_000).firstRange(of: Data(word.utf8)) == nil {
      let data = pipe.fileHandleForReading.availableData
      try #require(!data.isEmpty, "\(String(decoding: seen.suffix(500), as: UTF8.self))")
      seen += data
    }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal)
  }

  @Test("What a meter failed in it refuses the meter later")
  func failure() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", ["--set", "firmware=108"])
    let listed = try program.output(["results", "list"])
    #expect(listed.status == 0 && listed.text.contains("error"), "\(listed.text)")
    let (text, status) = try program.output(run("again"))
    #expect(status != 0 && text.contains("failed before"), "\(text)")
  }

  @Test(
    "What it did is unknown where its record is gone, and a new history forgets it only where it is told to"
  )
  func lostRecord() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", [])
    try FileManager.default.moveItem(atPath: "\(folder)/killed", toPath: "\(folder)/moved")
    let listed = try program.output(["results", "list"])
    #expect(listed.text.contains("was begun and never added"), "\(listed.text)")
    let next = try program.output(run("whole"))
    #expect(next.status == 0 && next.text.contains("was begun and never added"), "\(next.text)")
    let refused = try program.output(["results", "rebuild", "whole"])
    #expect(refused.status == 2 && refused.text.contains("knows 1 run that"), "\(refused.text)")
    let found = try program.output(["results", "rebuild", "."])
    #expect(found.status == 0 && found.text.contains("2 runs added"), "\(found.text)")
    let whole = try program.output(["results", "list"])
    #expect(!whole.text.contains("never added"), "\(whole.text)")
  }

  @Test("A run that goes on is not taken for one that was killed")
  func goingOn() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let record = "\(folder)/on/record.ndjson"
    try FileManager.default.createDirectory(
      atPath: "\(folder)/on",
      withIntermediateDirectories: true
    )
    let history = RunHistory(path: program.history)
    do {
      let writer = try RecordWriter(folder: "\(folder)/on")
      try history.begin("run-on", record: record)
      #expect(RecordWriter.isWriting(record))
      #expect(try history.open().begunRuns().map(\.run) == ["run-on"])
      _ = writer
    }
    // Nothing was written before the process was gone: nothing was done.
    #expect(!RecordWriter.isWriting(record))
    #expect(try history.open().begunRuns().isEmpty)
  }
}
