import FoundationEssentials

extension Characterisation {
  /// Writes the report and the profile overlay into a folder.
  ///
  /// - Throws: where the folder holds either already, or cannot be written.
  public func write(to folder: String) throws {
    let files = [("report.md", report), ("profile.yaml", overlay)]
    for (name, _) in files where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
      throw MeterPort.Failure(
        description: "\(folder) holds a \(name) already; choose another folder",
        isUsage: true
      )
    }
    do {
      try FileManager.default.createDirectory(
        atPath: folder,
        withIntermediateDirectories: true
      )
      for (name, text) in files {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"), options: .atomic)
      }
    } catch {
      throw MeterPort.Failure(description: "\(folder) cannot be written: \(error)")
    }
  }
}
