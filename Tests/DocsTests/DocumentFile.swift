import FoundationEssentials

/// The package's root, and the files below it that people read.
enum Root {
  static let path = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

  /// The files whose samples, commands and links are tested.
  static let documents =
    ["README.md"]
    + [
      "architecture", "bench", "benchmarks", "ci", "commands", "exports", "metrology", "profile",
      "record", "report", "results", "scenario", "library",
      "tutorial", "verdicts",
    ].map { "docs/\($0).md" }

  static func text(_ file: String) throws -> String {
    try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
  }

  static func lines(_ file: String) throws -> [String] {
    try text(file).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}

/// A fenced block of a document.
struct FencedBlock {
  /// The words after the opening fence: a language, then marks such as `run=Benches/twin-4.yaml`.
  var words: [String]
  var lines: [String]
  /// The 1-based line of its opening fence.
  var line: Int
  /// The last heading before it.
  var heading: String

  var language: String { words.first ?? "" }
  var text: String { lines.joined(separator: "\n") + "\n" }

  func has(_ word: String) -> Bool { words.contains(word) }

  /// The value of a mark `name=value`.
  func value(_ name: String) -> String? {
    words.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  static func blocks(in file: String) throws -> [FencedBlock] {
    var blocks: [FencedBlock] = []
    var open: FencedBlock?
    var heading = ""
    for (index, line) in try Root.lines(file).enumerated() {
      if var block = open {
        if line == "```" {
          blocks.append(block)
          open = nil
        } else {
          block.lines.append(line)
          open = block
        }
      } else if line.hasPrefix("```") {
        let words = line.dropFirst(3).split(separator: " ").map(String.init)
        open = FencedBlock(words: words, lines: [], line: index + 1, heading: heading)
      } else if line.hasPrefix("#") {
        heading = String(line.drop { $0 == "#" || $0 == " " })
      }
    }
    return blocks
  }
}
