import Documents
import Foundation
import Judging
import Planning
import ResultStore
import RunRecord
import Testing
import Verdicts

@testable import Station

/// Runs that are told which meters their positions hold, on a twin of four meters 21034567 … 21034570.
@Suite("Expected units")
struct UnitRunTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let scenario = """
    scenario: identity
    profile: integra-1221
    steps:
      - apply: { supply: on }
      - wait: { warm-up: 1 min }
      - identify: { serial-number: any, firmware: "107" }
      - read: { frequency: 50 Hz ± 1 % }
    finally:
      - apply: { supply: off }
    """

  /// What a scenario on the twin becomes.
  struct Rehearsed {
    var run: JudgedRun
    var record: [RecordedEvent]
    var status: Int32

    func position(_ name: String) throws -> JudgedPosition {
      try #require(run.positions.first { $0.position.name == name })
    }

    func switchings(_ name: String) -> [Bool] {
      record.compactMap { event in
        guard case .switched(let switching) = event.event, switching.output == "\(name).supply"
        else { return nil }
        return switching.on
      }
    }
  }

  static func withFolder<T>(_ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-units-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  static func prepare(
    _ scenario: String,
    _ units: UnitSources,
    positions: [String] = ["A1", "A2"],
    in folder: String
  ) throws -> Library.Prepared {
    let path = "\(folder)/scenario.yaml"
    try scenario.write(toFile: path, atomically: true, encoding: .utf8)
    var library = Library()
    return try library.prepare(
      scenario: path,
      bench: root.appendingPathComponent("Benches/twin-4.yaml").path,
      parameters: [],
      positions: positions,
      units: units
    )
  }

  /// What the files of a run hold.
  static func recorded(beside record: String) throws -> RecordData {
    func data(_ file: RecordFile) throws -> Data {
      let folder = URL(filePath: record).deletingLastPathComponent()
      return try Data(contentsOf: folder.appendingPathComponent(file.rawValue))
    }
    return RecordData(
      record: try data(.record),
      frames: try data(.frames),
      edges: try data(.edges)
    )
  }

  static func run(
    _ units: UnitSources,
    scenario: String = scenario,
    positions: [String] = ["A1", "A2"],
    history: UnitHistory? = known { _ in [] }
  ) throws -> Rehearsed {
    try withFolder { folder in
      var options = RunSession.Options()
      options.folder = "\(folder)/run"
      options.history = history
      let prepared = try prepare(scenario, units, positions: positions, in: folder)
      let result = try RunSession(prepared, options: options).run()
      let record = try RecordReader.events(in: recorded(beside: result.record))
      #expect(Judge.judge(record).verdict == result.run.verdict, "the record decides alone")
      return Rehearsed(run: result.run, record: record, status: result.exitStatus)
    }
  }

  private static func refusals(
    _ units: UnitSources,
    scenario: String = scenario
  ) throws -> [String] {
    try withFolder { folder in
      let error = #expect(throws: DocumentError.self) {
        try prepare(scenario, units, in: folder)
      }
      return error?.diagnostics.filter { $0.severity == .error }.map(\.message) ?? []
    }
  }

  private static func given(_ serials: (String, String)...) -> UnitSources {
    UnitSources(serials: serials.map { ($0.0, $0.1) })
  }

  // MARK: The meter in the socket

  @Test("The expected meter passes, and the rule that says so is among the findings")
  func expected() throws {
    let outcome = try Self.run(Self.given(("A1", "021034567"), ("A2", "21034568")))
    #expect(outcome.run.verdict == .passed && outcome.status == 0)
    let findings = try outcome.position("A1").steps.flatMap(\.findings)
    let finding = try #require(findings.first { $0.rule.id == "expected-serial-number" })
    #expect(finding.verdict == .passed && finding.measurement?.text == "21034567")
  }

  @Test("Another meter is an error and leaves the run unpowered; nothing of it is a failure")
  func wrongUnit() throws {
    let scenario = Self.scenario.replacing("firmware: \"107\"", with: "firmware: \"108\"")
      .replacing("- read", with: "- configure: { demand-period: 8 min }\n  - read")
    let outcome = try Self.run(Self.given(("A1", "21034568")), scenario: scenario)
    let position = try outcome.position("A1")
    #expect(position.verdict == .error && outcome.status == 3)
    let findings = position.steps.flatMap(\.findings)
    #expect(findings.contains { $0.reason?.kind == .wrongUnit })
    #expect(!findings.contains { $0.verdict == .failed })
    // It was not written to, and its supply went off when the step ended.
    #expect(position.steps.first { $0.step.verb == "configure" }?.verdict == .skipped)
    #expect(outcome.switchings("A1").last == false)
    // What is known of the other socket stands.
    #expect(try outcome.position("A2").steps.flatMap(\.findings).contains { $0.verdict == .failed })
  }

  @Test("Two meters in one another's sockets are two errors")
  func exchanged() throws {
    let outcome = try Self.run(Self.given(("A1", "21034568"), ("A2", "21034567")))
    #expect(outcome.run.positions.prefix(2).map(\.verdict) == [.error, .error])
    // Whoever has to put that right reads where they belong.
    let reasons = try outcome.position("A1").steps.flatMap(\.findings).compactMap(\.reason)
    #expect(reasons.contains { $0.text.contains("21034567, which was to be in A2, and 21034568") })
  }

  @Test("A run that expects nothing writes the record that it wrote before")
  func nothingExpected() throws {
    let outcome = try Self.run(UnitSources())
    for event in outcome.record.prefix(2) {
      let line = String(decoding: try event.line(), as: UTF8.self)
      #expect(!line.contains("expected\":") && !line.contains("identifiesUnit"))
    }
    #expect(outcome.run.verdict == .passed)
  }

  // MARK: Before anything is switched

  @Test("Serial numbers that no step asks for are refused")
  func neverAsked() throws {
    let scenario = Self.scenario.replacing("serial-number: any, ", with: "")
    let refusals = try Self.refusals(Self.given(("A1", "21034567")), scenario: scenario)
    #expect(refusals.count == 1 && refusals[0].contains("no step asks the meters for theirs"))
  }

  @Test("One number for two sockets is refused, with zeros before it or without")
  func duplicate() throws {
    let refusals = try Self.refusals(Self.given(("A1", "21034567"), ("A2", "021034567")))
    #expect(refusals.count == 1 && refusals[0].contains("A1 and A2 cannot both hold"))
  }

  @Test("Two numbers for one socket, and one for no socket, are refused")
  func positions() throws {
    let twice = try Self.refusals(Self.given(("A1", "1"), ("A1", "2")))
    #expect(twice == ["position A1 has two serial numbers"])
    let unknown = try Self.refusals(Self.given(("A11", "1")))
    #expect(unknown.count == 1 && unknown[0].contains("did you mean 'A1'?"))
  }

  @Test("What is wrong with an argument is said of the argument, and of no line of a file")
  func arguments() throws {
    try Self.withFolder { folder in
      try Self.scenario.write(
        toFile: "\(folder)/scenario.yaml",
        atomically: true,
        encoding: .utf8
      )
      let bench = Self.root.appendingPathComponent("Benches/twin-4.yaml").path
      let arguments = ["run", "scenario.yaml", "--bench", bench, "--serial", "A9=1"]
      let (text, status) = try Program(folder: folder).output(arguments)
      #expect(status == 2 && text.hasPrefix("--serial A9=1: error: serial number '1' is for"))
      #expect(!text.contains("scenario.yaml") && !text.contains("^"), "\(text)")
      let json = try Program(folder: folder).output(arguments + ["--json"]).text
      #expect(
        json.contains("\"message\" : \"--serial A9=1: serial number '1' is for position 'A9'")
      )
      #expect(!json.contains("\"line\""))
    }
  }

  @Test(
    "What the scenario does not take for a serial number is refused",
    arguments: [
      ("pattern: '[0-9]{8}'", "2103456", "has not the form"),
      ("check-digit: luhn", "21034567", "wrong check digit"),
      ("expected: required", nil, "nobody gave those of A1, A2"),
      ("pattern: '['", "21034567", "no regular expression"),
    ]
  )
  func rules(rule: String, serial: String?, message: String) throws {
    let scenario = Self.scenario.replacing("steps:", with: "serial-number: { \(rule) }\nsteps:")
    let units = serial.map { Self.given(("A1", $0)) } ?? UnitSources()
    let refusals = try Self.refusals(units, scenario: scenario)
    #expect(refusals.count == 1 && refusals[0].contains(message), "\(refusals)")
  }

  @Test("Writing to a meter before it is known which one it is, is warned of")
  func writtenBefore() throws {
    let scenario = Self.scenario.replacing(
      "  - identify",
      with: "  - configure: { demand-period: 8 min }\n  - identify"
    )
    try Self.withFolder { folder in
      let plan = try Self.prepare(scenario, Self.given(("A1", "21034567")), in: folder).plan
      #expect(plan.warnings.contains { $0.hasPrefix("'configure' writes to the meters before") })
      let silent = try Self.prepare(scenario, UnitSources(), in: folder).plan
      #expect(!silent.warnings.contains { $0.contains("writes to the meters before") })
    }
  }

  // MARK: Earlier runs

  /// A history that was there, whatever it knows of a meter.
  static func known(
    _ earlier: @escaping @Sendable (SerialNumber) throws -> [EarlierRun]
  ) -> UnitHistory {
    UnitHistory(
      prepare: { nil },
      look: { [] },
      earlierRuns: { serial, _ in try earlier(serial) },
      begin: { _, _, _ in }
    )
  }

  private static let history = known { serial in
    guard serial == SerialNumber("21034567") else { return [] }
    return [
      EarlierRun(run: "r1", verdict: .failed, wallTime: "2026-01-02T08:00:00.000Z"),
      EarlierRun(run: "r2", verdict: .passed, wallTime: "2026-01-03T08:00:00.000Z"),
    ]
  }

  private static func ruling(_ text: String) -> String {
    scenario.replacing("steps:", with: "serial-number: { \(text) }\nsteps:")
  }

  @Test("A meter that was tested before is shown and tested again, where the scenario says no more")
  func warned() throws {
    let units = Self.given(("A1", "21034567"), ("A2", "21034568"))
    let outcome = try Self.run(units, history: Self.history)
    #expect(outcome.run.verdict == .passed)
    #expect(outcome.run.warnings.filter { $0.hasPrefix("A1: the meter with") }.count == 2)
    #expect(try outcome.position("A1").position.expected?.earlierRuns?.map(\.run) == ["r1", "r2"])
    #expect(!outcome.run.warnings.contains { $0.hasPrefix("A2") })
    let allowed = try Self.run(
      units,
      scenario: Self.ruling("already-passed: allow, failed-before: allow"),
      history: Self.history
    )
    #expect(!allowed.run.warnings.contains { $0.hasPrefix("A1") })
  }

  @Test(
    "A meter that is refused is not tested, and neither it nor the run passes",
    arguments: ["already-passed: refuse", "failed-before: refuse"]
  )
  func refused(ruling: String) throws {
    let outcome = try Self.run(
      Self.given(("A1", "21034567"), ("A2", "21034568")),
      scenario: Self.ruling(ruling),
      history: Self.history
    )
    let position = try outcome.position("A1")
    #expect(position.verdict == .inconclusive && outcome.run.verdict == .inconclusive)
    #expect(position.remarks.contains { $0.reason.text.contains("the scenario refuses it") })
    #expect(position.steps.filter { !$0.step.isFinally }.allSatisfy { $0.verdict == .skipped })
    #expect(!outcome.switchings("A1").contains(true))
    #expect(try outcome.position("A2").verdict == .passed)
  }

  @Test(
    "Where nobody can say what a meter did before, a scenario that refuses some is refused itself"
  )
  func unknownHistory() throws {
    struct Locked: Error {}
    let units = Self.given(("A1", "21034567"))
    let scenario = Self.ruling("already-passed: refuse")
    #expect(throws: RunSession.Refusal.self) {
      try Self.run(units, scenario: scenario, history: nil)
    }
    #expect(throws: RunSession.Refusal.self) {
      try Self.run(units, scenario: scenario, history: Self.known { _ in throw Locked() })
    }
    // One that only warns says that it does not know.
    let outcome = try Self.run(units, history: Self.known { _ in throw Locked() })
    #expect(outcome.run.warnings.contains { $0.contains("tested before is not known") })
    #expect(outcome.run.verdict == .passed)
  }

  @Test("Where the scenario refuses meters, a history that cannot be made refuses the run")
  func impossibleHistory() throws {
    try Self.withFolder { folder in
      // No folder can be made below a file.
      try "".write(toFile: "\(folder)/file", atomically: true, encoding: .utf8)
      let path = "\(folder)/file/history.sqlite"
      func run(_ ruling: String) throws -> RunSession.Result {
        let prepared = try Self.prepare(
          Self.ruling(ruling),
          Self.given(("A1", "21034567")),
          in: folder
        )
        var options = RunSession.Options()
        options.folder = "\(folder)/run"
        options.history = RunHistory(path: path).units(of: prepared.plan)
        return try RunSession(prepared, options: options).run()
      }
      for ruling in ["already-passed: refuse", "failed-before: refuse"] {
        let refusal = #expect(throws: RunSession.Refusal.self) { try run(ruling) }
        #expect(refusal?.description.contains("\(path): its folder cannot be made") == true)
        #expect(refusal?.isTheBench == false)
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
      #expect(try run("already-passed: warn").exitStatus == 0)
    }
  }

  @Test(
    "Where the scenario refuses meters, a history that knows no run yet is a warning of the run"
  )
  func newHistory() throws {
    try Self.withFolder { folder in
      let history = RunHistory(path: "\(folder)/history.sqlite")
      let text = "the history \(folder)/history.sqlite is new: no meter is known to it"
      func run(_ serial: String, _ ruling: String, _ name: String) throws -> RunSession.Result {
        let units = Self.given((serial == "21034567" ? "A1" : "A2", serial))
        let prepared = try Self.prepare(Self.ruling(ruling), units, in: folder)
        var options = RunSession.Options()
        options.folder = "\(folder)/\(name)"
        options.history = history.units(of: prepared.plan)
        return try RunSession(prepared, options: options).run()
      }
      let first = try run("21034567", "failed-before: refuse", "first")
      #expect(first.run.warnings.contains(text) && first.exitStatus == 0)
      #expect(first.summary(coloured: false, width: 400).contains("Warning: \(text)"))
      // It did not add itself, as if it had been killed; the next one finds it.
      let later = try run("21034568", "already-passed: refuse", "later")
      #expect(!later.run.warnings.contains { $0.contains("is new") })
      #expect(try history.open().runs().count == 2)
    }
  }

  @Test("Where the scenario only warns of meters, a new history is no warning")
  func newHistoryUnasked() throws {
    try Self.withFolder { folder in
      let history = RunHistory(path: "\(folder)/history.sqlite")
      let units = Self.given(("A1", "21034567"))
      let prepared = try Self.prepare(Self.ruling("already-passed: warn"), units, in: folder)
      var options = RunSession.Options()
      options.folder = "\(folder)/run"
      options.history = history.units(of: prepared.plan)
      let warnings = try RunSession(prepared, options: options).run().run.warnings
      #expect(!warnings.contains { $0.contains("is new") })
    }
  }

  @Test(
    "The history of runs tells of the meters: of the same scenario and kind of rig, zeros or not"
  )
  func stored() throws {
    try Self.withFolder { folder in
      let history = RunHistory(path: "\(folder)/history.sqlite")
      func run(_ serial: String, _ scenario: String, _ name: String) throws -> RunSession.Result {
        let prepared = try Self.prepare(scenario, Self.given(("A1", serial)), in: folder)
        var options = RunSession.Options()
        options.folder = "\(folder)/\(name)"
        options.history = history.units(of: prepared.plan)
        let result = try RunSession(prepared, options: options).run()
        #expect(history.add(result) == nil)
        return result
      }
      let scenario = Self.ruling("already-passed: refuse")
      #expect(try run("021034567", scenario, "first").exitStatus == 0)
      let other = scenario.replacing("scenario: identity", with: "scenario: another")
      #expect(try run("21034567", other, "other").exitStatus == 0)
      let again = try run("21034567", scenario, "again")
      #expect(again.run.positions[0].verdict == .inconclusive && again.exitStatus == 4)
      #expect(again.run.positions[0].position.expected?.earlierRuns?.count == 1)
      #expect(again.run.positions[1].verdict == .passed)
    }
  }

  @Test(
    "A meter that failed before it told its number is found again under the number that was expected"
  )
  func untoldNumber() throws {
    try Self.withFolder { folder in
      let history = RunHistory(path: "\(folder)/history.sqlite")
      let silent = Self.scenario.replacing("serial-number: any", with: "system-type: any")
        .replacing(
          "  - read",
          with: "  - identify: { serial-number: any }\n  - read"
        ).replacing("firmware: \"107\"", with: "firmware: \"108\"")
      let prepared = try Self.prepare(silent, Self.given(("A1", "021034567")), in: folder)
      var options = RunSession.Options()
      options.folder = "\(folder)/run"
      options.history = history.units(of: prepared.plan)
      let result = try RunSession(prepared, options: options).run()
      #expect(
        result.run.positions[0].verdict == .failed && result.run.positions[0].identity.count == 2
      )
      #expect(history.add(result) == nil)
      let earlier = try history.units(of: prepared.plan).earlierRuns(
        SerialNumber("21034567"),
        "twin"
      )
      #expect(earlier.map(\.verdict) == [.failed])
    }
  }
}
