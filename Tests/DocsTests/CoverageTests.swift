import Documents
import Foundation
import MeterProfiles
import Scenarios
import Station
import Testing

/// What of the meter's manual is tested, and by which step: docs/coverage.md, from a table that names the
/// profile's keys and the scenarios' steps.
@Suite struct CoverageTests {
  /// One claim of the manual.
  private struct Claim {
    var id, section, claim, kind, scenario, step, note: String
    var paths: [String]
  }

  private static let columns = 8

  private static func claims() throws -> [Claim] {
    try Root.lines("docs/coverage.tsv").dropFirst().filter { !$0.isEmpty }.map { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      try #require(cells.count == columns, "\(line)")
      return Claim(
        id: cells[0],
        section: cells[1],
        claim: cells[2],
        kind: cells[4],
        scenario: cells[5],
        step: cells[6],
        note: cells[7],
        paths: cells[3].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      )
    }
  }

  @Test("Every claim has a name of its own, and says why where nothing checks it")
  func wellFormed() throws {
    let claims = try Self.claims()
    #expect(Set(claims.map(\.id)).count == claims.count)
    #expect(claims.count > 200)
    for claim in claims {
      #expect(["bus", "pulse", "person", "lab", "none"].contains(claim.kind), "\(claim.id)")
      #expect(claim.scenario.isEmpty == claim.step.isEmpty, "\(claim.id)")
      #expect(!claim.scenario.isEmpty || !claim.note.isEmpty, "\(claim.id)")
    }
  }

  @Test("Every key of the profile that a claim names is there")
  func profileKeys() throws {
    let text = try #require(BuiltInProfiles.text("integra-1221"))
    let root = try Document(text: text, file: "integra-1221.yaml", into: Diagnostics()).root
    for claim in try Self.claims() {
      for path in claim.paths {
        var node: Node? = root
        for key in path.split(separator: ".") { node = node?[String(key)] }
        #expect(node != nil, "\(claim.id): \(path)")
      }
    }
  }

  @Test("Every step that a claim names is in its scenario, and asks where a person is needed")
  func steps() throws {
    var known: [String: [Step]] = [:]
    for claim in try Self.claims() where !claim.scenario.isEmpty {
      if known[claim.scenario] == nil {
        var library = Library()
        let scenario = try library.scenario(
          "\(Root.path)/Scenarios/\(claim.scenario).yaml",
          parameters: []
        )
        known[claim.scenario] = scenario.steps
      }
      let found = known[claim.scenario, default: []].filter { step in
        String(step.id.split(separator: " [")[0].split(separator: " #")[0]) == claim.step
      }
      #expect(!found.isEmpty, "\(claim.id): \(claim.scenario), \(claim.step)")
      #expect(found.contains { !$0.rules.isEmpty }, "\(claim.id): \(claim.step) has no rule")
    }
  }

  @Test("The page of the coverage is that of the table")
  func page() throws {
    let claims = try Self.claims()
    var lines = Self.head(claims)
    for (section, title) in Self.sections {
      let own = claims.filter { $0.section.prefix { $0.isNumber } == section }
      guard !own.isEmpty else { continue }
      lines += [
        "## \(section) \(title)", "", "| | claim | profile | checked by |", "|---|---|---|---|",
      ]
      lines += own.map { claim in
        let paths = claim.paths.map { "`\($0)`" }.joined(separator: ", ")
        let check =
          claim.scenario.isEmpty
          ? "– \(claim.note)"
          : "[\(claim.scenario)](../Scenarios/\(claim.scenario).yaml), \(claim.step)"
            + (claim.note.isEmpty ? "" : "; \(claim.note)")
        return "| \(claim.section) | \(claim.claim) | \(paths) | \(check) |"
      }
      lines.append("")
    }
    let text = lines.joined(separator: "\n")
    if ProcessInfo.processInfo.environment["METERBENCH_RECORD_GOLDEN"] != nil {
      try text.write(toFile: Root.path + "/docs/coverage.md", atomically: true, encoding: .utf8)
    }
    #expect(
      try Root.text("docs/coverage.md") == text,
      "write the page anew with METERBENCH_RECORD_GOLDEN=1, and read it"
    )
  }

  private static func head(_ claims: [Claim]) -> [String] {
    let kinds = [
      ("bus", "over Modbus"), ("pulse", "by pulses"), ("person", "by a person"),
      ("lab", "with equipment that this bench has not"),
      ("none", "no test: mechanics, installation"),
    ]
    let counts = kinds.map { kind, title in
      let own = claims.filter { $0.kind == kind }
      return
        "| \(title) | \(own.count) | \(own.filter { !$0.scenario.isEmpty }.count) |"
    }
    return [
      "# What of the manual is checked", "",
      "Each claim of the Integra 1221's manual, in our words, with the key of the built-in profile that holds it",
      "and the step of the [library](library.md) that fails where it does not hold. Where nothing checks it, the",
      "reason stands there. The page is written from `docs/coverage.tsv` by a test, which also looks",
      "whether every key and every step exists.", "",
      "| how it can be checked | claims | checked |", "|---|---|---|",
    ] + counts + [""]
  }

  private static let sections = [
    ("1", "Introduction"), ("2", "Start-up screens"), ("3", "Measurements"), ("4", "Set-up"),
    ("5", "Set-up menu"), ("6", "Specifications"), ("7", "Installation and maintenance"),
    ("8", "Dimensions"), ("9", "Installation"),
  ]
}
