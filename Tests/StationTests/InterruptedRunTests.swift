import Foundation
import Station
import Testing

/// What a run leaves that somebody stopped.
@Suite("An interrupted run")
struct InterruptedRunTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test(
    "Every file is there, whole, and says that the run was interrupted",
    arguments: [5, 70, 100]
  )
  func files(second: Int) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-interrupted-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bench = try String(
      contentsOf: Self.root.appendingPathComponent("Benches/twin-4.yaml"),
      encoding: .utf8
    )
    try (bench + "  faults:\n    - { fault: interruption, at: \(second) s, amount: 2 }\n")
      .write(toFile: "\(folder)/bench.yaml", atomically: true, encoding: .utf8)
    var library = Library()
    let prepared = try library.prepare(
      scenario: Self.root.appendingPathComponent("Scenarios/end-of-line.yaml").path,
      bench: "\(folder)/bench.yaml",
      parameters: []
    )
    var options = RunSession.Options()
    options.folder = "\(folder)/run"
    let result = try RunSession(prepared, options: options).run()
    #expect(result.exitStatus == 130)
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: "\(folder)/run/\(name)", encoding: .utf8)
    }
    let report = try text("report.html")
    #expect(report.contains("interrupted") && report.hasSuffix("</html>\n"))
    let junit = try text("junit.xml")
    #expect(junit.contains("interrupted") && junit.hasSuffix("</testsuites>\n"))
    #expect(try RecordVerification(path: "\(folder)/run", seal: nil).faults.isEmpty)
  }
}
