import Judging
import Reports

/// The JUnit document of a run, as a file.
struct LiveDocument: Sendable {
  var path: String
  var form: JUnitReport.Form
  /// The files of the record.
  var attachments: [String]
  var record: String

  /// - Parameter seal: the record's; nil while the run is not over.
  func write(_ run: JudgedRun, seal: String? = nil) throws {
    let document = JUnitReport.document(
      run,
      form: form,
      attachments: attachments,
      record: .init(path: record, seal: seal)
    )
    try ReplacedFile.write(document, to: path)
  }

  /// Why no document may be written to a path; nil where one may. It replaces nothing but another
  /// document: not a file that was named by mistake, nor a device.
  static func objection(to path: String) -> FileProblem? {
    ReplacedFile.objection(to: path, holding: "JUnit document") { head in
      head.hasPrefix("<") && head.contains("<testsuite")
    }
  }
}
