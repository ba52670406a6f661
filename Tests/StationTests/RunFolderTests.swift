import Foundation
import Station
import Testing

/// Which folder a path means, and what no later command may do to it.
@Suite("Folders of runs")
struct RunFolderTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-folder-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @discardableResult
  private func run(into folder: String, junit: String? = nil) throws -> RunSession.Result {
    var library = Library()
    let prepared = try library.prepare(
      scenario: Self.root.appendingPathComponent("Scenarios/end-of-line.yaml").path,
      bench: Self.root.appendingPathComponent("Benches/twin-4.yaml").path,
      parameters: [],
      positions: ["A1"]
    )
    var options = RunSession.Options()
    options.folder = folder
    options.junit = junit
    let session = RunSession(prepared, options: options)
    do throws(RunSession.Refusal) { return try session.run() } catch {
      session.leave(error)
      throw error
    }
  }

  private func faults(_ folder: String) throws -> [String] {
    try RecordVerification(path: folder).faults
  }

  @Test("A path that is no record is none, and never the record beside it")
  func noNeighbour() throws {
    try withFolder { folder in
      try run(into: "\(folder)/run")
      try FileManager.default.copyItem(
        atPath: "\(folder)/run/record.ndjson",
        toPath: "\(folder)/run/other.ndjson"
      )
      for path in ["run/missing", "run/other.ndjson", "run/junit.xml", "record.ndjson", "run/run"] {
        #expect(throws: (any Error).self, "\(path)") { try StoredRun(path: "\(folder)/\(path)") }
        #expect(throws: (any Error).self, "\(path)") { try faults("\(folder)/\(path)") }
      }
      #expect(try faults("\(folder)/run/record.ndjson") == [])
      #expect(try faults("\(folder)/run//") == [])
    }
  }

  @Test("However a folder is written, its manifest fits")
  func spelling() throws {
    try withFolder { folder in
      for name in ["a/", "b//", "./c", "d/../e"] {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/d",
          withIntermediateDirectories: true
        )
        try run(into: "\(folder)/\(name)")
        let verification = try RecordVerification(path: "\(folder)/\(name)")
        #expect(verification.faults == [])
        #expect(verification.files.contains("junit.xml"))
      }
      try run(
        into: "\(folder)/f",
        junit: "\(folder)/../\(folder.split(separator: "/").last ?? "")/f/own.xml"
      )
      #expect(try RecordVerification(path: "\(folder)/f").files.contains("own.xml"))
    }
  }

  @Test(
    "A run that is refused in the folder of another leaves that one's document, and says so",
    arguments: [false, true]
  )
  func refusedBeside(isNamed: Bool) throws {
    try withFolder { folder in
      let place = "\(folder)/run"
      try run(into: place)
      let document = try Data(contentsOf: URL(filePath: "\(place)/junit.xml"))
      #expect(throws: RunSession.Refusal.self) {
        try run(into: place, junit: isNamed ? "\(place)/junit.xml" : nil)
      }
      #expect(try Data(contentsOf: URL(filePath: "\(place)/junit-earlier.xml")) == document)
      #expect(
        try String(contentsOfFile: "\(place)/junit.xml", encoding: .utf8).contains("holds a record")
      )
      let faults = try faults(place)
      #expect(faults.count == 1 && faults[0].contains("is now junit-earlier.xml"))
    }
  }

  @Test("A report that would differ from the run's own does not take its place")
  func sealedReport() throws {
    try withFolder { folder in
      let place = "\(folder)/run"
      try run(into: place)
      let report = try String(contentsOfFile: "\(place)/report.html", encoding: .utf8)
      // As another version would have written it.
      var manifest = try String(contentsOfFile: "\(place)/manifest.json", encoding: .utf8)
      let mark = try #require(manifest.firstRange(of: "report.html"))
      let sealed = try #require(manifest[mark.upperBound...].firstRange(of: "\"sha256\""))
      let start = manifest.index(sealed.upperBound, offsetBy: 5)
      manifest.replaceSubrange(
        start..<manifest.index(start, offsetBy: 8),
        with: "00000000"
      )
      try manifest.write(toFile: "\(place)/manifest.json", atomically: true, encoding: .utf8)
      let stored = try StoredRun(path: place)
      #expect(throws: (any Error).self) { try stored.writeReport(to: "\(place)/report.html") }
      #expect(try String(contentsOfFile: "\(place)/report.html", encoding: .utf8) == report)
      try stored.writeReport(to: "\(folder)/other.html")
    }
  }

  @Test(
    "A JUnit document replaces only its like, and no manifest",
    arguments: ["page.html", "notes.xml", "run/manifest.json"]
  )
  func junitPlace(name: String) throws {
    try withFolder { folder in
      try "<!DOCTYPE html>\n<p>".write(
        toFile: "\(folder)/page.html",
        atomically: true,
        encoding: .utf8
      )
      try "<?xml version=\"1.0\"?>\n<notes/>".write(
        toFile: "\(folder)/notes.xml",
        atomically: true,
        encoding: .utf8
      )
      #expect(throws: (any Error).self) {
        try run(into: "\(folder)/run", junit: "\(folder)/\(name)")
      }
      #expect(try String(contentsOfFile: "\(folder)/page.html", encoding: .utf8).hasSuffix("<p>"))
      #expect(
        try String(contentsOfFile: "\(folder)/notes.xml", encoding: .utf8).hasSuffix("<notes/>")
      )
    }
  }
}
