import Foundation
import RunRecord
import Station
import Testing

/// The HTML report on the disk: written by the run, made again from the record, never over another file,
/// and never in the way of the verdict.
@Suite("Report files")
struct ReportFileTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let scenario = """
    scenario: identity
    profile: integra-1221
    steps:
      - apply: { supply: on }
      - wait: { warm-up: 1 min }
      - identify: { serial-number: any, firmware: "107" }
    finally:
      - apply: { supply: off }
    """

  private func withRun<T>(
    _ change: (inout RunSession.Options, String) -> Void = { _, _ in },
    _ body: (RunSession.Result, String) throws -> T
  ) throws -> T {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-report-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let scenario = "\(folder)/scenario.yaml"
    try Self.scenario.write(toFile: scenario, atomically: true, encoding: .utf8)
    var library = Library()
    let prepared = try library.prepare(
      scenario: scenario,
      bench: Self.root.appendingPathComponent("Benches/twin-4.yaml").path,
      parameters: [],
      positions: ["A1"]
    )
    var options = RunSession.Options()
    options.folder = "\(folder)/run"
    change(&options, folder)
    return try body(try RunSession(prepared, options: options).run(), folder)
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test("a run leaves its report, and the record gives the same bytes again")
  func written() throws {
    try withRun { result, folder in
      #expect(result.htmlFailure == nil && result.report == "\(folder)/run/report.html")
      let report = try text(result.report)
      #expect(report.contains("SIMULATED: TWIN") && report.contains("serial-number 21034567"))
      try StoredRun(path: "\(folder)/run").writeReport(to: "\(folder)/again.html")
      #expect(try text("\(folder)/again.html") == report)
      // Its own kind is replaced.
      try StoredRun(path: result.record).writeReport(to: result.report)
      #expect(try text(result.report) == report)
    }
  }

  @Test(
    "a file that is no report is not replaced",
    arguments: ["", "notes", "<!DOCTYPE html>\n<p>"]
  )
  func foreign(content: String) throws {
    try withRun { result, folder in
      let path = "\(folder)/mine.html"
      try content.write(toFile: path, atomically: true, encoding: .utf8)
      let stored = try StoredRun(path: result.record)
      #expect(throws: (any Error).self) { try stored.writeReport(to: path) }
      #expect(try text(path) == content)
    }
  }

  @Test("a run does not begin where its report would replace something else")
  func refused() throws {
    #expect(throws: RunSession.Refusal.self) {
      try withRun { options, folder in
        options.folder = folder
        try? "mine".write(toFile: "\(folder)/report.html", atomically: true, encoding: .utf8)
      } _: { _, _ in
      }
    }
    #expect(throws: RunSession.Refusal.self) {
      try withRun { options, folder in
        options.folder = folder
        options.junit = "\(folder)/report.html"
      } _: { _, _ in
      }
    }
  }

  @Test("a report that cannot be written costs neither the record nor the verdict")
  func lost() throws {
    try withRun { options, folder in
      options.observer = { event in
        guard case .stepEnded = event.event else { return }
        try? FileManager.default.createDirectory(
          atPath: "\(folder)/run/report.html",
          withIntermediateDirectories: true
        )
      }
    } _: { (result, folder) throws -> Void in
      #expect(result.htmlFailure != nil)
      #expect(result.reportFailure == nil && result.exitStatus == 0)
      #expect(try StoredRun(path: "\(folder)/run").exitStatus == 0)
      #expect(try text(result.junit).contains("tests="))
    }
  }
}
