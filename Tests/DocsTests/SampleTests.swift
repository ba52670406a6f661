import Documents
import FoundationEssentials
import Quantities
import Station
import Testing

/// Samples are marked after their fence:
///
/// - `yaml scenario`, `yaml bench`, `yaml profile`: a whole file that must be sound; with `refused`
///   one that must not be.
/// - `run=BENCH`: a scenario that runs on that bench of the package and ends with status 0, or with
///   that of `exit=N`.
/// - `unchecked`: a file that needs others beside it; a command that follows uses it.
/// - `step=NAME answer=TEXT`: what is answered to its question.
/// - `file=PATH`: the file is there for the commands that follow in the same document.
@Suite struct SampleTests {
  @Test("Every sample of a file is sound", arguments: Root.documents)
  func soundness(document: String) throws {
    for block in try samples(document) {
      let folder = try Scratch()
      let path = try folder.write(block.text, to: block.value("file") ?? "sample.yaml")
      var library = Library()
      do { try library.check(path) } catch {}
      #expect(
        library.hasErrors == block.has("refused"),
        "\(document), line \(block.line): \(library.diagnostics.all.map(\.message))"
      )
    }
  }

  @Test("Every sample that is to run gives the verdict it states", arguments: Root.documents)
  func runs(document: String) throws {
    for block in try samples(document) {
      guard let bench = block.value("run") else { continue }
      let folder = try Scratch()
      let scenario = try folder.write(block.text, to: "sample.yaml")
      var library = Library()
      let prepared: Library.Prepared
      do {
        prepared = try library.prepare(
          scenario: scenario,
          bench: "\(Root.path)/\(bench)",
          parameters: []
        )
      } catch {
        Issue.record("\(document), line \(block.line): \(library.diagnostics.all.map(\.message))")
        continue
      }
      var options = RunSession.Options()
      options.folder = "\(folder.path)/results"
      if let step = block.value("step"), let answer = block.value("answer") {
        options.answers = [step: answer]
      }
      let result = try RunSession(prepared, options: options).run()
      #expect(
        "\(result.exitStatus)" == block.value("exit") ?? "0",
        "\(document), line \(block.line)"
      )
    }
  }

  private func samples(_ document: String) throws -> [FencedBlock] {
    try FencedBlock.blocks(in: document).filter { block in
      block.language == "yaml"
        && (block.has("scenario") || block.has("bench") || block.has("profile"))
        && !block.has("unchecked")
    }
  }
}

/// A folder that goes when nobody holds it any more.
final class Scratch {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "docs-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws -> String {
    let file = "\(path)/\(name)"
    let folder = file.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }
}
