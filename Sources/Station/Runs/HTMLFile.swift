import Glibc
import Reports

/// A page of the program's own on the disk.
enum HTMLFile {
  /// Writes a page in one step. It replaces nothing but another page of its kind: not a file that was named by
  /// mistake, nor a device.
  ///
  /// - Parameter opening: the first bytes of a page of its kind.
  /// - Throws: `FileProblem` where it may not, or cannot.
  static func write(
    _ document: String,
    to path: String,
    opening: String = HTMLReport.opening
  ) throws {
    if let objection = objection(to: path, opening: opening) { throw objection }
    try LiveReports.replace(path, with: document)
  }

  /// Why no page may be written to a path; nil where one may.
  static func objection(to path: String, opening: String = HTMLReport.opening) -> FileProblem? {
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
    let opening = Array(opening.utf8)
    var first = [UInt8](repeating: 0, count: opening.count)
    guard read(descriptor, &first, first.count) == opening.count, first == opening else {
      return FileProblem(path: path, reason: "it holds no page of this kind, and is not replaced")
    }
    return nil
  }
}
