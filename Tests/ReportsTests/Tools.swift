import Foundation
import Testing

/// The outside readers that the reports are tried on.
enum Tools {
  /// Runs a program of the system.
  ///
  /// A program that is not there is an issue of the test, not a reason to skip it.
  @discardableResult
  static func run(
    _ program: String,
    _ arguments: [String],
    package: String
  ) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    if process.terminationStatus == 127 {
      Issue.record("\(program) is not installed; these tests need it (Debian: \(package))")
    }
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  /// Calls `body` with a fresh directory.
  static func withDirectory<T>(_ body: (URL) throws -> T) throws -> T {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-reports-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try body(directory)
  }

  /// What xmllint says against these documents: nil where it accepts all of them.
  static func lint(_ documents: [String], schema: String? = nil) throws -> String? {
    try withDirectory { directory in
      let arguments = try ["--noout"] + schemaArguments(schema) + write(documents, to: directory)
      let (status, output) = try run("xmllint", arguments, package: "libxml2-utils")
      return status == 0 ? nil : String(output.suffix(2000))
    }
  }

  private static func schemaArguments(_ schema: String?) throws -> [String] {
    guard let schema else { return [] }
    let url = Bundle.module.url(forResource: schema, withExtension: "xsd", subdirectory: "Schemas")
    return ["--schema", try #require(url, "the schema \(schema) is missing").path]
  }

  private static func write(_ documents: [String], to directory: URL) throws -> [String] {
    try documents.enumerated().map { index, document in
      let url = directory.appendingPathComponent("\(index).xml")
      try Data(document.utf8).write(to: url)
      return url.path
    }
  }

  /// Compares a text with a golden file, to the byte. With `METERBENCH_RECORD_GOLDEN` set it writes
  /// the file instead; read the difference before it is committed.
  static func expect(_ text: String, isGolden name: String, file: String = #filePath) throws {
    if ProcessInfo.processInfo.environment["METERBENCH_RECORD_GOLDEN"] != nil {
      let directory = URL(fileURLWithPath: file).deletingLastPathComponent()
      try Data(text.utf8).write(
        to: directory.appendingPathComponent("Golden").appendingPathComponent(name)
      )
      Issue.record("\(name) was recorded, and nothing was compared")
      return
    }
    let url = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "Golden")
    let golden = try Data(contentsOf: #require(url, "the golden file \(name) is missing"))
    #expect(text == String(decoding: golden, as: UTF8.self))
  }

  /// A suite as Python's ElementTree reads it.
  struct Suite: Decodable {
    var name: String
    var tests: Int
    var failures: Int
    var errors: Int
    var skipped: Int
    var cases: [Case]
    var properties: [[String]]
    var output: String
  }

  /// A case as Python's ElementTree reads it.
  struct Case: Decodable {
    var name: String
    var classname: String
    var time: String
    var results: [Result]
  }

  /// A result as Python's ElementTree reads it.
  struct Result: Decodable {
    var tag: String
    var type: String?
    var message: String
    var body: String
  }

  /// The suites of each document, read by Python.
  static func parse(_ documents: [String]) throws -> [[Suite]] {
    try withDirectory { directory in
      let script = """
        import json, sys, xml.etree.ElementTree as tree
        def case(c):
          return dict(name=c.get("name"), classname=c.get("classname"), time=c.get("time"),
            results=[dict(tag=r.tag, type=r.get("type"), message=r.get("message"),
                          body=r.text or "")
                     for r in c if r.tag in ("failure", "error", "skipped")])
        def suite(s):
          counts = {k: int(s.get(k)) for k in ("tests", "failures", "errors", "skipped")}
          return dict(name=s.get("name"), cases=[case(c) for c in s.findall("testcase")],
            properties=[[p.get("name"), p.get("value")] for p in s.findall("properties/property")],
            output=s.findtext("system-out"), **counts)
        out = [[suite(s) for s in tree.parse(f).getroot().findall("testsuite")]
               for f in sys.argv[1:]]
        sys.stdout.write(json.dumps(out))
        """
      let file = directory.appendingPathComponent("read.py")
      try Data(script.utf8).write(to: file)
      let arguments = try [file.path] + write(documents, to: directory)
      let (status, output) = try run("python3", arguments, package: "python3")
      try #require(status == 0, "Python refuses a document: \(output.suffix(2000))")
      return try JSONDecoder().decode([[Suite]].self, from: Data(output.utf8))
    }
  }
}
