import FoundationEssentials
public import Judging
import Reports
import RunRecord

/// A run that was recorded before, judged again as it was then.
public struct StoredRun {
  public var run: JudgedRun
  /// The digest of the record's last whole line; nil where it has none.
  let seal: String?
  /// How many events were judged.
  let events: Int
  /// Whether one of the files goes on behind a hole in another: what follows the hole is not judged.
  let hasHole: Bool
  private let evidence: RunEvidence
  private let folder: RecordFolder

  /// Reads a record: a file, or a folder that holds a `record.ndjson`.
  ///
  /// - Throws: `FileProblem` where there is none, or it is no record; ``ChangedRecord`` where it was changed.
  public init(path: String) throws {
    folder = RecordFolder(path)
    var judge = Judge()
    var evidence = RunEvidence()
    var count = 0
    let data = try folder.data()
    try folder.read(data) { event in
      count += 1
      judge.take(event)
      evidence.take(event)
    }
    run = judge.judged()
    seal = data.seal
    events = count
    hasHole = (data.lastNumber ?? 0) >= count
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
