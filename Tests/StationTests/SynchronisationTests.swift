import BenchEngine
import Foundation
import Judging
import Reports
import Rig
import RunRecord
import Testing
import TwinRig
import Verdicts

@testable import Station

/// A disk that takes what is written and loses it.
@Suite("A record that does not get to the disk")
struct SynchronisationTests {
  private struct Lost: Error {}

  private func reports(
    in folder: String,
    failing: Bool
  ) throws -> LiveReports {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return try LiveReports(
      folder: RecordFolder(folder),
      junitPath: "\(folder)/junit.xml",
      reportPath: "\(folder)/report.html",
      form: .rich,
      // A disk tells of a loss once.
      synchronise: { [calls = Locked(0)] (all: RecordWriter.Synchronisation) throws in
        let call = calls.withLock { count in
          count += 1
          return count
        }
        if failing, call == 1 { throw Lost() }
        try all.run()
      },
      lines: { _ in },
      placeholder: "<testsuites/>\n"
    )
  }

  @Test("Nothing that came of it passes, whichever step it was in", arguments: [false, true])
  func lost(failing: Bool) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-lost-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let reports = Locked(try reports(in: folder, failing: failing))
    let log = EventLog(lane: VirtualLane()) { event in
      try reports.withLock { try $0.take(event) }
    }
    // The last step of a run: nothing comes after it in which an error could show.
    log.append(.stepEnded(StepEnd(position: "A1", step: "read", how: .completed)))
    do { try reports.withLock { try $0.settle() } } catch { log.fail("\(error)") }
    #expect((log.failure != nil) == failing)
    #expect(
      log.judged().remarks.contains { $0.reason.text.contains("the record is incomplete") }
        == failing
    )
    #expect(reports.withLock { $0.seal } == nil)
  }
}
