import Benches
import FoundationEssentials
import HostRig
import Quantities
import Reports
import Rig
import RunRecord
import Verdicts

/// Runs that do not begin.
extension RunSession {
  /// The run could not begin; nothing was switched.
  public struct Refusal: Error, CustomStringConvertible {
    public var problems: [Problem]
    /// Whether parts of the bench are to blame, and no more than they.
    public var isTheBench: Bool

    init(_ text: String) {
      problems = [Problem(text)]
      isTheBench = false
    }

    init(_ faults: [RigFault], in bench: Bench) {
      problems = faults.map { Problem($0, in: bench) }
      isTheBench = true
    }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
  }

  /// Leaves a JUnit document that says why nothing ran, where the caller named its place: a reader
  /// must not find there the document of an earlier run. Where that folder holds the evidence of one,
  /// its document stays there as `junit-earlier.xml`.
  ///
  /// - Parameters:
  ///   - problems: the reasons.
  ///   - bench: the bench's name; nil where it is not known.
  ///   - isTheBench: whether parts of the bench are to blame.
  public static func leaveRefusal(
    _ problems: [Problem],
    bench: String? = nil,
    isTheBench: Bool = false,
    options: Options
  ) {
    let folder = options.folder
    guard let path = options.junit ?? folder.map({ $0 + "/junit.xml" }),
      LiveDocument.objection(to: path) == nil
    else { return }
    let place = RecordFolder(URL(filePath: path).deletingLastPathComponent().path)
    if FileManager.default.fileExists(atPath: place.record) {
      let earlier = freePath(place.file("junit-earlier"))
      try? FileManager.default.moveItem(atPath: path, toPath: earlier)
    }
    if let folder {
      try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let reasons = problems.map(\.description).joined(separator: "\n")
    let document = JUnitReport.crashDocument(
      text: reasons.isEmpty ? "the run was refused" : reasons,
      kind: isTheBench ? .bench : .tool,
      bench: bench,
      wallTime: UTC.text(millisecondsSinceEpoch: HostClock.wallTime.millisecondsSinceEpoch)
    )
    try? ReplacedFile.writeOrRemove(document, to: path)
  }

  /// Leaves a JUnit document that says why this run could not begin.
  public func leave(_ refusal: Refusal) {
    Self.leaveRefusal(
      refusal.problems,
      bench: bench.name,
      isTheBench: refusal.isTheBench,
      options: options
    )
  }

  private static func freePath(_ wanted: String) -> String {
    var path = wanted + ".xml"
    var number = 2
    while FileManager.default.fileExists(atPath: path) {
      path = "\(wanted)-\(number).xml"
      number += 1
    }
    return path
  }
}
