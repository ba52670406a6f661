import Foundation
import Testing

@testable import Station

/// Which build wrote a record.
@Suite("Build identifiers")
struct BuildIdentifierTests {
  @Test("It is the one that readelf shows")
  func readelf() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/readelf")
    process.arguments = ["-n", "/proc/\(ProcessInfo.processInfo.processIdentifier)/exe"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let shown = text.firstRange(of: "Build ID: ").map { text[$0.upperBound...].prefix(40) }
    #expect(BuildIdentifier.of("/proc/self/exe") == shown.map { String($0) })
  }

  @Test("What is no program, or is cut, has none")
  func none() throws {
    #expect(BuildIdentifier.of("/etc/passwd") == nil)
    #expect(BuildIdentifier.of("/no/such/file") == nil)
    let program = try Data(contentsOf: URL(filePath: "/proc/self/exe")).prefix(4096)
    let cut = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: cut) }
    for length in stride(from: 0, through: program.count, by: 64) {
      try program.prefix(length).write(to: cut)
      _ = BuildIdentifier.of(cut.path)
    }
  }
}
