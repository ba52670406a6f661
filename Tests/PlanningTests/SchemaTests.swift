import Documents
import Foundation
import MeterProfiles
import Station
import Testing

/// The JSON Schemas that editors use, tried with Python's jsonschema: what the program accepts an
/// editor must not underline, and a file that is plainly wrong both refuse.
@Suite("Schemas")
struct SchemaTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("Every bench that is shipped is valid")
  func benches() throws { try expectValid(Self.files("Benches"), .bench) }

  @Test("Every scenario that is shipped is valid")
  func scenarios() throws { try expectValid(Self.files("Scenarios"), .scenario) }

  @Test("Every built-in profile is valid")
  func profiles() throws {
    try expectValid(
      BuiltInProfiles.names.map { (path: $0, text: BuiltInProfiles.text($0) ?? "") },
      .profile
    )
  }

  @Test("The good files that broken ones are made of are valid")
  func goodFiles() throws {
    try expectValid([(path: "bench", text: GoodFiles().bench)], .bench)
    try expectValid([(path: "scenario", text: GoodFiles().scenario)], .scenario)
  }

  struct Mutation: Sendable, CustomTestStringConvertible {
    var kind: Schemas.Kind
    var old: String
    var new: String
    var testDescription: String { "\(kind): '\(old)' to '\(new)'" }

    init(_ kind: Schemas.Kind, _ old: String, _ new: String) {
      self.kind = kind
      self.old = old
      self.new = new
    }
  }

  @Test(
    "A spoilt sample is refused by the schema and by the program",
    arguments: [
      Mutation(.bench, "bench: twin-4\n", ""),
      Mutation(.bench, "bench: twin-4", "bench: [twin-4]"),
      Mutation(.bench, "bench: twin-4", "bench: 4 twins"),
      Mutation(.bench, "buses:", "busses:"),
      Mutation(.bench, "parity: none", "parity: sometimes"),
      Mutation(.bench, "parity: none", "parity: no"),
      Mutation(.bench, "stop-bits: 2", "stop-bits: 3"),
      Mutation(.bench, "baud: 9600", "baud: fast"),
      Mutation(.bench, "adapter: left", "adapter: left, tcp: 192.0.2.10:502"),
      Mutation(.bench, "frequency: 50 Hz", "frequency: 50"),
      Mutation(.bench, "frequency: 50 Hz", "frequency: 50 V"),
      Mutation(.bench, "settle: 10 s\n  bank-2A", "settle: 10 W\n  bank-2A"),
      Mutation(.bench, "line: GPIO26, safe: off", "line: GPIO26, safe: maybe"),
      Mutation(.bench, "line: GPIO26, safe: off", "line: GPIO26"),
      Mutation(.bench, "accuracy: 0.1 %", "accuracy: good"),
      Mutation(.bench, "calibrated-until: 2027-05-01", "calibrated-until: soon"),
      Mutation(.bench, "seed: 1", "seed: 1.5"),
      Mutation(.bench, "energy: active-import", "energy: active-inport"),
      Mutation(.scenario, "scenario: Integra 1221 end of line\n", ""),
      Mutation(.scenario, "finally:", "final:"),
      Mutation(.scenario, "- apply: { supply: on }", "- apply: { supply: yes }"),
      Mutation(.scenario, "- wait: { warm-up: 1 min }", "- wait: { warm-up: 1 kWh }"),
      Mutation(
        .scenario,
        "- wait: { warm-up: 1 min }",
        "- wait: 1 min\n    ask: { question: Ready? }"
      ),
      Mutation(.scenario, "at-least: 200 pulses", "at-least: 200"),
      Mutation(.scenario, "at-least: 200 pulses", "at-leats: 200 pulses"),
      Mutation(.scenario, "conditions: { load-stability: 1 % }", "conditions: 1 %"),
      Mutation(.scenario, "expect: { difference: ± 1 % }", "expect: { difference: ± 1 W }"),
      Mutation(.scenario, "expect: { difference: ± 1 % }", "expect: {}"),
      Mutation(.profile, "maker: TE Connectivity, Crompton Instruments\n", ""),
      Mutation(.profile, "warm-up: 1 min", "warm-up: a while"),
      Mutation(.profile, "word-order: high-first", "word-order: big-endian"),
      Mutation(.profile, "registers-per-read: 40", "registers-per-read: 400"),
      Mutation(.profile, "1P2W: all\n# Which register", "1P2W: none\n# Which register"),
      Mutation(.profile, "state: 0x000E", "state: 0x1000E"),
    ]
  )
  func spoilt(_ mutation: Mutation) throws {
    let sample =
      switch mutation.kind {
      case .bench: try Self.text("Benches/twin-4.yaml")
      case .scenario: try Self.text("Scenarios/end-of-line.yaml")
      case .profile: BuiltInProfiles.text("integra-1221") ?? ""
      case .record: ""
      }
    try #require(sample.ranges(of: mutation.old).count == 1, "the sample has changed")
    let text = sample.replacing(mutation.old, with: mutation.new)
    let answer = try Self.validate([text], mutation.kind)[0]
    #expect(answer != nil, "the schema accepts it")

    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-schema-\(UUID().uuidString).yaml")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    // The command tells files apart by their first key, so the reader of the kind is asked itself.
    var library = Library()
    switch mutation.kind {
    case .bench: _ = try? library.bench(file.path)
    case .scenario: _ = try? library.scenario(file.path, parameters: [])
    case .profile:
      _ = try? MeterProfile(text: text, file: file.path, into: library.diagnostics)
    case .record: break
    }
    #expect(library.hasErrors, "the program accepts it")
  }

  // MARK: Files

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func files(_ folder: String) throws -> [(path: String, text: String)] {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent(folder).path
    )
    let files = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
    try #require(!files.isEmpty)
    return try files.map { ("\(folder)/\($0)", try text("\(folder)/\($0)")) }
  }

  private func expectValid(_ files: [(path: String, text: String)], _ kind: Schemas.Kind) throws {
    let answers = try Self.validate(files.map(\.text), kind)
    for (file, answer) in zip(files, answers) {
      #expect(answer == nil, "\(file.path)")
    }
  }

  // MARK: Python

  /// What the schema says of each text: nil where it is valid.
  private static func validate(_ texts: [String], _ kind: Schemas.Kind) throws -> [String?] {
    struct Job: Encodable {
      var schema: String
      var texts: [String]
    }
    let job = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-schema-\(UUID().uuidString).json")
    try JSONEncoder().encode(Job(schema: Schemas.schema(kind), texts: texts)).write(to: job)
    defer { try? FileManager.default.removeItem(at: job) }
    let process = Process()
    process.executableURL = root.appendingPathComponent(".build-test/venv/bin/python")
    process.arguments = ["-c", script, job.path]
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    do { try process.run() } catch {
      Issue.record("the schema tests need Python packages: run Packaging/install-packages test")
      throw error
    }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = String(
      decoding: errors.fileHandleForReading.readDataToEndOfFile(),
      as: UTF8.self
    )
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "python3 could not validate: \(complaint)")
    return try JSONDecoder().decode([String?].self, from: data)
  }

  /// PyYAML reads YAML 1.1, where `on` and `no` are booleans, `12:30` is a number and `2027-05-01` a
  /// date. The loader here has the scalars of the YAML 1.2 core schema instead: only true and
  /// false, decimal and 0x numbers, null. So it sees what editors see and what meterbench means.
  private static let script = """
    import json, re, sys
    import jsonschema, yaml
    class Core(yaml.SafeLoader):
        pass
    Core.yaml_implicit_resolvers = {}
    for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
        ("float", r"[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ):
        Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))
    job = json.load(open(sys.argv[1], encoding="utf-8"))
    schema = json.loads(job["schema"])
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    def answer(text):
        try:
            value = yaml.load(text, Core)
        except yaml.YAMLError as error:
            return f"not YAML: {error}"
        error = jsonschema.exceptions.best_match(validator.iter_errors(value))
        return None if error is None else f"{error.json_path}: {error.message}"
    json.dump([answer(text) for text in job["texts"]], sys.stdout)
    """
}
