import Verdicts

/// What happened most often, the most frequent first.
public struct ParetoRow: Hashable, Sendable, Encodable {
  /// The step and rule of a failure; the part of the bench where one is to blame; else the step.
  public var what: String
  /// The reason's word.
  public var reason: String
  /// Tests of meters in which it happened.
  public var tests: Int
  /// Meters, known by serial number, to which it happened.
  public var meters: Int
  /// The share of all tests in such a table, and of those up to this row.
  public var share: Double
  public var cumulative: Double

  private struct Key: Hashable {
    var what: String
    var reason: String
  }

  /// The failures of meters.
  static func failures(_ meters: [TestedMeter]) -> [ParetoRow] {
    rows(meters) { finding in
      guard finding.verdict == .failed else { return nil }
      return [finding.step, finding.rule].filter { !$0.isEmpty }.joined(separator: " / ")
    }
  }

  /// What kept meters from being decided: the parts of the bench that failed, and where none is to blame, the rules
  /// and steps that stayed open.
  static func obstacles(_ meters: [TestedMeter]) -> [ParetoRow] {
    var open = meters.filter {
      if case .undecided = $0.outcome { true } else { false }
    }
    for index in open.indices {
      let blamed = open[index].findings.filter { $0.part != nil }
      // What a failed part made of the rules says no more than the part.
      if !blamed.isEmpty { open[index].findings = blamed }
    }
    return rows(open) { finding in
      guard finding.verdict == .error || finding.verdict == .inconclusive else { return nil }
      return finding.part
        ?? [finding.step, finding.rule].filter { !$0.isEmpty }.joined(separator: " / ")
    }
  }

  private static func rows(
    _ meters: [TestedMeter],
    what: (FindingEntry) -> String?
  ) -> [ParetoRow] {
    var places: [Key: Int] = [:]
    var found: [(key: Key, tests: Int, meters: Set<TestedMeter.Unit>)] = []
    for meter in meters {
      var seen: Set<Key> = []
      for finding in meter.findings {
        guard let what = what(finding) else { continue }
        let key = Key(what: what.isEmpty ? "the whole run" : what, reason: finding.reason ?? "")
        guard seen.insert(key).inserted else { continue }
        let place = places[key] ?? found.count
        if place == found.count {
          places[key] = place
          found.append((key, 0, []))
        }
        found[place].tests += 1
        if let unit = meter.unit { found[place].meters.insert(unit) }
      }
    }
    let all = Double(found.map(\.tests).reduce(0, +))
    let order = found.sorted {
      ($1.tests, $0.key.what, $0.key.reason) < ($0.tests, $1.key.what, $1.key.reason)
    }
    var sum = 0
    return order.map {
      sum += $0.tests
      return ParetoRow(
        what: $0.key.what,
        reason: $0.key.reason,
        tests: $0.tests,
        meters: $0.meters.count,
        share: Double($0.tests) / all,
        cumulative: Double(sum) / all
      )
    }
  }
}
