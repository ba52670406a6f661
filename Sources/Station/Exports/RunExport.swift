import FoundationEssentials
import Glibc
import Judging
import Reports
import RunRecord

/// Everything that others want to read of a recorded run, as files in one folder.
public struct RunExport {
  /// A kind of file that a run can be exported as.
  public enum Part: Hashable, Sendable, CaseIterable {
    case csv, json, vcd, pcapng, junit

    /// The names of its files.
    public var files: [String] {
      switch self {
      case .csv: ["findings.csv", "measurements.csv", "edges.csv"]
      case .json: ["report.json"]
      case .vcd: ["edges.vcd"]
      case .pcapng: ["bus.pcapng"]
      case .junit: ["junit.xml"]
      }
    }
  }

  /// What the caller chooses.
  public struct Options: Sendable {
    /// The folder for the files, made where it is not there; `export` beside the record where nil.
    public var folder: String?
    /// What to write.
    public var parts = Part.allCases
    /// True for a JUnit document that is valid to the common schemas; false for the rich form.
    public var isStrict = false
    /// Whether files are replaced that hold something else.
    public var replaces = false

    /// The usual choices.
    public init() {}
  }

  /// The export could not be made for a reason that is the caller's to mend; nothing was put in place.
  public struct Refusal: Error, CustomStringConvertible {
    public var description: String
  }

  private let source: RecordFolder
  private let options: Options

  /// An export of a record: a file, or a folder that holds a `record.ndjson`.
  public init(record: String, options: Options) {
    source = RecordFolder(record)
    self.options = options
  }

  /// Where the files go.
  private var folder: String {
    options.folder ?? source.file("export")
  }

  /// Writes the files: all are on the disk before the first takes its place, so that a full disk leaves none.
  ///
  /// One pass over the record, so that a long one needs memory for its verdicts and, for the
  /// waveform, eight bytes for each edge.
  ///
  /// - Returns: their paths.
  /// - Throws: `Refusal` where the record cannot be read or a file is in the way; ``ChangedRecord`` where it was
  ///   changed; another error where the files cannot be written.
  public func write() throws -> [String] {
    let data: RecordData
    do { data = try source.data() } catch { throw Refusal(description: "\(error)") }
    let isNew = !FileManager.default.fileExists(atPath: folder)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FileProblem(path: folder, error)
    }
    do {
      let files = try ExportFiles(folder: folder, parts: options.parts)
      try fill(files, from: data)
      return try files.place(replacing: options.replaces)
    } catch {
      // It goes only where it is empty.
      if isNew { rmdir(folder) }
      throw error
    }
  }

  private func fill(_ files: ExportFiles, from data: RecordData) throws {
    var judge = Judge()
    var edges = EdgesTable()
    var waveform = LineWaveform()
    var capture = BusCapture()
    files.append(EdgesTable.header, to: "edges.csv")
    do {
      try source.read(data) { event in
        judge.take(event)
        if files.has("edges.csv") { files.append(edges.rows(event), to: "edges.csv") }
        if files.has("edges.vcd") { waveform.take(event) }
        if files.has("bus.pcapng") { files.append(capture.take(event), to: "bus.pcapng") }
      }
    } catch let problem as FileProblem {
      throw Refusal(description: "\(problem)")
    }
    files.append(capture.finish(), to: "bus.pcapng")
    waveform.write { files.append($0, to: "edges.vcd") }
    let run = judge.judged()
    if files.has("findings.csv") { files.append(FindingsTable.document(run), to: "findings.csv") }
    if files.has("measurements.csv") {
      files.append(MeasurementsTable.document(run), to: "measurements.csv")
    }
    if files.has("report.json") { files.append(JSONReport.document(run), to: "report.json") }
    if files.has("junit.xml") {
      let document = JUnitReport.document(
        run,
        form: options.isStrict ? .strict : .rich,
        attachments: RecordFile.allCases.map { source.file($0.rawValue) },
        record: .init(path: source.record, seal: data.seal)
      )
      files.append(document, to: "junit.xml")
    }
  }
}
