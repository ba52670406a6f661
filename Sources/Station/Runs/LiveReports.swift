import FoundationEssentials
import Glibc
import HostRig
import Judging
import Quantities
import Reports
import Rig
import RunRecord

/// What is written while a run goes on: the record event by event, and the JUnit document anew
/// after steps, so that whatever happens the last state on disk is a true one.
///
/// The document is made, and the record put on the disk, on threads of their own: a document may have megabytes, a
/// disk may be slow, and the engine has a lease on the outputs to renew meanwhile.
final class LiveReports {
  private let writer: RecordWriter
  private let document: LiveDocument
  private let folder: RecordFolder
  private let synchronise: (@Sendable (RecordWriter.Synchronisation) throws -> Void)?
  private let reportPath: String
  private let lines: @Sendable (Data) -> Void
  private var judge = Judge()
  private var evidence = RunEvidence()
  private var lastDocument: Instant?
  private let documents = LatestWork()
  private let synchronisations = LatestWork()
  /// Why the record could not be put on the disk.
  private let failure = Locked<(any Error)?>(nil)
  /// How many events the record holds.
  private(set) var events = 0
  /// Whether the record holds the run's end.
  private var isWhole = false

  init(
    folder: RecordFolder,
    junitPath: String,
    reportPath: String,
    form: JUnitReport.Form,
    synchronise: (@Sendable (RecordWriter.Synchronisation) throws -> Void)?,
    lines: @escaping @Sendable (Data) -> Void,
    placeholder: String
  ) throws {
    if let objection = LiveDocument.objection(to: junitPath) ?? HTMLFile.objection(to: reportPath) {
      throw objection
    }
    writer = try RecordWriter(folder: folder.path)
    self.folder = folder
    document = LiveDocument(
      path: junitPath,
      form: form,
      attachments: RecordFile.allCases.map { folder.file($0.rawValue) },
      record: folder.record
    )
    self.reportPath = reportPath
    self.synchronise = synchronise
    self.lines = lines
    do {
      for file in RecordFile.allCases where Self.isSame(folder.file(file.rawValue), junitPath) {
        throw FileProblem(
          path: junitPath,
          reason: "it is the record; give the document another name"
        )
      }
      if folder.name(of: junitPath) == Manifest.name {
        throw FileProblem(
          path: junitPath,
          reason: "it is the run's manifest; give the document another name"
        )
      }
      try ReplacedFile.writeOrRemove(placeholder, to: junitPath)
      if Self.isSame(junitPath, reportPath) {
        throw FileProblem(
          path: junitPath,
          reason: "it is the HTML report; give the document another name"
        )
      }
    } catch {
      // A start that fails leaves no empty record, which would block the folder.
      writer.discard()
      throw error
    }
  }

  /// The digest that stands for the whole run; nil where the record does not hold all of it.
  var seal: String? { isWhole ? writer.seal : nil }

  /// Whether others can see that the record is being written.
  var isLocked: Bool { writer.isLocked }

  /// Removes the record of a run that does not begin.
  func discard() { writer.discard() }

  func take(_ event: RecordedEvent) throws {
    lines(try writer.append(event))
    events += 1
    judge.take(event)
    evidence.take(event)
    if case .runEnded = event.event { isWhole = true }
    // Nothing is switched before the record of what is to be done lies on the disk.
    if case .planned = event.event { try synchronise?(writer.synchronisation) }
    guard case .stepEnded = event.event else { return }
    try synchroniseSoon()
    let now = HostClock.now
    if let last = lastDocument, now.duration(since: last) < .seconds(1) { return }
    lastDocument = now
    // A document that cannot be written now may be so later; the record goes on.
    documents.ask { [judge, document] in try? document.write(judge.judged()) }
  }

  /// - Throws: why that failed before.
  private func synchroniseSoon() throws {
    guard let synchronise else { return }
    if let failure = failure.withLock({ $0 }) { throw failure }
    synchronisations.ask { [synchronisation = writer.synchronisation, failure] in
      do { try synchronise(synchronisation) } catch { failure.withLock { $0 = error } }
    }
  }

  /// Waits until all of the record is on the disk. Nothing may be judged as if it were before.
  ///
  /// - Throws: where it is not.
  func settle() throws {
    synchronisations.finish()
    do {
      if let failure = failure.withLock({ $0 }) { throw failure }
      try synchronise?(writer.synchronisation)
    } catch {
      isWhole = false
      throw error
    }
  }

  /// Writes what is final, after ``settle()``.
  ///
  /// - Throws: where the document could not be written.
  func finish(_ run: JudgedRun) throws {
    documents.finish()
    try document.write(run, seal: seal)
  }

  /// Writes the manifest, after all that it covers; none of a record that is not whole.
  ///
  /// - Throws: where it could not be written.
  func writeManifest(_ run: JudgedRun) throws {
    guard let start = run.start, let seal else { return }
    let reports = [document.path, reportPath].compactMap(folder.name)
    let manifest = Manifest(
      folder,
      start,
      sealed: writer.files,
      seal: seal,
      reports: reports.sorted()
    )
    try ReplacedFile.write(manifest.text, to: folder.file(Manifest.name))
  }

  /// Writes the HTML report, which can be made again from the record.
  func writeReport(_ run: JudgedRun) throws {
    try HTMLFile.write(HTMLReport.document(run, evidence), to: reportPath)
  }

  private static func isSame(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(path, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev
      && first.st_ino == second.st_ino
  }
}
