import Foundation
import Testing

/// `console` blocks hold command lines after `$ ` and what they print. Lines of `meterbench`, `sed`
/// and `cp` are run in a folder of the document's own, in its order, beside the package's Benches
/// and Scenarios and the samples with a `file=` before them. A trailing `# exit N` states the
/// status, else it is 0. Each printed line must be found in the output, in order; `…` stands for
/// anything. Blocks marked `norun` are for a real rig.
@Suite struct CommandTests {
  @Test("Every command line does what the document shows", arguments: Root.documents)
  func commands(document: String) throws {
    let folder = try Scratch()
    for name in ["Benches", "Scenarios"] {
      try FileManager.default.copyItem(
        atPath: "\(Root.path)/\(name)",
        toPath: "\(folder.path)/\(name)"
      )
    }
    for block in try FencedBlock.blocks(in: document) {
      if block.language == "yaml", let file = block.value("file") {
        _ = try folder.write(block.text, to: file)
      }
      guard block.language == "console", !block.has("norun") else { continue }
      for command in ShownCommand.commands(in: block) where command.isRun {
        let (output, status) = try Shell.run(command.line, in: folder.path)
        let place = "\(document), line \(block.line): \(command.line)"
        #expect(status == command.status, "\(place)\n\(output)")
        if let missing = command.firstMissing(in: output) {
          Issue.record("\(place)\nnot printed: \(missing)\n\(output)")
        }
      }
    }
  }

  @Test("docs/commands.md names every command's options, and no others")
  func options() throws {
    let (help, _) = try Shell.run("meterbench --help", in: Root.path)
    let names = help.split(separator: "SUBCOMMANDS:").last.map(String.init).map(Self.names) ?? []
    #expect(names.count >= 8)
    let lines = try Root.lines("docs/commands.md")
    for name in names {
      let from = try #require(lines.firstIndex(of: "## meterbench \(name)"), "\(name)")
      let section = lines[(from + 1)...].prefix { !$0.hasPrefix("## ") }.joined(separator: "\n")
      let (text, _) = try Shell.run("meterbench \(name) --help", in: Root.path)
      // The discussion may show options of its own; they count as known.
      let known = Self.options(in: text)
      let required = Self.options(in: text.split(separator: "OPTIONS:").last.map(String.init) ?? "")
      let documented = Self.options(in: section)
      #expect(
        required.subtracting(["--help", "--version"]).subtracting(documented) == [],
        "\(name)"
      )
      #expect(documented.subtracting(known) == [], "\(name)")
    }
  }

  private static func names(_ subcommands: String) -> [String] {
    subcommands.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
      .filter { $0 != "See" }
  }

  private static func options(in text: String) -> Set<String> {
    Set(text.matches(of: /--[a-z][a-z-]*[a-z]/).map { String($0.output) })
  }
}

/// A command line of a document with what it is said to print.
struct ShownCommand {
  var line: String
  var status: Int32
  var printed: [String]

  var isRun: Bool { ["meterbench ", "sed ", "cp "].contains { line.hasPrefix($0) } }

  static func commands(in block: FencedBlock) -> [ShownCommand] {
    var commands: [ShownCommand] = []
    for line in block.lines {
      if line.hasPrefix("$ ") {
        let parts = line.dropFirst(2).split(separator: "# exit ")
        let text = parts[0].reversed().drop { $0 == " " }.reversed()
        commands.append(
          ShownCommand(
            line: String(text),
            status: parts.count > 1 ? Int32(parts[1]) ?? -1 : 0,
            printed: []
          )
        )
      } else if !commands.isEmpty {
        commands[commands.count - 1].printed.append(line)
      }
    }
    return commands
  }

  /// The first printed line that the output lacks behind those before it.
  func firstMissing(in output: String) -> String? {
    var rest = output.split(separator: "\n", omittingEmptySubsequences: false)[...]
    for line in printed {
      let pieces = line.split(separator: "…").map { $0.trimming { $0 == " " } }
        .filter { !$0.isEmpty }
      guard !pieces.isEmpty else { continue }
      guard let index = rest.firstIndex(where: { Self.holds($0, pieces) }) else { return line }
      rest = rest[(index + 1)...]
    }
    return nil
  }

  private static func holds(_ line: Substring, _ pieces: [Substring]) -> Bool {
    var rest = line
    for piece in pieces {
      guard let range = rest.firstRange(of: piece) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}

extension Substring {
  fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> Substring {
    var rest = drop(while: isTrimmed)
    while let last = rest.last, isTrimmed(last) { rest.removeLast() }
    return rest
  }
}

/// Runs command lines with the program that was built beside the tests.
enum Shell {
  /// The program's folder: that of the test process itself.
  private static let programs: String =
    (Bundle.main.executablePath ?? CommandLine.arguments[0]).split(separator: "/").dropLast()
    .reduce("") { "\($0)/\($1)" }

  static func run(_ line: String, in folder: String) throws -> (output: String, status: Int32) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = URL(filePath: folder)
    process.environment = [
      "PATH": "\(programs):/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "COLUMNS": "100",
    ]
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }
}
