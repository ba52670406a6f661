import Foundation

/// What a run found that it should not find in a good meter.
struct Outcome: Sendable {
  /// The run's verdict.
  var verdict: String
  /// The name of every case.
  var names: [String] = []
  /// What did not pass, in order.
  private var found: [Found] = []

  private struct Found: Hashable, Sendable {
    var scenario: String
    /// The step without its case.
    var step: String
    var verdict: String
    var cases = 1
    var rules: [String]
  }

  private struct Report: Decodable {
    var verdict: String
    var positions: [Position]

    struct Position: Decodable {
      var position: String
      var verdict: String
      var steps: [Step]
    }

    struct Step: Decodable {
      var step: String
      var findings: [Finding]
      var remarks: [Remark]
    }

    struct Finding: Decodable {
      var rule: String
      var verdict: String
    }

    struct Remark: Decodable {
      var verdict: String
    }
  }

  /// Reads the report of a run.
  init(_ json: Data, scenario: String) throws {
    let report = try JSONDecoder().decode(Report.self, from: json)
    verdict = report.verdict
    for position in report.positions where position.verdict != "not-applicable" {
      for step in position.steps {
        names += step.findings.map { "\(position.position) \(step.step) \($0.rule)" }
        take(step, of: scenario)
      }
    }
  }

  private mutating func take(_ step: Report.Step, of scenario: String) {
    let parts = step.step.split(separator: " [", maxSplits: 1)
    let label = parts.count > 1 ? String(parts[1].prefix { $0 != "," && $0 != "]" }) : scenario
    let name = String(parts[0].split(separator: " #")[0])
    let isIncluded = !label.contains("=")
    for verdict in ["error", "failed", "inconclusive", "skipped"] {
      var rules = step.findings.filter { $0.verdict == verdict }.map(\.rule)
      if rules.isEmpty, verdict != "skipped" {
        rules = step.remarks.filter { $0.verdict == verdict }.map { _ in "the step itself" }
      }
      guard !rules.isEmpty else { continue }
      let unique = rules.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      let next = Found(
        scenario: isIncluded ? label : scenario,
        step: name,
        verdict: verdict,
        rules: unique
      )
      let index = found.firstIndex {
        $0.scenario == next.scenario && $0.step == next.step && $0.verdict == next.verdict
      }
      if let index {
        found[index].cases += 1
        found[index].rules += unique.filter { !found[index].rules.contains($0) }
      } else {
        found.append(next)
      }
    }
  }

  var isEmpty: Bool { found.isEmpty }

  /// The scenarios in which something failed.
  var scenarios: [String] { found.filter { $0.verdict == "failed" }.map(\.scenario) }

  /// All of it, scenario by scenario.
  var text: String {
    var groups: [(scenario: String, parts: [String])] = []
    for entry in found where entry.verdict != "skipped" {
      let cases = entry.cases > 1 ? " ×\(entry.cases)" : ""
      let rules = entry.rules.filter { $0 != "the step itself" || entry.rules.count == 1 }
      let mark = entry.verdict == "failed" ? "" : "\(entry.verdict): "
      let text = "\(mark)\(entry.step)\(cases) (\(rules.joined(separator: ", ")))"
      if groups.last?.scenario == entry.scenario {
        groups[groups.count - 1].parts.append(text)
      } else {
        groups.append((entry.scenario, [text]))
      }
    }
    let skipped = found.filter { $0.verdict == "skipped" }.reduce(0) { $0 + $1.cases }
    let text = groups.map { "**\($0.scenario)**: " + $0.parts.joined(separator: "; ") }
      .joined(separator: ". ")
    return skipped > 0 ? "\(text). \(skipped) steps were skipped" : text
  }
}
