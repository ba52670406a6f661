import Quantities
public import ResultStore
import Verdicts

/// A comparison for people.
public enum ComparisonText {
  /// All of it, in sections.
  public static func text(_ comparison: Comparison) -> String {
    let verdicts = comparison.runVerdicts.map(\.rawValue).joined(separator: " → ")
    var sections = [["\(comparison.before) → \(comparison.after): \(verdicts)"]]
    sections.append(
      comparison.differences.isEmpty
        ? ["files, parameters and program are the same"]
        : ["not the same"]
          + TextTable.lines(comparison.differences.map { ["  \($0.kind)", $0.name, $0.how] })
    )
    sections.append(
      comparison.verdicts.isEmpty
        ? ["every verdict is the same"] : ["verdicts"] + verdictLines(comparison)
    )
    var values =
      comparison.compared == 0
      ? ["no value is in both"]
      : comparison.values.isEmpty
        ? ["no value of \(comparison.compared) moved by more than its uncertainty"]
        : [
          "values that moved by more than √(U₁² + U₂²), \(comparison.values.count) of \(comparison.compared)"
        ]
          + TextTable.lines(
            comparison.values.map {
              [
                "  \(name($0.meter))", "\($0.step) / \($0.rule)",
                "\(ValueText.text($0.before, $0.unit)) → \(ValueText.text($0.after, $0.unit))",
                "Eₙ = \(Decimal.text($0.en, digits: 3))",
              ]
            }
          )
    if comparison.withoutUncertainty > 0 {
      values.append(
        "  \(comparison.withoutUncertainty) have no uncertainty, so nothing is said of them"
      )
    }
    sections.append(values)
    return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }

  /// A line for each change; what ran in one run only is counted, meter by meter.
  private static func verdictLines(_ comparison: Comparison) -> [String] {
    var rows: [[String]] = []
    var counts: [String: Int] = [:]
    for change in comparison.verdicts {
      let verdicts = [change.before, change.after].map { $0?.rawValue ?? "not there" }
      let how = verdicts.joined(separator: " → ")
      let meter = "  \(name(change.meter))"
      guard !change.rule.isEmpty, change.before == .skipped || change.after == .skipped else {
        rows.append([
          meter, [change.step, change.rule].filter { !$0.isEmpty }.joined(separator: " / "), how,
        ])
        continue
      }
      let key = meter + how
      counts[key, default: 0] += 1
      if counts[key] == 1 { rows.append([meter, key, how]) }
    }
    for index in rows.indices {
      guard let count = counts[rows[index][1]] else { continue }
      rows[index][1] = "\(count) \(count == 1 ? "rule" : "rules")"
    }
    return TextTable.lines(rows)
  }

  private static func name(_ meter: Comparison.Meter) -> String {
    let places = [meter.before, meter.after].compactMap(\.self)
    let place =
      places.count == 2 && places[0] == places[1] ? places[0] : places.joined(separator: " → ")
    return place + (meter.isAnother ? " (another meter)" : "")
  }
}
