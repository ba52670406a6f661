public import Verdicts

/// What is different between two runs: files, parameters, verdicts, and values beyond their uncertainty.
public struct Comparison: Hashable, Sendable, Encodable {
  /// A file or a parameter that is not the same.
  public struct Difference: Hashable, Sendable, Encodable {
    /// The file's kind, or `parameter`.
    public var kind: String
    public var name: String
    /// `changed`, `only in the first` or `only in the second`; with the values of a parameter.
    public var how: String
  }

  /// A verdict that is not the same.
  public struct VerdictChange: Hashable, Sendable, Encodable {
    public var meter: Meter
    /// Empty for the whole position.
    public var step: String
    public var rule: String
    /// Nil where the run has no such rule.
    public var before: Verdict?
    public var after: Verdict?
  }

  /// A value that moved by more than the uncertainty of the difference.
  public struct ValueChange: Hashable, Sendable, Encodable {
    public var meter: Meter
    public var step: String
    public var rule: String
    public var unit: String?
    public var before: Double
    public var after: Double
    /// √(U₁² + U₂²).
    public var uncertainty: Double
    /// The difference over its uncertainty: the number Eₙ of ISO 13528:2022, 9.7.
    public var en: Double
  }

  /// A meter in both runs: the same by its serial number, or in the same position.
  public struct Meter: Hashable, Sendable, Encodable {
    public var before: String?
    public var after: String?
    public var serial: String?
    /// Whether two meters that told different serial numbers sat in the position.
    public var isAnother: Bool
  }

  public var before: String
  public var after: String
  public var runVerdicts: [Verdict]
  public var differences: [Difference]
  public var verdicts: [VerdictChange]
  public var values: [ValueChange]
  /// Values that were compared, and how many of them had no uncertainty in one of the runs.
  public var compared: Int
  public var withoutUncertainty: Int

  /// Compares two runs.
  public init(_ before: RunEntry, _ after: RunEntry) {
    (self.before, self.after) = (before.run, after.run)
    runVerdicts = [before.verdict, after.verdict]
    differences = Self.differences(before, after)
    (verdicts, values, compared, withoutUncertainty) = ([], [], 0, 0)
    for (first, second) in Self.pairs(before.positions, after.positions) {
      let meter = Meter(
        before: first?.name,
        after: second?.name,
        serial: second?.serial ?? first?.serial,
        isAnother: first?.serial != second?.serial && first?.serial != nil && second?.serial != nil
      )
      if first?.verdict != second?.verdict {
        verdicts.append(
          VerdictChange(
            meter: meter,
            step: "",
            rule: "",
            before: first?.verdict,
            after: second?.verdict
          )
        )
      }
      if let first, let second { take(meter, first, second) }
    }
  }

  private struct RuleName: Hashable {
    var step: String
    var rule: String

    init(_ finding: FindingEntry) { (step, rule) = (finding.step, finding.rule) }
  }

  private mutating func take(_ meter: Meter, _ before: PositionEntry, _ after: PositionEntry) {
    let old = before.findings.filter { !$0.rule.isEmpty }
    let new = after.findings.filter { !$0.rule.isEmpty }
    let found = Dictionary(new.map { (RuleName($0), $0) }) { first, _ in first }
    for finding in old { take(meter, finding, found[RuleName(finding)]) }
    let known = Set(old.map(RuleName.init))
    for finding in new where !known.contains(RuleName(finding)) { take(meter, nil, finding) }
  }

  private mutating func take(_ meter: Meter, _ old: FindingEntry?, _ new: FindingEntry?) {
    guard let any = new ?? old else { return }
    if old?.verdict != new?.verdict {
      verdicts.append(
        VerdictChange(
          meter: meter,
          step: any.step,
          rule: any.rule,
          before: old?.verdict,
          after: new?.verdict
        )
      )
    }
    guard let first = old?.value, let second = new?.value, old?.unit == new?.unit,
      first.isFinite, second.isFinite
    else { return }
    compared += 1
    guard let u1 = old?.uncertainty, let u2 = new?.uncertainty else {
      withoutUncertainty += 1
      return
    }
    let uncertainty = (u1 * u1 + u2 * u2).squareRoot()
    guard abs(second - first) > uncertainty else { return }
    values.append(
      ValueChange(
        meter: meter,
        step: any.step,
        rule: any.rule,
        unit: any.unit,
        before: first,
        after: second,
        uncertainty: uncertainty,
        en: (second - first) / uncertainty
      )
    )
  }

  /// The same meter, wherever it sat; else the same position.
  private static func pairs(
    _ before: [PositionEntry],
    _ after: [PositionEntry]
  ) -> [(PositionEntry?, PositionEntry?)] {
    var rest = after
    var pairs: [(PositionEntry?, PositionEntry?)] = before.map { ($0, nil) }
    func join(_ fits: (PositionEntry, PositionEntry) -> Bool) {
      for index in pairs.indices where pairs[index].1 == nil {
        guard let first = pairs[index].0, let found = rest.firstIndex(where: { fits(first, $0) })
        else { continue }
        pairs[index].1 = rest.remove(at: found)
      }
    }
    join { $0.serial != nil && $0.serial == $1.serial && $0.profile == $1.profile }
    join { $0.name == $1.name }
    return pairs + rest.map { (nil, $0) }
  }

  private static func differences(_ before: RunEntry, _ after: RunEntry) -> [Difference] {
    let files = differences(
      before.files.map { ("\($0.kind)", $0.path, $0.fingerprint) },
      after.files.map { ("\($0.kind)", $0.path, $0.fingerprint) }
    ) { _, _ in "changed" }
    let parameters = differences(
      before.parameters.map { ("parameter", $0.name, $0.value) },
      after.parameters.map { ("parameter", $0.name, $0.value) }
    ) { "\($0) → \($1)" }
    let tools =
      before.tool == after.tool
      ? []
      : [
        Difference(kind: "tool", name: "meterbench", how: "\(before.tool) → \(after.tool)")
      ]
    let rigs =
      before.rig == after.rig
      ? []
      : [
        Difference(kind: "rig", name: "rig", how: "\(before.rig) → \(after.rig)")
      ]
    return tools + rigs + files + parameters
  }

  private static func differences(
    _ before: [(kind: String, name: String, value: String)],
    _ after: [(kind: String, name: String, value: String)],
    _ how: (String, String) -> String
  ) -> [Difference] {
    var found: [Difference] = []
    for old in before {
      let new = after.first { $0.kind == old.kind && $0.name == old.name }
      if new?.value == old.value { continue }
      found.append(
        Difference(
          kind: old.kind,
          name: old.name,
          how: new.map { how(old.value, $0.value) } ?? "only in the first"
        )
      )
    }
    for new in after where !before.contains(where: { $0.kind == new.kind && $0.name == new.name }) {
      found.append(Difference(kind: new.kind, name: new.name, how: "only in the second"))
    }
    return found
  }
}
