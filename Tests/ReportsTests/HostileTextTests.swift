import Foundation
import Judging
import Quantities
import Reports
import RunRecord
import Testing
import Verdicts

/// Runs with names and texts that break careless writers, made from a seed.
private struct HostileRuns {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  private static let pieces = [
    "A1", "", " ", "a / b", "]]>", "<![CDATA[", "&amp;", "<b>", "\"'", "\u{1B}[31m", "\0", "\u{1}",
    "\u{FFFE}", "\u{FFFF}", "\u{202E}gnp", "\u{200F}", "👩‍🔧⚡", "é", "e\u{301}", "\r\n", "\t",
    "\u{85}",
    "\u{2028}", "日本", "..", "run", "position", "[[ATTACHMENT|x]]", "µΩ ±", "{\"k\":1}", "\\u0000",
    "🇩🇪",
  ]

  mutating func number(below bound: Int) -> Int {
    // xorshift64 (Marsaglia 2003): the same runs on every machine.
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(bound))
  }

  mutating func text() -> String {
    (0...number(below: 4)).map { _ in Self.pieces[number(below: Self.pieces.count)] }.joined()
  }

  private mutating func measurement() -> Verdicts.Measurement {
    let values = [0.001, 0.0049, 0.2, -.infinity, .nan, 1e300, -0.0]
    return Fixture.number(
      "error",
      values[number(below: values.count)],
      uncertainty: [nil, 0.0005, .infinity][number(below: 3)]
    )
  }

  mutating func run(hugeText: Bool) -> Fixture {
    var fixture = Fixture()
    fixture.rig = number(below: 2) == 0 ? "twin" : "host"
    fixture.scenario = text()
    fixture.bench = text()
    fixture.warnings = [text()]
    fixture.positions = (0...number(below: 3)).map { index in
      Fixture.position(
        "\(text())\(index)",
        notApplicable: number(below: 6) == 0 ? text() : nil
      )
    }
    fixture.steps = (0...number(below: 4)).map { index in
      var rule = Fixture.errorRule
      rule.text = text()
      rule.origin.file = text()
      var second = rule
      rule.id = text()
      second.id = rule.id + "2"
      return Fixture.step(
        "\(text())\(index)",
        number(below: 3) == 0 ? "identify" : "read",
        line: index,
        number(below: 3) == 0 ? [] : [rule, second],
        isFinally: number(below: 5) == 0
      )
    }
    let kinds = Reason.Kind.allCases
    for position in fixture.positions where position.notApplicable == nil {
      for step in fixture.steps {
        let began = Int64(number(below: 10_000))
        let hows: [StepEnd.How] = [.completed, .completed, .abandoned, .timedOut, .threw]
        switch number(below: 5) {
        case 0: continue
        case 1:
          fixture.add(
            1,
            .stepEnded(
              StepEnd(position: position.name, step: step.id, how: .skipped, text: text())
            )
          )
        default:
          let observed = (0..<number(below: 3)).map { _ in
            (kinds[number(below: kinds.count)], text())
          }
          fixture.run(
            step.id,
            on: position.name,
            began...(began + 5000),
            [measurement(), Verdicts.Measurement(id: text(), value: .text(text()), from: .zero)],
            observed: observed,
            how: hows[number(below: hows.count)]
          )
        }
      }
      if number(below: 4) == 0 {
        let long = hugeText ? String(repeating: "\u{1B}x]]>é ", count: 120_000) : text()
        fixture.add(
          9,
          .observed(
            Observation(
              position: position.name,
              kind: kinds[number(below: kinds.count)],
              text: long
            )
          )
        )
        fixture.add(9, .noted(Note(position: position.name, text: long)))
      }
    }
    if hugeText {
      let long = String(repeating: "1 MB ]]> \u{0} ", count: 90_000)
      fixture.add(10, .observed(Observation(kind: .bench, part: text(), text: long)))
    }
    switch number(below: 6) {
    case 0: fixture.end = nil
    case 1: fixture.end = RunEnd(how: .interrupted, text: text(), outputsSafe: true)
    case 2: fixture.end = RunEnd(how: .completed, outputsSafe: false)
    default: break
    }
    return fixture
  }
}

@Suite("Hostile texts", .timeLimit(.minutes(5)))
struct HostileTextTests {
  /// 200 runs; two of them hold texts of 1 MB.
  private static let runs: [JudgedRun] =
    (0..<200).map { index in
      var source = HostileRuns(seed: UInt64(index) + 1)
      return source.run(hugeText: index == 40 || index == 150).judged
    } + [Fixture.passed.judged]

