import FoundationEssentials
public import Judging
import Reports
import RunRecord

/// A run that was recorded before, judged again as it was then.
public struct StoredRun {
  public var run: JudgedRun
  private let evidence: RunEvidence

  /// Reads a record: a file, or a folder that holds a `record.ndjson`.
  ///
  /// - Throws: `FileProblem` where there is none, or it is no record.
  public init(path: String) throws {
    let file = Self.file(path)
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: file)) } catch {
      throw FileProblem(path: file, reason: "cannot be read; give a record, or the folder of a run")
    }
    do {
      let events = try RecordReader.events(in: data)
      run = Judge.judge(events)
      evidence = RunEvidence(events)
    } catch {
      throw FileProblem(path: file, reason: "\(error)")
    }
  }

  /// The path of a file that stands beside a record.
  ///
  /// - Parameter record: the record, or the folder that holds it.
  public static func besideRecord(_ record: String, _ name: String) -> String {
    let file = file(record)
    guard let slash = file.lastIndex(of: "/") else { return name }
    return file[...slash] + name
  }

  /// The record that a path names: a file, or the `record.ndjson` of a folder.
  static func file(_ path: String) -> String {
    var isFolder = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    guard exists, isFolder else { return path }
    return path.hasSuffix("/") ? "\(path)record.ndjson" : "\(path)/record.ndjson"
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
  /// - Throws: `FileProblem` where the path holds something else, or cannot be written.
  public func writeReport(to path: String) throws {
    try HTMLFile.write(HTMLReport.document(run, evidence), to: path)
  }

  /// The run as JSON.
  public var json: String { JSONReport.document(run) }
}
