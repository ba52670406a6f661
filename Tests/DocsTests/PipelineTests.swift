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

  @Test("Every option in a sample is one of its command")
  func options() throws {
    let lines = try Self.commands()
    #expect(lines.count >= 4)
    for line in lines {
      let match = try #require(line.firstMatch(of: /meterbench ([a-z]+)/))
      let (help, status) = try Shell.run("meterbench \(match.1) --help", in: Root.path)
      #expect(status == 0, "meterbench \(match.1)")
      for option in line.matches(of: /--[a-z-]+/).map(\.output) {
        #expect(help.contains("\(option)"), "meterbench \(match.1) \(option)")
      }
    }
  }

  @Test("The run of every sample is accepted as it stands, and takes the time that is told")
  func runs() throws {
    let told = try #require(try Root.text(Self.file).firstMatch(of: /in about ([0-9]+) minutes/)?.1)
    let runs = try Self.commands().filter { $0.hasPrefix("meterbench run ") }
    #expect(runs.count == 2)
    for run in runs {
      // A plan takes the same arguments, and touches nothing.
      let plan = run.replacing("meterbench run", with: "FIRMWARE=107; meterbench plan")
        .replacing(/\s--output [^ ]+/, with: "")
      let (output, status) = try Shell.run(plan, in: Root.path)
      #expect(status == 0, "\(plan)\n\(output)")
      let seconds = try #require(output.firstMatch(of: /about ([0-9]+) min ([0-9]+) s in all/))
      let minutes = try #require(Double(seconds.1)) + #require(Double(seconds.2)) / 60
      #expect("\(Int(minutes.rounded()))" == told)
    }
  }

  @Test("Where a run left no record, the export of a sample says nothing and is no failure")
  func noRecord() throws {
    let folder = try Scratch()
    let exports = try Self.commands().filter { $0.contains("meterbench export") }
    #expect(exports.count == 2)
    for export in exports {
      let (output, status) = try Shell.run("BUILD_NUMBER=7; \(export)", in: folder.path)
      #expect(output.isEmpty && status == 0, "\(export)\n\(output)")
    }
  }

  /// The command lines of the samples with `meterbench` in them, as a shell gets them.
  private static func commands() throws -> [String] {
    try FencedBlock.blocks(in: file).flatMap { block in
      // A line that goes on ends with a backslash, or the next one begins with an option.
      let text = block.text.replacing(/\s*\\\n */) { _ in " " }.replacing(/\n *--/) { _ in " --" }
      return text.split(separator: "\n").compactMap { line in
        // Behind the dash of a list, or between the quotes of `script: '…'`.
        line.firstMatch(of: /(?:^ *|- |')((?:test [^']*)?meterbench [a-z]+ [^']*)/)
          .map { String($0.1) }
      }
    }
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
