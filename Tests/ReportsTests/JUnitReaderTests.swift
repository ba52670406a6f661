import Judging
import Markup
import Reports
import RunRecord
import Testing
import Verdicts

/// 200 hostile runs as junitparser reads them, and as GitLab and Jenkins say that they read documents.
@Suite("JUnit readers", .timeLimit(.minutes(5)))
struct JUnitReaderTests {
  private static let attachments = ["results/a/record.ndjson", "results/odd[1].csv", "b|c\n]]>"]

  private static let runs: [JudgedRun] =
    (0..<200).map { index in
      var source = HostileRuns(seed: UInt64(index) + 1001)
      return source.run(hugeText: index == 40).judged
    } + [Fixture.passed.judged, JUnitReportTests.mixed.judged]

  private static let documents = runs.map { run in
    JUnitReport.Form.allCases.map {
      JUnitReport.document(run, form: $0, attachments: attachments, record: .init(path: "\u{1}"))
    }
  }

  private static func readings() throws -> [[JUnitReading]] {
    let all = try JUnitReading.read(documents.flatMap { $0 })
    let forms = JUnitReport.Form.allCases.count
    try #require(all.count == runs.count * forms)
    return runs.indices.map { Array(all[$0 * forms..<($0 + 1) * forms]) }
  }

  /// What the verdicts alone say that the counters must be.
  private static func expected(_ run: JudgedRun) -> [JUnitReading.Counts] {
    func count(_ verdicts: [Verdict]) -> JUnitReading.Counts {
      JUnitReading.Counts(
        tests: verdicts.count,
        failures: verdicts.count { $0 == .failed },
        errors: verdicts.count { [.error, .inconclusive].contains($0) },
        skipped: verdicts.count { [.skipped, .notApplicable].contains($0) }
      )
    }
    /// One case for each kind of result that remarks on one thing have.
    func cases(_ remarks: [Remark]) -> JUnitReading.Counts {
      let all = count(remarks.map(\.verdict))
      let (failures, errors) = (min(1, all.failures), min(1, all.errors))
      let skipped = min(1, all.skipped)
      return JUnitReading.Counts(
        tests: failures + errors + skipped,
        failures: failures,
        errors: errors,
        skipped: skipped
      )
    }
    func cases(_ step: JudgedStep) -> JUnitReading.Counts {
      let rules = max(1, step.step.rules.count)
      if step.notApplicable != nil { return JUnitReading.Counts(tests: rules, skipped: rules) }
      var counts = count(step.findings.map(\.verdict))
      if step.verdict != .skipped || step.findings.isEmpty { counts = counts + cases(step.remarks) }
      return counts.tests == 0 ? JUnitReading.Counts(tests: 1) : counts
    }
    func position(_ position: JudgedPosition) -> JUnitReading.Counts {
      let takesPart = position.verdict != .notApplicable
      return position.steps.filter { takesPart || $0.verdict != .notApplicable }.map(cases)
        .reduce(cases(position.remarks) + (takesPart ? cases(run.remarks) : .init()), +)
    }
    var suites = run.positions.map(position)
    if run.positions.allSatisfy({ $0.verdict == .notApplicable }) {
      suites.append(cases(run.remarks))
    }
    return suites
  }

  @Test("junitparser counts what the verdicts say, and what the document states")
  func counts() throws {
    for (run, readings) in zip(Self.runs, try Self.readings()) {
      let expected = Self.expected(run)
      // The run has a suite of its own where no position takes part.
      let verdicts = run.positions.map(\.verdict) + [run.verdict]
      for reading in readings {
        #expect(reading.suites.map(\.stated) == reading.suites.map(\.counted))
        #expect(reading.suites.count == expected.count)
        for ((suite, wanted), verdict) in zip(zip(reading.suites, expected), verdicts) {
          let isShown =
            switch verdict {
            case .passed: wanted.tests > 0
            case .failed: wanted.failures > 0
            case .error: wanted.errors > 0
            case .inconclusive: wanted.errors + wanted.skipped > 0
            case .skipped, .notApplicable: wanted.skipped > 0
            }
          // A suite whose cases would look better than its verdict has one more.
          #expect(suite.counted.tests == wanted.tests + (isShown ? 0 : 1))
          #expect(!isShown || suite.counted == wanted)
        }
        #expect(reading.counted == reading.suites.map(\.counted).reduce(.init(), +))
      }
    }
  }

  @Test("no document and no suite is empty, none is nested, and every result stands alone")
  func structure() throws {
    for reading in try Self.readings().joined() {
      #expect(reading.root == "testsuites" && !reading.suites.isEmpty)
      for suite in reading.suites {
        #expect(suite.nested == 0 && !suite.cases.isEmpty)
        #expect(suite.cases.allSatisfy { $0.results.count <= 1 })
      }
    }
  }

