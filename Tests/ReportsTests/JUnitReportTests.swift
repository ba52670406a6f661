import Judging
import Quantities
import Reports
import RunRecord
import Testing
import Verdicts

@Suite("JUnit")
struct JUnitReportTests {
  /// One position passes, one fails a rule and loses edges in a later step, one is silent, one
  /// socket is empty.
  static var mixed: Fixture {
    var fixture = Fixture()
    fixture.rig = "twin"
    fixture.positions = [
      Fixture.position("A1"), Fixture.position("A2"), Fixture.position("A3"),
      Fixture.position("A4", notApplicable: "the socket is empty"),
    ]
    fixture.warnings = ["register 0x0156 of integra-1221 is inferred"]
    fixture.runAll()
    fixture.runAll(
      on: "A2",
      serial: "21034568",
      firmware: "1.06",
      error: 0.0081,
      observed: [(.lostEdges, "3 edges of A2.pulse-2 were lost; check the line's event buffer")]
    )
    fixture.add(1000, .stepStarted(StepMark(position: "A3", step: "identify")))
    fixture.add(
      1900,
      .silent(
        Silence(
          position: "A3",
          step: "identify",
          cause: .meter(
            bus: "dut",
            supplyProven: true,
            busProvenBefore: true,
            busProvenAfter: true,
            answersAgain: false,
            heard: false
          ),
          text: "unit 3 gave no reply to 4 requests"
        )
      )
    )
    fixture.add(
      2000,
      .stepEnded(StepEnd(position: "A3", step: "identify", how: .abandoned))
    )
    for step in ["wait", "count"] {
      fixture.add(
        2000,
        .stepEnded(StepEnd(position: "A3", step: step, how: .skipped, text: "A3 left the run"))
      )
    }
    fixture.run("off", on: "A3", 62_000...62_500)
    return fixture
  }

  static func document(_ fixture: Fixture, _ form: JUnitReport.Form = .rich) -> String {
    JUnitReport.document(
      fixture.judged,
      form: form,
      attachments: ["runs/r-0001/record.jsonl", "runs/odd[1].csv"],
      record: .init(path: "runs/r-0001/record.jsonl")
    )
  }

  @Test("the rich form is, to the byte, the golden one")
  func goldenRich() throws {
    try Tools.expect(Self.document(Self.mixed), isGolden: "mixed-rich.xml")
  }

  @Test("the strict form is, to the byte, the golden one")
  func goldenStrict() throws {
    try Tools.expect(Self.document(Self.mixed, .strict), isGolden: "mixed-strict.xml")
  }

  @Test(
    "the strict form satisfies both schemas",
    arguments: ["windyroad-JUnit", "jenkins-xunit-plugin-junit-10"]
  )
  func strictIsValid(schema: String) throws {
    var lost = Self.mixed
    lost.startsWell = false
    lost.events = []
    let documents = [
      Self.document(Self.mixed, .strict), Self.document(.passed, .strict),
      Self.document(lost, .strict), JUnitReport.crashDocument(text: "the record \u{1b} is gone"),
      JUnitReport.crashDocument(text: "", wallTime: "2026-01-05T09:14:03.120Z"),
    ]
    #expect(try Tools.lint(documents, schema: schema) == nil)
  }

