/// The files of an export, which take their places together.
final class ExportFiles {
  private let names: [String]
  private var files: [String: ExportFile] = [:]

  init(folder: String, parts: [RunExport.Part]) throws {
    names = RunExport.Part.allCases.filter { parts.contains($0) }.flatMap(\.files)
    for name in names { files[name] = try ExportFile(path: "\(folder)/\(name)") }
  }

  func has(_ name: String) -> Bool { files[name] != nil }

  /// Appends to a file, where it is one of those that are wanted.
  func append(_ text: String, to name: String) { files[name]?.append(text.utf8) }

  func append(_ bytes: [UInt8], to name: String) { files[name]?.append(bytes) }

  /// Puts every file in its place, after all of them are whole and none is refused its place.
  ///
  /// - Returns: their paths.
  func place(replacing: Bool) throws -> [String] {
    let wanted = names.compactMap { files[$0] }
    for file in wanted { try file.close() }
    if let objection = wanted.compactMap({ $0.objection(replacing: replacing) }).first {
      throw RunExport.Refusal(description: "\(objection)")
    }
    for file in wanted { try file.place() }
    return wanted.map(\.path)
  }
}
