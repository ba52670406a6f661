import Foundation
import RunRecord
import Station
import Testing
import Verdicts

/// What shows that a record is no longer what the run wrote.
@Suite("Verification of a record")
struct VerificationTests {
  private static let files = [
    "record.ndjson", "frames.ndjson", "edges.ndjson", "junit.xml", "report.html", "manifest.json",
  ]

  @Test("A run that nobody touched is unchanged, and its seal stands in its JUnit document")
  func untouched() throws {
    let run = try Folder()
    let verification = try RecordVerification(path: run.path, seal: run.seal)
    #expect(verification.faults.isEmpty)
    #expect(verification.seal == run.seal)
    #expect(Set(verification.files) == Set(Self.files.dropLast()))
    #expect(
      try run.text("junit.xml").contains("<property name=\"record.seal\" value=\"\(run.seal)\"")
    )
  }

  @Test("One changed byte anywhere is found", arguments: files)
  func changedByte(file: String) throws {
    let run = try Folder()
    let whole = try run.data(file)
    var random = SystemRandomNumberGenerator()
    // The ends, where a chain could be open, and some in between.
    let places =
      Array(0..<4) + Array(whole.count - 100..<whole.count)
      + (0..<60).map { _ in Int.random(in: 0..<whole.count, using: &random) }
    for place in places {
      var changed = whole
      changed[place] ^= 1
      try run.write(changed, file)
      #expect(!run.isUnchanged(), "\(file), byte \(place)")
    }
    try run.write(whole, file)
    #expect(run.isUnchanged())
  }

  @Test("A file that is missing, cut or longer is found", arguments: files)
  func missing(file: String) throws {
    let run = try Folder()
    let whole = try run.data(file)
    for other in [Data(), whole.dropLast(), whole + Data("\n".utf8), whole + whole] {
      try run.write(other, file)
      #expect(!run.isUnchanged(), "\(file) of \(other.count) bytes")
    }
    try FileManager.default.removeItem(atPath: "\(run.path)/\(file)")
    #expect(!run.isUnchanged(), "\(file) missing")
  }

  @Test(
    "A line that is removed, repeated or exchanged is found at its place",
    arguments: files.prefix(2)
  )
  func lines(file: String) throws {
    let run = try Folder()
    let lines = try run.text(file).split(separator: "\n").map(String.init)
    let middle = lines.count / 2
    for (change, place) in [("remove", middle + 1), ("repeat", middle + 2), ("swap", middle + 1)] {
      var other = lines
      switch change {
      case "remove": other.remove(at: middle)
      case "repeat": other.insert(lines[middle], at: middle)
      default: other.swapAt(middle, middle + 1)
      }
      try run.write(Data((other.joined(separator: "\n") + "\n").utf8), file)
      let faults = try RecordVerification(path: run.path).faults
      #expect(faults.contains { $0.contains("line \(place): it does not follow") }, "\(change)")
    }
  }

  @Test("A change of the manifest is blamed on no file that the record vouches for")
  func changedManifest() throws {
    let run = try Folder()
    let whole = try run.text("manifest.json")
    for file in Self.files.prefix(3) {
      let data = try run.data(file)
      let digest = RecordChain(try RecordData(folder: run.path)).files.first { $0.name == file }
      let sha256 = try #require(digest?.sha256)
      let other = (sha256.hasPrefix("0") ? "1" : "0") + sha256.dropFirst()
      try run.write(Data(whole.replacing(sha256, with: other).utf8), "manifest.json")
      let faults = try RecordVerification(path: run.path).faults
      #expect(faults == ["manifest.json was changed: the record says otherwise"], "\(file)")
      try run.write(
        Data(whole.replacing("\"bytes\" : \(data.count)", with: "\"bytes\" : 1").utf8),
        "manifest.json"
      )
      #expect(try RecordVerification(path: run.path).faults.count == 1)
    }
  }

  @Test("A file beside the record is missing, was cut at a line, or was changed: each is told once")
  func besideTheRecord() throws {
    let run = try Folder()
    let whole = try run.text("frames.ndjson")
    let lines = whole.split(separator: "\n").map(String.init)
    func faults(_ lines: [String]) throws -> [String] {
      try run.write(Data((lines.joined(separator: "\n") + "\n").utf8), "frames.ndjson")
      return try RecordVerification(path: run.path).faults
    }
    func changed(_ place: Int) -> [String] {
      var other = lines
      other[place] = other[place].replacing("\"bytes\":\"01", with: "\"bytes\":\"02")
      return other
    }
    let middle = try faults(changed(2))
    #expect(middle.count == 1 && middle[0].hasPrefix("frames.ndjson line 4: it does not follow"))
    for other in [changed(lines.count - 1)] {
      let last = try faults(other)
      #expect(last.count == 1 && last[0].hasPrefix("frames.ndjson: it was changed"), "\(last)")
    }
    let cut = try faults(lines.dropLast())
    #expect(cut.contains { $0.hasPrefix("frames.ndjson: it was changed") }, "\(cut)")
    try FileManager.default.removeItem(atPath: "\(run.path)/frames.ndjson")
    #expect(try RecordVerification(path: run.path).faults == ["frames.ndjson: it is missing"])
  }

  @Test(
    "Files that the manifest does not know are told, and are no fault; folders are nobody's matter"
  )
  func strangers() throws {
    let run = try Folder()
    // The scenario of these tests stands in the folder, too.
    #expect(try RecordVerification(path: run.path).strangers == ["scenario.yaml"])
    try run.write(Data("x".utf8), "notes.txt")
    try FileManager.default.createDirectory(
      atPath: "\(run.path)/export",
      withIntermediateDirectories: true
    )
    let verification = try RecordVerification(path: run.path)
    #expect(verification.faults.isEmpty)
    #expect(verification.strangers == ["notes.txt", "scenario.yaml"])
  }

  @Test("A record whose digests were all made anew has another seal")
  func forged() throws {
    let run = try Folder()
    var events = try RecordReader.events(in: RecordData(folder: run.path))
    let value = try #require(
      events.lastIndex { if case .measured = $0.event { true } else { false } }
    )
    guard case .measured(var measured) = events[value].event else { return }
    measured.measurement.remark = "better than it was"
    events[value].event = .measured(measured)
    let forged = try RecordData(writing: events)
    #expect(RecordChain(forged).faults.isEmpty)
    try run.write(forged.record, "record.ndjson")
    // The manifest still holds the old one; and whoever kept the seal needs no manifest.
    #expect(!run.isUnchanged())
    #expect(RecordChain(forged).seal != run.seal)
    let faults = try RecordVerification(path: run.path, seal: run.seal).faults
    #expect(faults.contains { $0.contains("its seal is") })
  }

  @Test("What a killed run leaves is told from what somebody changed")
  func killed() throws {
    let run = try Folder()
    let lines = try run.text("record.ndjson").split(separator: "\n")
    try run.write(Data((lines.dropLast(3).joined(separator: "\n") + "\n").utf8), "record.ndjson")
    try FileManager.default.removeItem(atPath: "\(run.path)/manifest.json")
    let faults = try RecordVerification(path: run.path).faults
    #expect(faults.count == 2)
    #expect(faults.allSatisfy { $0.contains("the run was killed") })
  }

  @Test("The digests are those that other tools compute")
  func sha256sum() throws {
    let run = try Folder()
    let sum = Process()
    let pipe = Pipe()
    sum.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    sum.arguments = Self.files.dropLast().map { "\(run.path)/\($0)" }
    sum.standardOutput = pipe
    try sum.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    sum.waitUntilExit()
    let manifest = try run.text("manifest.json")
    let digests = output.split(separator: "\n").map { String($0.prefix(64)) }
    #expect(digests.count == 5)
    for digest in digests { #expect(manifest.contains("\"\(digest)\"")) }
  }

  /// The folder of a short run, which goes with it.
  private final class Folder {
    let path: String
    let seal: String

    init() throws {
      let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      path =
        FileManager.default.temporaryDirectory
        .appendingPathComponent("meterbench-verified-\(UUID().uuidString)").path
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data(Self.scenario.utf8).write(to: URL(fileURLWithPath: "\(path)/scenario.yaml"))
      var library = Library()
      let prepared = try library.prepare(
        scenario: "\(path)/scenario.yaml",
        bench: root.appendingPathComponent("Benches/twin-4.yaml").path,
        parameters: [],
        positions: ["A1"]
      )
      var options = RunSession.Options()
      options.folder = path
      let result = try RunSession(prepared, options: options).run()
      seal = try #require(result.seal)
    }

    private static let scenario = """
      scenario: short
      profile: integra-1221
      needs: { outputs: [pulse-2] }
      steps:
        - apply: { supply: on }
        - wait: 5 s
        - identify: { serial-number: any }
        - configure: { system-type: 3P4W, ct-primary: 5 A, energy-units: kilo }
        - apply: { load: bank-5A }
        - count-pulses: { output: pulse-2, at-least: 4 pulses, expect: { width: { at-least: 20 ms } } }
      finally:
        - apply: { load: off, supply: off }

      """

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func data(_ file: String) throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(file)"))
    }

    func text(_ file: String) throws -> String { String(decoding: try data(file), as: UTF8.self) }

    func write(_ data: Data, _ file: String) throws {
      try data.write(to: URL(fileURLWithPath: "\(path)/\(file)"))
    }

    func isUnchanged() -> Bool {
      (try? RecordVerification(path: path).faults.isEmpty) ?? false
    }
  }
}
