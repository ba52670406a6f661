import Foundation
import Testing

/// The samples for CI servers, which no server runs here.
@Suite struct PipelineTests {
  private static let file = "docs/ci.md"

  @Test("Every exit status of the program is explained, and no other")
  func statuses() throws {
    func statuses(_ file: String) throws -> Set<String> {
      // `| 130, 143 | interrupted …`
      let rows = try Root.lines(file).compactMap { $0.wholeMatch(of: /\| ([0-9, ]+) \|.*/) }
      return Set(rows.flatMap { $0.1.split(separator: ", ").map(String.init) })
    }
    let documented = try statuses("docs/verdicts.md")
    #expect(documented.isSuperset(of: ["0", "1", "2", "3", "4", "64", "130", "143"]))
    #expect(try statuses(Self.file) == documented)
  }

  @Test("Every option in a sample is one of its command, and every file is there")
  func options() throws {
    var commands = 0
    for block in try FencedBlock.blocks(in: Self.file) {
      // A line that goes on ends with a backslash, or the next one begins with an option.
      let text = block.text.replacing("\\\n", with: " ").replacing(/\n *--/) { _ in " --" }
      for line in text.split(separator: "\n") {
        guard let match = line.firstMatch(of: /meterbench ([a-z]+)/) else { continue }
        commands += 1
        let (help, status) = try Shell.run("meterbench \(match.1) --help", in: Root.path)
        #expect(status == 0, "meterbench \(match.1)")
        for option in line.matches(of: /--[a-z-]+/).map(\.output) {
          #expect(help.contains("\(option)"), "meterbench \(match.1) \(option)")
        }
        for file in line.matches(of: /(?:Scenarios|Benches)\/[a-z0-9-]+\.yaml/).map(\.output) {
          #expect(FileManager.default.fileExists(atPath: "\(Root.path)/\(file)"), "\(file)")
        }
      }
    }
    #expect(commands >= 4)
  }

  @Test("Evidence is kept, and the document published, when a job failed")
  func always() throws {
    let blocks = try FencedBlock.blocks(in: Self.file)
    let gitlab = try #require(blocks.first { $0.has("gitlab") }).text
    let folder = try #require(gitlab.firstMatch(of: /--output ([^ \n]+)/)).1
    #expect(gitlab.contains("when: always"))
    #expect(gitlab.contains("junit: \(folder)/junit.xml"))
    #expect(gitlab.contains("paths: [\(folder)]"))
    let jenkins = try #require(blocks.first { $0.language == "groovy" }).text
    let post = try #require(jenkins.split(separator: "always {").last)
    #expect(post.contains("junit testResults:") && post.contains("archiveArtifacts"))
  }
}
