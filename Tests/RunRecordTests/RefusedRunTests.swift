import Foundation
import Station
import Testing

@Suite("A run that is refused")
struct RefusedRunTests {
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("meterbench-refused-\(UUID().uuidString)").path

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  @Test("It leaves a JUnit document in error where an earlier run left one that passed")
  func replacesTheOldDocument() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var options = RunSession.Options()
    options.junit = "\(folder)/junit.xml"
    try Data("<testsuites/>".utf8).write(to: URL(fileURLWithPath: "\(folder)/junit.xml"))
    RunSession.leaveRefusal([Problem("a.yaml:3:5: unknown key 'x'")], options: options)
    let document = try text("junit.xml")
    #expect(document.contains("<error ") && document.contains("errors=\"1\""))
    #expect(document.contains("a.yaml:3:5: unknown key"))
  }

  @Test("A document never takes the place of a record, or of a file that is none")
  func takesNobodysPlace() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var options = RunSession.Options()
    options.junit = "\(folder)/record.ndjson"
    try Data("{\"#\":0}\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/record.ndjson"))
    RunSession.leaveRefusal([Problem("refused")], options: options)
    #expect(try text("record.ndjson") == "{\"#\":0}\n")
  }

  @Test("It leaves one in its own folder, and keeps the evidence of an earlier run")
  func keepsEvidence() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var options = RunSession.Options()
    options.folder = folder
    RunSession.leaveRefusal([], options: options)
    #expect(try text("junit.xml").contains("the run was refused"))

    try Data("evidence\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/record.ndjson"))
    try Data("<testsuites name=\"old\"/>".utf8).write(
      to: URL(fileURLWithPath: "\(folder)/junit.xml")
    )
    RunSession.leaveRefusal([Problem("refused")], options: options)
    #expect(try text("junit.xml").contains("refused"))
    #expect(try text("junit-earlier.xml") == "<testsuites name=\"old\"/>")
    #expect(try text("record.ndjson") == "evidence\n")
  }
}
