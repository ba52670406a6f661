import FoundationEssentials
import RunRecord

/// Whether a recorded run is still what the run wrote.
///
/// It finds every change of the files that did not make all digests anew. Who does that leaves a record of
/// another seal: compare ``seal`` with the one that the run printed, or that its JUnit document holds.
public struct RecordVerification {
  /// What was changed, is missing or was cut; empty where nothing was.
  public private(set) var faults: [String] = []
  /// The digest that stands for the whole run; nil where there is no event.
  public private(set) var seal: String?
  /// How many events stand in the record's files.
  public private(set) var events = 0
  /// The files that the manifest covers.
  public private(set) var files: [String] = []

  /// Verifies the folder of a run.
  ///
  /// - Parameters:
  ///   - path: the folder, or its `record.ndjson`.
  ///   - expected: the seal that it must have; nil where nobody kept it.
  /// - Throws: `FileProblem` where there is no record.
  public init(path: String, seal expected: String? = nil) throws {
    let folder = RecordFolder(path)
    let data = try folder.data()
    let chain = RecordChain(data)
    seal = chain.seal
    events = chain.files.reduce(0) { $0 + $1.lines }
    faults = chain.faults.map(\.description)
    if !chain.isComplete {
      faults.append(
        "the record does not end with 'run-ended': the run was killed, or its end was removed"
      )
    }
    var start: RunStarted?
    do throws(RecordError) {
      try RecordReader.read(data) { recorded in
        if start == nil, case .runStarted(let value) = recorded.event { start = value }
      }
    } catch {
      faults.append(error.description)
    }
    if let expected, expected.lowercased() != chain.seal {
      faults.append("its seal is \(chain.seal ?? "none"), expected \(expected.lowercased())")
    }
    checkManifest(folder, start, chain)
  }

  private mutating func checkManifest(
    _ folder: RecordFolder,
    _ start: RunStarted?,
    _ chain: RecordChain
  ) {
    guard let text = try? Data(contentsOf: URL(filePath: folder.file(Manifest.name))) else {
      faults.append("\(Manifest.name) is missing: the run was killed, or it was removed")
      return
    }
    guard let found = try? JSONDecoder().decode(Manifest.self, from: text) else {
      faults.append("\(Manifest.name): this is no manifest of a run")
      return
    }
    files = found.files.map(\.name)
    let reports = files.filter { RecordFile(rawValue: $0) == nil }
    // A name that leads out of the folder is none that a run wrote.
    guard let start, let seal, reports.allSatisfy({ !$0.contains("/") }) else {
      faults.append("\(Manifest.name): it does not fit the record")
      return
    }
    let made = Manifest(folder, start, sealed: chain.files, seal: seal, reports: reports)
    for file in found.files {
      switch made.files.first(where: { $0.name == file.name }) {
      case nil: faults.append("\(file.name) is missing")
      case let other? where other != file:
        faults.append(
          "\(file.name) was changed: it has \(other.bytes) bytes and the SHA-256 \(other.sha256); when the run ended it had \(file.bytes) bytes and \(file.sha256)"
        )
      default: break
      }
    }
    for (one, other) in zip(found.sources, made.sources) where one != other {
      faults.append("\(Manifest.name): \(one.role) \(one.path) is not the one in the record")
    }
    if faults.isEmpty, Data(made.text.utf8) != text {
      faults.append("\(Manifest.name) was changed")
    }
  }
}
