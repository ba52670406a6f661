import Foundation
import Testing

/// Each defect against the whole library: what fails is written in docs/defects.md, and nothing else may.
///
/// The program is built for release first (`make defects`), for each defect is a whole acceptance.
@Suite struct DefectTests {
  @Test("Each defect fails the cases that the table names, and no other")
  func table() async throws {
    let runs = try await Library.runAll()
    var table = try DefectTable()
    let rows = runs.map { run in
      ["\(run.defect)", "`\(run.defect.fault)`", run.defect.scenario, run.outcome.text]
    }
    if ProcessInfo.processInfo.environment["METERBENCH_RECORD_GOLDEN"] != nil {
      try table.record(rows)
    }
    for row in rows { #expect(table.rows.contains(row), "\(row[0])") }
    #expect(table.rows.count == rows.count)
    for run in runs {
      #expect(!run.outcome.isEmpty, "\(run.defect) passed")
      #expect(run.outcome.verdict != "passed", "\(run.defect) passed")
    }
    let caught = Set(runs.flatMap(\.outcome.scenarios))
    #expect(try Library.scenarios().subtracting(caught).isEmpty, "no defect shows there")
  }

  @Test("A good meter passes every scenario of the library", arguments: Library.pairs)
  func good(scenario: String, bench: String) throws {
    let outcome = try Library.run(scenario, on: bench, position: nil, fault: nil)
    #expect(outcome.verdict == "passed")
    #expect(outcome.isEmpty)
  }

  @Test("What a person sees otherwise fails the display", arguments: ["display-test", "screens"])
  func display(question: String) throws {
    let outcome = try Library.run(
      "display",
      on: "twin",
      position: "A1",
      fault: nil,
      answers: ["\(question)=no"]
    )
    #expect(outcome.text == "**display**: \(question) (answer)")
  }

  @Test("Every case of the acceptance has a name of its own")
  func names() throws {
    let outcome = try Library.run("firmware-acceptance", on: "twin", position: "A1", fault: nil)
    #expect(Set(outcome.names).count == outcome.names.count)
    #expect(outcome.names.count > 300)
  }
}