  /// docs.gitlab.com, Unit test reports (18.11), and the parser of GitLab 18.
  @Test("GitLab's rules hold")
  func gitlab() throws {
    for (documents, readings) in zip(Self.documents, try Self.readings()) {
      for (form, (document, reading)) in zip(JUnitReport.Form.allCases, zip(documents, readings)) {
        // "Be smaller than 30 MB per individual file."
        #expect(reading.bytes < 30_000_000)
        // Any error of XML loses the whole document: xmllint, with the same library, finds none
        // in the tests of hostile texts. Text nodes of 10 MB are such an error.
        #expect(
          document.utf8.split(separator: UInt8(ascii: "<")).allSatisfy { $0.count < 10_000_000 }
        )
        // "If you have duplicate test names, only the first test is used": by class name and name.
        let keys = reading.suites.flatMap(\.cases).map { [$0.classname ?? "", $0.name ?? ""] }
        #expect(Set(keys).count == keys.count)
        for testCase in reading.suites.flatMap(\.cases) {
          // "The testcase classname attribute is used as the suite name."
          #expect(testCase.classname?.isEmpty == false && testCase.name?.isEmpty == false)
          // "Test execution time in seconds."
          #expect(testCase.time?.wholeMatch(of: /[0-9]+\.[0-9]{3}/) != nil)
          for result in testCase.results {
            // The element's content is what is shown; the message is dropped where there is content.
            let message = try #require(result.message)
            let shown = Visible.line(result.content, limit: 1000)
            #expect(!message.isEmpty && shown.hasPrefix(message.prefix(100)))
          }
          // "Attachment tags only parsed from testcase elements"; the first one is shown, and a path holds
          // none of [ ] |.
          let tags = testCase.children.filter { $0.tag == "system-out" }.map(\.content).joined()
            .matches(of: /\[\[ATTACHMENT\|([^\[\]|]+)\]\]/).map { String($0.1) }
          let isShown = testCase.results.contains { $0.tag != "skipped" }
          #expect(tags == (isShown && form == .rich ? ["results/a/record.ndjson"] : []))
        }
      }
    }
  }

  /// plugins.jenkins.io/junit and /junit-attachments, and the code of the JUnit plugin.
  @Test("Jenkins' rules hold")
  func jenkins() throws {
    for reading in try Self.readings().joined() {
      // Suites of one name and id are merged.
      let keys = reading.suites.map { [$0.name ?? "", $0.attributes["id"] ?? ""] }
      #expect(Set(keys).count == keys.count)
      for suite in reading.suites {
        // Without a zone a timestamp is taken for UTC; a fraction or a zone is refused by schemas.
        let stamp = suite.attributes["timestamp"]
        #expect(stamp?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil || stamp == nil)
        // A time that cannot be read counts as 0.
        #expect(suite.attributes["time"]?.wholeMatch(of: /[0-9]+\.[0-9]{3}/) != nil)
        for testCase in suite.cases {
          // The package is cut from the class name at its last dot; every suite has the class it
          // names, and no part between dots is empty.
          let parts = (testCase.classname ?? "").split(
            separator: ".",
            omittingEmptySubsequences: false
          )
          #expect(parts.count == 2 && parts.allSatisfy { !$0.isEmpty })
        }
        // "Each ATTACHMENT should be on its own line, without any text before or after": and a text from a
        // meter or a file is none.
        let outputs =
          [suite.output]
          + suite.cases.flatMap(\.children)
          .filter { $0.tag == "system-out" }.map(\.content)
        for line in outputs.flatMap({ $0.split(whereSeparator: \.isNewline) })
        where line.contains("[[ATTACHMENT|") {
          #expect(line == "[[ATTACHMENT|results/a/record.ndjson]]")
        }
      }
    }
  }

  @Test("texts of twelve megabytes leave a document that readers take")
  func huge() throws {
    let long = String(repeating: "12 MB ", count: 2_000_000)
    var fixture = JUnitReportTests.mixed
    fixture.warnings = [long]
    fixture.scenario = long
    fixture.runAll(serial: long)
    fixture.add(10, .noted(Note(position: "A1", text: long)))
    fixture.add(10, .observed(Observation(kind: .bench, part: long, text: long)))
    let documents = JUnitReport.Form.allCases.map {
      JUnitReport.document(fixture.judged, form: $0)
    }
    #expect(try Tools.lint(documents) == nil)
    #expect(try JUnitReading.read(documents).allSatisfy { $0.bytes < 30_000_000 })
  }

  @Test("forty-eight positions that fail everything with long texts stay below GitLab's limit")
  func many() throws {
    var fixture = Fixture()
    fixture.steps = (0..<300).map { index in
      Fixture.step("read \(index)", "read", line: index, [Fixture.errorRule])
    }
    fixture.positions = (1...48).map { Fixture.position("A\($0)") }
    let long = String(repeating: "é", count: 2000)
    for position in fixture.positions {
      for step in fixture.steps {
        fixture.run(
          step.id,
          on: position.name,
          0...1000,
          [Fixture.number("error", 0.2)],
          observed: [(.refused, long)]
        )
      }
    }
    let document = JUnitReport.document(fixture.judged)
    #expect(document.utf8.count < 30_000_000)
    #expect(document.contains("<failure "))
  }
}
