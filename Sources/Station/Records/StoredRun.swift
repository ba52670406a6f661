import FoundationEssentials
public import Judging
import Reports
import RunRecord

/// A run that was recorded before, judged again as it was then.
public struct StoredRun {
  public var run: JudgedRun
  private let evidence: RunEvidence
  private let folder: RecordFolder

  /// Reads a record: a file, or a folder that holds a `record.ndjson`.
  ///
  /// - Throws: `FileProblem` where there is none, or it is no record; ``ChangedRecord`` where it was changed.
  public init(path: String) throws {
    folder = RecordFolder(path)
    var judge = Judge()
    var evidence = RunEvidence()
    try folder.read(try folder.data()) { event in
      judge.take(event)
      evidence.take(event)
    }
    run = judge.judged()
    self.evidence = evidence
  }

  /// The path of a file that stands beside a record.
  ///
  /// - Parameter record: the record, or the folder that holds it.
  public static func besideRecord(_ record: String, _ name: String) -> String {
    RecordFolder(record).file(name)
  }

  /// The summary for a terminal.
  public func summary(coloured: Bool, width: Int) -> String {
    Summary.text(run, style: coloured ? .ansi : .plain, width: width)
  }

  /// The uncertainty budgets of the numbers that were judged.
  public func budgets(matching: String?) -> String { BudgetTable.text(run, matching: matching) }

  /// What the run's verdict means to the process that asked.
  public var exitStatus: Int32 { ExitStatus.of(run) }

  /// Writes the HTML report.
  ///
  /// - Throws: `FileProblem` where the path holds something else, or the report that the run's manifest names and that
  ///   would be another one, or cannot be written.
  public func writeReport(to path: String) throws {
    let document = HTMLReport.document(run, evidence)
    if let name = folder.name(of: path), let sealed = Manifest(in: folder)?.file(name),
      sealed.sha256 != Digest.of(Data(document.utf8))
    {
      throw FileProblem(
        path: path,
        reason:
          "the run's own report is part of its evidence, and this version writes another; name a file with --output"
      )
    }
    try HTMLFile.write(document, to: path)
  }

  /// The run as JSON.
  public var json: String { JSONReport.document(run) }
}
