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
    #expect(listed.status == 0 && listed.text.contains("  error  "), "\(listed.text)")
    let (text, status) = try program.output(run("again"))
    #expect(status != 0 && text.contains("failed before"), "\(text)")
  }

  @Test(
    "What it did is unknown where its record is gone, until the record is found or the run is given up"
  )
  func lostRecord() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", ["--set", "firmware=108"])
    let name = try #require(RecordFolder("\(folder)/killed").run)
    try FileManager.default.moveItem(atPath: "\(folder)/killed", toPath: "\(folder)/moved")
    // Another run takes the place of its record.
    let unknown = try program.output(run("killed"))
    #expect(unknown.status == 2 && unknown.text.contains("never told its end"), "\(unknown.text)")
    try FileManager.default.removeItem(atPath: "\(folder)/killed")
    let rule = "serial-number: { failed-before: refuse }"
    let scenario = "\(folder)/scenario.yaml"
    let text = try String(contentsOfFile: scenario, encoding: .utf8)
    try text.replacing(rule, with: "").write(toFile: scenario, atomically: true, encoding: .utf8)
    let next = try program.output(run("killed"))
    #expect(next.text.contains("never told its end"), "\(next.text)")
    try text.write(toFile: scenario, atomically: true, encoding: .utf8)
    let listed = try program.output(["results", "list"])
    #expect(
      listed.text.contains("another run") && listed.text.contains("1 passed"),
      "\(listed.text)"
    )
    let refused = try program.output(["results", "rebuild", "killed"])
    #expect(refused.status == 2 && refused.text.contains("knows 1 run that"), "\(refused.text)")
    let found = try program.output(["results", "add", "moved"])
    #expect(found.status == 0, "\(found.text)")
    let again = try program.output(run("again"))
    #expect(
      again.status != 0 && again.text.contains("failed before")
        && !again.text.contains("never told"),
      "\(again.text)"
    )
    #expect(try program.output(["results", "forget", name]).status == 2)
  }

  @Test("A run whose record is lost can be given up, and takes no other with it")
  func givenUp() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let history = RunHistory(path: program.history)
    try history.begin("run-lost", record: "\(folder)/lost/record.ndjson", isLocked: true)
    let refused = try program.output(run("whole"))
    #expect(refused.status == 2 && refused.text.contains("results forget run-lost"))
    #expect(try program.output(["results", "list"]).text.contains("results forget run-lost"))
    #expect(try program.output(["results", "forget", "run-lost"]).status == 0)
    #expect(try program.output(run("known")).status == 0)
    let listed = try program.output(["results", "list"])
    #expect(
      !listed.text.contains("run-lost") && listed.text.contains("1 passed"),
      "\(listed.text)"
    )
  }

  @Test("What reads the record of a run that goes on takes it for none that ended")
  func addedMeanwhile() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", ["--set", "firmware=108"])
    let record = "\(folder)/killed/record.ndjson"
    let name = try #require(RecordFolder("\(folder)/killed").run)
    let history = RunHistory(path: program.history)
    // As if it went on: somebody holds the lock while it is added and the history made anew.
    let descriptor = open(record, O_RDONLY | O_CLOEXEC)
    #expect(flock(descriptor, LOCK_EX) == 0)
    _ = try history.add(records: ["\(folder)/killed"])
    _ = try history.rebuild(folders: [folder])
    #expect(try history.open().begunRuns().map(\.run) == [name])
    close(descriptor)
    #expect(try history.open().begunRuns().isEmpty)
  }

  @Test("A part of a record takes nothing from a longer one, nor passes for all of it")
  func parts() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", ["--set", "firmware=108"])
    let history = RunHistory(path: program.history)
    func failures() throws -> [Bool] {
      try history.open().previousRuns(serial: "21034567", profile: "integra-1221", rig: "twin")
        .map(\.hasFailure)
    }
    // Frames that are gone are a hole: what follows is not judged, and the run is asked for again.
    let frames = URL(fileURLWithPath: "\(folder)/killed/frames.ndjson")
    let whole = try Data(contentsOf: frames)
    try Data().write(to: frames)
    var notes: [String] = []
    _ = try history.open { notes.append($0) }
    #expect(notes.contains { $0.contains("events are missing") })
    try whole.write(to: frames)
    #expect(try failures() == [true])
    // Nor does one that comes later take the failure away.
    try Data().write(to: frames)
    _ = try history.add(records: ["\(folder)/killed"])
    #expect(try failures() == [true])
    #expect(throws: MissingRuns.self) { try history.rebuild(folders: ["\(folder)/killed"]) }
    try whole.write(to: frames)
    // A copy that was cut.
    try FileManager.default.copyItem(atPath: "\(folder)/killed", toPath: "\(folder)/cut")
    let lines = try String(contentsOfFile: "\(folder)/cut/record.ndjson", encoding: .utf8)
      .split(separator: "\n")
    try (lines.prefix(12).joined(separator: "\n") + "\n")
      .write(toFile: "\(folder)/cut/record.ndjson", atomically: true, encoding: .utf8)
    _ = try history.add(records: ["\(folder)/cut"])
    #expect(try failures() == [true])
    #expect(throws: MissingRuns.self) { try history.rebuild(folders: ["\(folder)/cut"]) }
    // The other files know of events that this one lacks.
    #expect(try StoredRun(path: "\(folder)/cut").hasHole)
  }

  @Test("A copy that was made while it went on stands for no record that went further")
  func copy() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", ["--set", "firmware=108"])
    let history = RunHistory(path: program.history)
    try FileManager.default.copyItem(atPath: "\(folder)/killed", toPath: "\(folder)/copy")
    for name in ["frames", "edges"] {
      try Data().write(to: URL(fileURLWithPath: "\(folder)/copy/\(name).ndjson"))
    }
    let lines = try String(contentsOfFile: "\(folder)/copy/record.ndjson", encoding: .utf8)
      .split(separator: "\n")
    try (lines.prefix(12).joined(separator: "\n") + "\n")
      .write(toFile: "\(folder)/copy/record.ndjson", atomically: true, encoding: .utf8)
    #expect(try history.add(records: ["\(folder)/copy"]).problems.isEmpty)
    let (text, status) = try program.output(run("again"))
    #expect(status != 0 && text.contains("failed before"), "\(text)")
  }

  @Test("Where records cannot be locked, a look takes nothing for the end")
  func unlocked() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", ["--set", "firmware=108"])
    let name = try #require(RecordFolder("\(folder)/killed").run)
    let history = RunHistory(path: "\(folder)/other.sqlite")
    try history.begin(name, record: "\(folder)/killed/record.ndjson", isLocked: false)
    for _ in 0..<2 {
      var notes: [String] = []
      let open = try history.open { notes.append($0) }
      #expect(notes.contains { $0.contains("nobody can see there") })
      #expect(try open.begunRuns().map(\.run) == [name])
      #expect(try open.names() == [name])
    }
    try history.forget(name)
    #expect(try history.open().begunRuns().isEmpty)
  }

  @Test("What a power failure may have taken from a record is unknown, until somebody gives it up")
  func powerFailure() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", [])
    let name = try #require(RecordFolder("\(folder)/killed").run)
    let history = try History(program.history)
    var begun = try #require(try history.begunRuns().first)
    #expect(Boot.current?.count == 36)
    #expect(begun.boot == Boot.current)
    begun.boot = "the one before"
    try history.begin(begun)
    for _ in 0..<2 {
      let (text, status) = try program.output(run("again"))
      #expect(status == 2 && text.contains("may have been started anew since"), "\(text)")
    }
    #expect(try history.names() == [name])
    #expect(try program.output(["results", "forget", name]).status == 0)
    let (text, status) = try program.output(run("again"))
    #expect(status == 0, "\(text)")
  }

  @Test("A record that was empty when the power failed is not one in which nothing was done")
  func powerFailureAtTheBeginning() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", [])
    for file in RecordFile.allCases {
      try Data().write(to: URL(fileURLWithPath: "\(folder)/killed/\(file.rawValue)"))
    }
    let history = try History(program.history)
    let begun = try #require(try history.begunRuns().first)
    var before = begun
    before.boot = "the one before"
    try history.begin(before)
    #expect(try program.output(["results", "list"]).text.contains("never told its end"))
    try history.begin(begun)
    #expect(try !program.output(["results", "list"]).text.contains("never told its end"))
  }

  @Test("A record that lost its beginning is not one in which nothing was done")
  func lostBeginning() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try kill("killed", at: "\"step\":\"count-pulses", [])
    try Data().write(to: URL(fileURLWithPath: "\(folder)/killed/record.ndjson"))
    #expect(try program.output(["results", "list"]).text.contains("never told its end"))
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
    try withExtendedLifetime(RecordWriter(folder: "\(folder)/on")) { writer in
      try history.begin("run-on", record: record, isLocked: writer.isLocked)
      #expect(try RecordWriter.isWriting(record))
      #expect(try history.open().begunRuns().map(\.run) == ["run-on"])
    }
    // Nothing was written before the process was gone: nothing was done.
    #expect(try !RecordWriter.isWriting(record))
    #expect(try history.open().begunRuns().isEmpty)
  }
}
