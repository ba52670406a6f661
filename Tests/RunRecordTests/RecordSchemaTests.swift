import Foundation
import RunRecord
import Station
import Testing

/// The schema that other programs read records by, tried with Python's jsonschema.
@Suite("The record's schema")
struct RecordSchemaTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Reads lines from standard input; prints the numbers of those that the schema refuses.
  private static let script = """
    import json, sys
    from jsonschema import Draft202012Validator
    schema = json.load(open(sys.argv[1]))
    Draft202012Validator.check_schema(schema)
    whole = Draft202012Validator(schema)
    # Of thirteen kinds only the line's own need be tried, which is the same and faster.
    own = {kind["properties"]["event"]["const"]:
        Draft202012Validator({**kind, "$defs": schema["$defs"]}) for kind in schema["oneOf"]}
    for number, line in enumerate(sys.stdin):
        event = json.loads(line)
        validator = own.get(event.get("event"), whole)
        if not validator.is_valid(event): print(number)
    """

  @Test("Every line of every run is valid, whatever became of it")
  func runs() throws {
    var lines: [String] = []
    for fault in [
      nil, "fault: silent-meter, on: A1, at: 15 s", "fault: dead-bus, on: dut, at: 15 s",
      "fault: silent-output, on: A1, output: pulse-2, at: 0 s",
      "fault: nan-register, on: A1, at: 0 s", "fault: stuck-output, on: A1, at: 0 s",
      "fault: interruption, at: 28 s, amount: 2", "fault: damaged-replies, on: A1, at: 0 s",
    ] {
      lines += try Self.lines(fault)
    }
    #expect(try Self.refused(lines) == [])
    let kinds = try Set(lines.map { try RecordedEvent(line: Data($0.utf8)).event.type })
    #expect(kinds.count == 13)
  }

  @Test("A line that lacks what it must have, or has more, is refused")
  func spoilt() throws {
    // One of each kind.
    var seen: Set<String> = []
    let lines = try Self.lines("fault: silent-meter, on: A1, at: 15 s").filter {
      seen.insert(try RecordedEvent(line: Data($0.utf8)).event.type).inserted
    }
    let spoilt = lines.flatMap { line in
      [
        line.replacing("{\"#\":", with: "{\"more\":1,\"#\":"),
        line.replacing("\"at\":", with: "\"it\":", maxReplacements: 1),
        line.replacing("\"event\":\"", with: "\"event\":\"x", maxReplacements: 1),
      ]
    }
    #expect(try Self.refused(spoilt) == Array(spoilt.indices))
  }

  private static func refused(_ lines: [String]) throws -> [Int] {
    let folder = FileManager.default.temporaryDirectory
    let schema = folder.appendingPathComponent("meterbench-schema-\(UUID().uuidString).json")
    let input = folder.appendingPathComponent("meterbench-lines-\(UUID().uuidString).ndjson")
    try Data(Schemas.schema(.record).utf8).write(to: schema)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: input)
    defer {
      try? FileManager.default.removeItem(at: schema)
      try? FileManager.default.removeItem(at: input)
    }
    let process = Process()
    process.executableURL = root.appendingPathComponent(".build-test/venv/bin/python")
    process.arguments = ["-c", script, schema.path]
    process.standardInput = try FileHandle(forReadingFrom: input)
    let output = Pipe()
    process.standardOutput = output
    do { try process.run() } catch {
      Issue.record("the schema tests need Python packages: run Packaging/install-packages test")
      throw error
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "python could not validate")
    return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
  }

  /// The lines of all files of a run.
  private static func lines(_ fault: String?) throws -> [String] {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-schema-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var bench = try String(
      contentsOf: root.appendingPathComponent("Benches/twin-4.yaml"),
      encoding: .utf8
    )
    if let fault { bench += "  faults:\n    - { \(fault) }\n" }
    try Data(bench.utf8).write(to: URL(fileURLWithPath: "\(folder)/bench.yaml"))
    var library = Library()
    let prepared = try library.prepare(
      scenario: root.appendingPathComponent("Scenarios/end-of-line.yaml").path,
      bench: "\(folder)/bench.yaml",
      parameters: [],
      positions: ["A1", "A2"]
    )
    var options = RunSession.Options()
    options.folder = "\(folder)/run"
    options.staysOutOfHistory = fault == nil
    _ = try RunSession(prepared, options: options).run()
    let data = try RecordData(folder: "\(folder)/run")
    return RecordFile.allCases.compactMap { data[$0] }.flatMap {
      String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }
}
