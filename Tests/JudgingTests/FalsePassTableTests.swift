import Foundation
import Testing

/// docs/false-passes.md promises a test for every line; a test that was renamed or removed must not
/// leave the promise standing.
@Suite("Table of false passes")
struct FalsePassTableTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("Every test that the table names is in the sources")
  func namedTestsExist() throws {
    let file = Self.root.appendingPathComponent("docs/false-passes.md")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .filter { $0.hasPrefix("|") }
      .filter { !$0.hasPrefix("| ---") && !$0.hasPrefix("| How") }
    #expect(rows.count >= 14)
    let sources = try sources()
    for row in rows {
      let names = row.matches(of: /`(\w+Tests)\/(\w+)`/)
      #expect(!names.isEmpty, "no test guards: \(row)")
      for name in names {
        let (suite, test) = (name.output.1, name.output.2)
        let isThere = sources.contains { source in
          guard
            let start = source.range(of: "struct \(suite) {")
              ?? source.range(of: "extension \(suite) {")
          else { return false }
          return source[start.upperBound...].contains("func \(test)(")
        }
        #expect(isThere, "\(suite)/\(test) is not in the sources")
      }
    }
  }

  private func sources() throws -> [String] {
    let tests = Self.root.appendingPathComponent("Tests")
    let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
    var sources: [String] = []
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      sources.append(try String(contentsOf: file, encoding: .utf8))
    }
    return sources
  }
}
