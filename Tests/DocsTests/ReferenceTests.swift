import Benches
import Documents
import FoundationEssentials
import MeterProfiles
import Quantities
import RunRecord
import Scenarios
import Testing

@Suite struct ReferenceTests {
  @Test(
    "The tables of keys are those of the files' forms",
    arguments: ["scenario", "bench", "profile"]
  )
  func keys(kind: String) throws {
    let shapes = [
      "scenario": ScenarioShape.file, "bench": BenchShape.file, "profile": ProfileShape.file,
    ]
    let table = KeyTable(file: "docs/\(kind).md", shape: try #require(shapes[kind]))
    let document = try Root.lines(table.file)
    let updated = table.updated(document)
    if ProcessInfo.processInfo.environment["METERBENCH_RECORD_GOLDEN"] != nil {
      try updated.joined(separator: "\n")
        .write(toFile: "\(Root.path)/\(table.file)", atomically: true, encoding: .utf8)
    }
    #expect(document.contains("<!-- keys . -->"))
    #expect(
      document == updated,
      "write the tables anew with METERBENCH_RECORD_GOLDEN=1, and read them"
    )
  }

  @Test("Every step verb has a section with a sample of it that runs")
  func verbs() throws {
    let runs = try FencedBlock.blocks(in: "docs/scenario.md").filter { $0.value("run") != nil }
    let verbs = Self.verbs(ScenarioShape.file)
    #expect(verbs.count >= 8)
    for verb in verbs {
      let has = runs.contains { block in
        block.heading == "`\(verb)`" && block.lines.contains { $0.hasPrefix("  - \(verb):") }
      }
      #expect(has, "\(verb)")
    }
  }

  @Test("Every fault of a twin has its row", arguments: TwinFault.Kind.allCases)
  func faults(kind: TwinFault.Kind) throws {
    let rows = try Root.lines("docs/bench.md").filter { $0.hasPrefix("| `\(kind.rawValue)` |") }
    #expect(rows.count == 1)
  }

  @Test("Every event of the record has a section with an example of it")
  func events() throws {
    let blocks = try FencedBlock.blocks(in: "docs/record.md").filter { $0.has("event") }
    for block in blocks {
      let line = try #require(block.lines.first)
      let event = try RecordedEvent(line: Data(line.utf8))
      #expect("`\(event.event.type)`" == block.heading, "line \(block.line)")
    }
    // Sources/RunRecord/EventCoding.swift lists the words; a new one fails to be found here.
    let coding = try Root.text("Sources/RunRecord/EventCoding.swift")
    let words = coding.split(separator: "case \"").dropFirst().compactMap {
      $0.split(separator: "\"").first.map(String.init)
    }
    #expect(words.count >= 12)
    for word in words { #expect(blocks.contains { $0.heading == "`\(word)`" }, "\(word)") }
  }

  @Test("The table of modules is that of Package.swift")
  func modules() throws {
    let rows = try Root.lines("docs/architecture.md").compactMap(ModuleRow.init(tableLine:))
    let modules = ModuleRow.rows(inPackage: try Root.text("Package.swift"))
    #expect(modules.count >= 15)
    for module in modules { #expect(rows.contains(module), "\(module)") }
    for row in rows { #expect(modules.contains(row), "\(row)") }
  }

  @Test("Every link within the package leads to a file and a heading", arguments: Root.documents)
  func links(file: String) throws {
    let folder = file.contains("/") ? "docs/" : ""
    for part in try Root.text(file).split(separator: "](").dropFirst() {
      let link = part.prefix { $0 != ")" }
      guard !link.contains("://") else { continue }
      let path = link.prefix { $0 != "#" }
      let target = path.isEmpty ? file : "\(folder)\(path)"
      guard FileManager.default.fileExists(atPath: "\(Root.path)/\(target)") else {
        Issue.record("\(link)")
        continue
      }
      guard let anchor = link.split(separator: "#").dropFirst(path.isEmpty ? 0 : 1).first else {
        continue
      }
      let anchors = try Root.lines(target).filter { $0.hasPrefix("#") }.map(Self.anchor)
      #expect(anchors.contains(String(anchor)), "\(link)")
    }
  }

  /// What leads to a heading: its letters, digits and hyphens in lower case, hyphens for spaces.
  private static func anchor(_ heading: String) -> String {
    heading.drop { $0 == "#" || $0 == " " }.lowercased()
      .filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == " " }
      .replacing(" ", with: "-")
  }

  /// The verbs of the first form of a step; what groups of steps hold is the same again.
  private static func verbs(_ shape: Shape) -> [String] {
    switch shape {
    case .tagged(let verbs, _): verbs.map(\.name)
    case .either(let shapes): shapes.first.map(verbs) ?? []
    case .list(let of, _): verbs(of)
    case .definition(_, let body): verbs(body())
    case .mapping(let keys): keys.first { $0.name == "steps" }.map { verbs($0.shape) } ?? []
    default: []
    }
  }
}
