import Foundation
import Judging
import Quantities
import Reports
import RunRecord
import Testing
import Verdicts

@Suite("Hostile texts", .timeLimit(.minutes(5)))
struct HostileTextTests {
  /// 200 runs; two of them hold texts of 1 MB.
  private static let runs: [JudgedRun] =
    (0..<200).map { index in
      var source = HostileRuns(seed: UInt64(index) + 1)
      return source.run(hugeText: index == 40 || index == 150).judged
    } + [Fixture.passed.judged]

  private static let rich = runs.map {
    JUnitReport.document($0, attachments: ["runs/a.csv", "b|c\n]]>"], record: .init(path: "\u{1}"))
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
