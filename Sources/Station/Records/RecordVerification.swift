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
  /// Files beside them; no fault, for nobody says that they are the run's.
  public private(set) var strangers: [String] = []

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
      if !chain.faults.contains(error) { faults.append(error.description) }
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
    guard let found = Manifest(in: folder) else {
      faults.append("\(Manifest.name) was changed: this is no manifest of a run")
      return
    }
    files = found.files.map(\.name)
    strangers = folder.files.filter { $0 != Manifest.name && !files.contains($0) }
    let reports = files.filter { RecordFile(rawValue: $0) == nil }
    // A name that leads out of the folder is none that a run wrote.
    guard let start, let seal, reports.allSatisfy({ !$0.contains("/") }) else {
      faults.append("\(Manifest.name): it does not fit the record")
      return
    }
    var made = Manifest(folder, start, sealed: chain.files, seal: seal, reports: reports.sorted())
    // The record knows its own files. For the reports, for what a record without an end left, and for a record whose
    // digests were made anew only the manifest speaks.
    var told = Set(chain.faults.map(\.file.rawValue))
    let own = RecordFile.allCases.map(\.rawValue)
    let unsure = chain.isComplete ? (found.seal == seal ? [] : [RecordFile.record.rawValue]) : own
    for name in reports + unsure where !told.contains(name) {
      let (was, now) = (found.file(name), made.file(name))
      guard let was, was != now else { continue }
      told.insert(name)
      guard let now else {
        faults.append("\(name) is missing")
        continue
      }
      if let other = strangers.first(where: { folder.digest(of: $0) == was.sha256 }) {
        faults.append(
          "\(name) is not the run's, whose own is now \(other): a later run was refused in this folder, or somebody exchanged it"
        )
        continue
      }
      faults.append(
        "\(name) was changed, or what \(Manifest.name) says of it: it has \(now.bytes) bytes and the SHA-256 \(now.sha256), and there it has \(was.bytes) bytes and \(was.sha256)"
      )
    }
    // What is told already is not the manifest's fault.
    made.files = (own.sorted() + reports.sorted()).compactMap {
      told.contains($0) ? found.file($0) : made.file($0)
    }
    if !told.isDisjoint(with: own) { (made.seal, made.events) = (found.seal, found.events) }
    if Data(made.text.utf8) != text {
      faults.append("\(Manifest.name) was changed: the record says otherwise")
    }
  }
}