  private static let rich = runs.map {
    JUnitReport.document($0, attachments: ["runs/a.csv", "b|c\n]]>"], record: "\u{1}")
  }
  private static let strict = runs.map {
    JUnitReport.document($0, form: .strict, attachments: ["runs/a.csv", "b|c\n]]>"])
  }

  @Test("the runs are of every verdict that matters")
  func variety() {
    for verdict in [Verdict.passed, .inconclusive, .failed, .error] {
      #expect(Self.runs.contains { $0.verdict == verdict })
      #expect(Self.runs.flatMap(\.positions).contains { $0.verdict == verdict })
    }
  }

  @Test("xmllint finds the rich form well formed")
  func richIsWellFormed() throws { #expect(try Tools.lint(Self.rich) == nil) }

  @Test(
    "xmllint finds the strict form valid",
    arguments: ["windyroad-JUnit", "jenkins-xunit-plugin-junit-10"]
  )
  func strictIsValid(schema: String) throws {
    #expect(try Tools.lint(Self.strict, schema: schema) == nil)
  }

  @Test("both forms hold the same cases with the same results")
  func sameCases() throws {
    let rich = try Tools.parse(Self.rich)
    let strict = try Tools.parse(Self.strict)
    for (rich, strict) in zip(rich, strict) {
      #expect(rich.map { $0.cases.map(\.name) } == strict.map { $0.cases.map(\.name) })
      #expect(
        rich.map { $0.cases.map { $0.results.map(\.body) } }
          == strict.map { $0.cases.map { $0.results.map(\.body) } }
      )
    }
  }

  @Test("counters are exact, names unique, results single, and messages repeated in bodies")
  func counters() throws {
    for suites in try Tools.parse(Self.rich) {
      #expect(Set(suites.map(\.name)).count == suites.count)
      let keys = suites.flatMap(\.cases).map { "\($0.classname)\u{1}\($0.name)" }
      #expect(Set(keys).count == keys.count)
      for suite in suites {
        let results = suite.cases.flatMap(\.results)
        #expect(!suite.cases.isEmpty && suite.tests == suite.cases.count)
        #expect(suite.failures == results.count { $0.tag == "failure" })
        #expect(suite.errors == results.count { $0.tag == "error" })
        #expect(suite.skipped == results.count { $0.tag == "skipped" })
        #expect(suite.cases.allSatisfy { $0.results.count <= 1 })
        #expect(results.allSatisfy { !$0.message.contains("\n") && $0.message.utf16.count < 2500 })
        #expect(results.allSatisfy { $0.body.utf8.count < 1_000_000 })
        #expect(suite.properties.contains { $0[0] == "rig" })
      }
    }
  }

  @Test("counters and exit status never disagree with a verdict")
  func agreement() throws {
    for (run, suites) in zip(Self.runs, try Tools.parse(Self.rich)) {
      let failures = suites.reduce(0) { $0 + $1.failures }
      let errors = suites.reduce(0) { $0 + $1.errors }
      switch run.verdict {
      case .passed: #expect(failures + errors == 0 && ExitStatus.of(run) == 0)
      case .failed: #expect(failures > 0 && ExitStatus.of(run) == 1)
      case .error: #expect(errors > 0 && ExitStatus.of(run) == 3)
      default:
        #expect(failures == 0 && ExitStatus.of(run) == 4)
        #expect(errors + suites.reduce(0) { $0 + $1.skipped } > 0)
      }
      for (position, suite) in zip(run.positions, suites) {
        #expect(position.verdict != .passed || suite.failures + suite.errors == 0)
        #expect(position.verdict != .failed || suite.failures > 0)
        #expect(position.verdict != .error || suite.errors > 0)
      }
    }
  }

  @Test("an HTML report stays whole: nothing gets out of its place, acts, or is loaded")
  func html() throws {
    let documents = Self.runs.map { HTMLReport.document($0) }
    for (run, page) in zip(Self.runs, try HTMLReading.pages(documents)) {
      #expect(page.faults == [])
      #expect(page.ids.count { $0.hasSuffix("-name") } == run.positions.count)
    }
    #expect(documents.allSatisfy { $0.utf8.count < 500_000 })
  }

  @Test("a summary gives the terminal nothing that acts, and a JSON report reads back")
  func otherReports() throws {
    for run in Self.runs {
      let summary = Summary.text(run)
      #expect(
        summary.unicodeScalars.allSatisfy {
          $0 == "\n" || $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) && $0 != "\u{202E}"
        }
      )
      #expect(summary.utf8.count < 60_000)
      let object = try JSONSerialization.jsonObject(with: Data(JSONReport.document(run).utf8))
      let report = try #require(object as? [String: Any])
      #expect(report["verdict"] as? String == run.verdict.rawValue)
      #expect((report["positions"] as? [Any])?.count == run.positions.count)
    }
  }
}
