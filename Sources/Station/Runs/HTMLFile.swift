import Glibc
import Reports

/// An HTML report on the disk.
enum HTMLFile {
  /// Writes a report in one step. It replaces nothing but another report: not a file that was named by
  /// mistake, nor a device.
  ///
  /// - Throws: `FileProblem` where it may not, or cannot.
  static func write(_ document: String, to path: String) throws {
    if let objection = objection(to: path) { throw objection }
    try LiveReports.replace(path, with: document)
  }

  /// Why no report may be written to a path; nil where one may.
  static func objection(to path: String) -> FileProblem? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else {
      return FileProblem(path: path, reason: "it is no file, and is not replaced")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      return FileProblem(path: path, reason: "it cannot be read, so it is not replaced")
    }
    defer { close(descriptor) }
    let opening = Array(HTMLReport.opening.utf8)
    var first = [UInt8](repeating: 0, count: opening.count)
    guard read(descriptor, &first, first.count) == opening.count, first == opening else {
      return FileProblem(path: path, reason: "it holds no report of a run, and is not replaced")
    }
    return nil
  }
}
