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
    try ReplacedFile.write(document, to: path)
  }

  /// Why no page may be written to a path; nil where one may.
  static func objection(to path: String, opening: String = HTMLReport.opening) -> FileProblem? {
    ReplacedFile.objection(to: path, holding: "page of this kind") { $0.hasPrefix(opening) }
  }
}