  @Test("a passed run has cases only that passed")
  func passed() throws {
    let suite = try #require(try Tools.parse([Self.document(.passed)]).first?.first)
    #expect(
      suite.cases.map(\.name) == [
        "identify / firmware", "wait", "count / error", "count / width", "off",
      ]
    )
    #expect(suite.cases.allSatisfy { $0.results.isEmpty && $0.classname == suite.name })
    #expect((suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 0, 0, 0))
    #expect(suite.name == "Integra-1221-pulse-output-2.A1")
  }

  @Test("a step's time stands once, at its first case, so that the times of a suite add up")
  func times() throws {
    let passed = try #require(try Tools.parse([Self.document(.passed)]).first?.first)
    #expect(passed.cases.map(\.time) == ["0.412", "0.588", "60.000", "0.000", "0.500"])
    let suites = try #require(try Tools.parse([Self.document(Self.mixed)]).first)
    for (suite, position) in zip(suites, Self.mixed.judged.positions) {
      let steps = position.steps.compactMap { step in
        step.from.flatMap { from in step.to.map { $0.duration(since: from).inSeconds } }
      }
      let cases = suite.cases.compactMap { Double($0.time) }
      #expect(cases.count == suite.cases.count)
      let difference = cases.reduce(0, +) - steps.reduce(0, +)
      #expect(abs(difference) < 0.001 * Double(cases.count))
    }
  }

  @Test("a meter's failure and the bench's error stand side by side in the counters")
  func sideBySide() throws {
    let suites = try #require(try Tools.parse([Self.document(Self.mixed)]).first)
    #expect(suites.map(\.failures) == [0, 1, 1, 0])
    #expect(suites.map(\.errors) == [0, 3, 1, 0])
    #expect(suites.map(\.skipped) == [0, 0, 3, 1])
    #expect(
      suites[1].cases.map { $0.results.first?.type }
        == ["mismatch", nil, "lost-edges", "lost-edges", "lost-edges", nil]
    )
    // The cause first, then what follows from it.
    #expect(suites[2].cases[0].name == "identify")
    #expect(suites[2].cases[0].results.first?.type == "no-communication")
    #expect(suites[2].cases[1].name == "identify / firmware")
    #expect(suites[2].cases[1].results.first?.type == "missing")
    #expect(suites[3].cases.map(\.name) == ["position"])
    #expect(suites[3].cases[0].results.first?.message == "not applicable: the socket is empty")
  }

  @Test("failures and errors of one step are two cases")
  func failureAndError() throws {
    var fixture = Fixture()
    fixture.runAll(observed: [
      (.tool, "the tool lost its way"), (.refused, "the meter refused a write"),
      (.lostEdges, "3 edges were lost"),
    ])
    let suite = try #require(try Tools.parse([Self.document(fixture)]).first?.first)
    let cases = suite.cases.filter { $0.name.hasPrefix("count") && !$0.name.contains("/") }
    #expect(cases.map(\.name) == ["count", "count (2)"])
    #expect(cases.flatMap(\.results).map(\.tag) == ["failure", "error"])
    let body = try #require(cases.last?.results.first?.body)
    #expect(body.contains("the tool lost its way") && body.contains("3 edges were lost"))
  }

  @Test("a message stands at the start of its body too, with all that decided")
  func bodies() throws {
    var fixture = Fixture()
    fixture.runAll(error: 0.0081)
    let suite = try #require(try Tools.parse([Self.document(fixture)]).first?.first)
    let result = try #require(suite.cases[2].results.first)
    #expect(result.message == "error is 0.810 ± 0.050 %, not ± 0.5 %")
    #expect(
      result.body == """
        error is 0.810 ± 0.050 %, not ± 0.5 %

        verdict: failed
        reason: limit
        value: 0.81 %
        uncertainty: 0.05 % (k = 2)
        limits: ± 0.5 %
        margin: -0.31 %
        decision: guarded, w = U
        rule: error: ± 0.5 %
        declared at: Scenarios/eol.yaml:41:9
        evidence: edges 1 to 200
        """
    )
  }

  @Test(
    "each verdict has its element",
    arguments: [
      (0.0081, "failure", "limit"), (0.0048, "error", "undecided"), (.nan, "error", "not-finite"),
    ] as [(Double, String, String)]
  )
  func mapping(error: Double, tag: String, type: String) throws {
    var fixture = Fixture()
    fixture.runAll(error: error)
    let suite = try #require(try Tools.parse([Self.document(fixture)]).first?.first)
    let result = try #require(suite.cases[2].results.first)
    #expect(result.tag == tag && result.type == type)
    #expect(result.message.hasPrefix("inconclusive: ") == (type == "undecided"))
  }

  @Test("a twin says so in the properties and the output of every suite, in both forms")
  func twin() throws {
    let documents = JUnitReport.Form.allCases.map { Self.document(Self.mixed, $0) }
    for suite in try Tools.parse(documents).joined() {
      #expect(suite.properties.contains(["rig", "twin"]))
      #expect(suite.output.hasPrefix("rig: twin\nThe rig is a twin"))
    }
    let host = try #require(try Tools.parse([Self.document(.passed)]).first?.first)
    #expect(host.properties.contains(["rig", "host"]))
    #expect(!host.output.contains("simulated"))
  }

  @Test("the serial number is a property and no part of a name")
  func serial() throws {
    let suite = try #require(try Tools.parse([Self.document(.passed)]).first?.first)
    #expect(suite.properties.contains(["dut.serial", "21034567"]))
    #expect(suite.properties.contains(["record", "runs/r-0001/record.jsonl"]))
    #expect(suite.cases.allSatisfy { !$0.name.contains("2103") && !$0.classname.contains("2103") })
  }

  @Test("a step that does not apply keeps the cases it has elsewhere, skipped")
  func notApplicableStep() throws {
    var fixture = Fixture()
    fixture.steps[2].notApplicable = [
      RecordedPlan.Exemption(position: "A1", reason: "the variant has no pulse output 2")
    ]
    fixture.run("identify", 0...1, [Measurement(id: "firmware", value: .text("1.07"), from: .zero)])
    fixture.run("wait", 1...2)
    fixture.run("off", 2...3)
    #expect(fixture.judged.verdict == .passed)
    let suite = try #require(try Tools.parse([Self.document(fixture)]).first?.first)
    #expect(
      suite.cases.map(\.name) == [
        "identify / firmware", "wait", "count / error", "count / width", "off",
      ]
    )
    #expect(suite.skipped == 2)
    #expect(suite.cases[2].results.first?.message.hasPrefix("not applicable: the variant") == true)
  }

  @Test("what bears on a position or on the run has a case of its own")
  func positionAndRun() throws {
    var fixture = Fixture.passed
    fixture.add(
      62_600,
      .observed(Observation(position: "A1", kind: .condition, text: "voltage fell"))
    )
    fixture.add(62_700, .observed(Observation(kind: .interlock, part: "cover", text: "cover open")))
    let suite = try #require(try Tools.parse([Self.document(fixture)]).first?.first)
    #expect(suite.cases.suffix(2).map(\.name) == ["position", "run"])
    #expect(suite.cases.suffix(2).flatMap(\.results).map(\.type) == ["condition", "interlock"])
    #expect(suite.errors == 2)
  }

  @Test("a record without a start, a plan or a position still makes a case")
  func nothing() throws {
    var noPositions = Fixture()
    noPositions.positions = []
    var noSteps = Fixture()
    noSteps.steps = []
    var empty = Fixture()
    empty.positions = [Fixture.position("A1", notApplicable: "empty")]
    var torn = Fixture()
    torn.startsWell = false
    torn.end = nil
    let documents = [noPositions, noSteps, empty, torn].map { Self.document($0) }
    for suites in try Tools.parse(documents) {
      #expect(suites.reduce(0) { $0 + $1.errors } > 0)
      #expect(suites.allSatisfy { !$0.cases.isEmpty })
    }
  }

  @Test("a crash makes a document with one case in error")
  func crash() throws {
    let suites = try #require(
      try Tools.parse([JUnitReport.crashDocument(text: "disk full\nat 12 %")]).first
    )
    let suite = try #require(suites.first)
    #expect((suites.count, suite.tests, suite.errors) == (1, 1, 1))
    let result = try #require(suite.cases.first?.results.first)
    #expect(result.message == "disk full at 12 %")
    #expect(result.type == "tool" && result.body.hasPrefix("disk full\nat 12 %"))
  }

  @Test("no type is a word that Rails converts the text by", arguments: Reason.Kind.allCases)
  func types(kind: Reason.Kind) {
    // The keys of ActiveSupport::XmlMini::PARSING, and those that Hash.from_xml treats apart.
    let converted = [
      "symbol", "date", "datetime", "dateTime", "duration", "integer", "float", "double",
      "decimal", "boolean", "string", "yaml", "base64Binary", "hexBinary", "binary", "file",
      "array", "hash",
    ]
    #expect(!converted.contains(kind.rawValue))
  }

  @Test(
    "moments are UTC by the record's clock",
    arguments: [
      ("2026-01-05T09:14:03.120Z", "2026-01-05T09:14:04"),
      ("2023-12-31T23:59:59.001Z", "2024-01-01T00:00:00"),
      ("2024-02-28T23:59:59.000Z", "2024-02-29T00:00:00"),
      ("2100-02-28T23:59:59.999Z", "2100-03-01T00:00:00"),
      ("not a time", "1970-01-01T00:00:00"),
      ("2026-13-05T09:14:03Z", "1970-01-01T00:00:00"),
      ("0000-01-05T09:14:03Z", "1970-01-01T00:00:00"),
      ("", "1970-01-01T00:00:00"),
    ]
  )
  func timestamps(wallTime: String, stamp: String) {
    var fixture = Fixture.passed
    fixture.wallTime = wallTime
    // The first step begins one second into the run.
    #expect(Self.document(fixture, .strict).contains("timestamp=\"\(stamp)\""))
    #expect(Self.document(fixture).contains("timestamp=") == (stamp != "1970-01-01T00:00:00"))
  }
}
