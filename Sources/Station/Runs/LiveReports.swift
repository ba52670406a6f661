import FoundationEssentials
import Glibc
import HostRig
import Judging
import Quantities
import Reports
import RunRecord

/// What is written while a run goes on: the record event by event, and the JUnit document anew
/// after steps, so that whatever happens the last state on disk is a true one.
final class LiveReports {
  private let writer: RecordWriter
  private let junitPath: String
  private let form: JUnitReport.Form
  private let recordPath: String
  private let synchronises: Bool
  private var judge = Judge()
  private var lastDocument: Instant?

  init(
    recordPath: String,
    junitPath: String,
    form: JUnitReport.Form,
    synchronises: Bool
  ) throws {
    writer = try RecordWriter(path: recordPath)
    self.recordPath = recordPath
    self.junitPath = junitPath
    self.form = form
    self.synchronises = synchronises
    // Until the run is over, the document on disk says that it is not.
    do {
      try Self.replace(junitPath, with: JUnitReport.crashDocument(text: "the run did not begin"))
    } catch {
      // A start that fails leaves no empty record, which would block the folder.
      unlink(recordPath)
      throw error
    }
  }

  func take(_ event: RecordedEvent) throws {
    try writer.append(event)
    judge.take(event)
    guard case .stepEnded = event.event else { return }
    if synchronises { try writer.synchronise() }
    let now = HostClock.now
    if let last = lastDocument, now.duration(since: last) < .seconds(1) { return }
    lastDocument = now
    try writeDocument(judge.judged())
  }

  func finish(_ run: JudgedRun) throws {
    if synchronises { try writer.synchronise() }
    try writeDocument(run)
  }

  private func writeDocument(_ run: JudgedRun) throws {
    try Self.replace(
      junitPath,
      with: JUnitReport.document(
        run,
        form: form,
        attachments: [recordPath],
        record: recordPath
      )
    )
  }

  /// Writes a file in one step: whoever reads it sees the old or the new one, never a half.
  static func replace(_ path: String, with text: String) throws {
    do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
      throw FileProblem(path: path, error)
    }
  }
}
