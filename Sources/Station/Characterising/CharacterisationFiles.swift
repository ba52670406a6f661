import FoundationEssentials

extension Characterisation {
  private static let names = (report: "report.md", overlay: "profile.yaml")

  /// Refuses a folder that holds a report or an overlay already, before the meter is asked anything.
  public static func checkFree(_ folder: String) throws {
    for name in [names.report, names.overlay]
    where FileManager.default.fileExists(atPath: "\(folder)/\(name)") {
      throw MeterPort.Failure(
        description: "\(folder) holds a \(name) already; choose another folder",
        isUsage: true
      )
    }
  }

  /// Writes the report and the profile overlay into a folder.
  ///
  /// - Throws: where the folder holds either already, or cannot be written.
  public func write(to folder: String) throws {
    try Self.checkFree(folder)
    let files = [(Self.names.report, report), (Self.names.overlay, overlay)]
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
