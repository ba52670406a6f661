import Judging
import Pulses
import Quantities
import RunRecord
import Verdicts

/// What a value beyond its limit looks like, by rules of thumb that the numbers support. A guess for
/// whoever looks for the cause; it bears on no verdict.
enum LikelyCauses {
  /// What a finding looks like; empty where nothing fits.
  ///
  /// - Parameters:
  ///   - finding: a rule that does not hold.
  ///   - step: the step that it belongs to.
  ///   - position: the position, with its other findings.
  ///   - run: the run, with the other positions.
  ///   - evidence: exchanges and pulses of the step; nil where nothing is known of them.
  static func of(
    _ finding: Finding,
    _ step: JudgedStep,
    on position: JudgedPosition,
    in run: JudgedRun,
    _ evidence: RunEvidence.OfStep?
  ) -> [String] {
    var causes = text(finding, evidence)
    if let miss = Miss(finding) {
      causes += exchanged(miss, step, on: position)
      causes += registers(miss, evidence)
      // Where the bytes themselves explain it, a ratio is chance.
      if causes.isEmpty { causes += ratio(miss) }
      causes += bounce(miss, evidence)
    }
    return causes + everywhere(finding, step, in: run)
  }

  /// A number on the wrong side of its limits.
  struct Miss {
    var finding: Finding
    var value: Double
    var lower: Double?
    var upper: Double?
    var dimension: Dimension

    init?(_ finding: Finding) {
      guard finding.verdict > .skipped, let value = finding.measurement?.number,
        let margin = finding.margin, margin < 0, let dimension = finding.dimension
      else { return nil }
      self.finding = finding
      self.value = value
      (lower, upper) = (finding.lower, finding.upper)
      self.dimension = dimension
    }

    func allows(_ value: Double) -> Bool {
      value.isFinite && value >= lower ?? -.infinity && value <= upper ?? .infinity
    }

    /// Half the width of the limits relative to their middle; nil where they are open, hold zero, or are
    /// so wide that much would fit between them.
    var isTight: Bool {
      guard let lower, let upper, lower * upper > 0 else { return false }
      return (upper - lower) / abs(upper + lower) < 0.1
    }

    /// Whether it is the relative error of an energy.
    var isError: Bool {
      guard dimension == .ratio, let lower, let upper else { return false }
      return lower < 0 && upper > 0 && upper - lower < 0.2
        && ["error", "difference"].contains { finding.rule.measurement.hasPrefix($0) }
    }
  }

  // MARK: By the number alone

  private static func ratio(_ miss: Miss) -> [String] {
    let found =
      miss.isError
      ? Ratio.pulses.first { miss.allows((1 + miss.value) / $0.value - 1) }
      : miss.isTight
        ? (miss.dimension == .pulseRate ? Ratio.pulses : Ratio.readings)
          .first { miss.allows(miss.value / $0.value) } : nil
    return found.map { ["It looks like \($0.looksLike)."] } ?? []
  }

  // MARK: By the other numbers of the position

  /// Two values that would each satisfy the other's limits.
  private static func exchanged(
    _ miss: Miss,
    _ step: JudgedStep,
    on position: JudgedPosition
  ) -> [String] {
    guard miss.isTight || miss.isError else { return [] }
    for other in position.steps where other.step.verb == step.step.verb {
      for finding in other.findings {
        guard let second = Miss(finding), second.dimension == miss.dimension,
          finding.rule != miss.finding.rule
        else { continue }
        let isSwapped =
          miss.isError && second.isError
          ? other.step.id != step.step.id && abs((1 + miss.value) * (1 + second.value) - 1) < 0.02
          : second.isTight && miss.allows(second.value) && second.allows(miss.value)
        if isSwapped {
          let name =
            other.step.id == step.step.id
            ? "'\(finding.rule.id)'" : "'\(finding.rule.id)' of '\(other.step.id)'"
          return ["It looks like two that were exchanged: \(name) misses its limits by as much."]
        }
      }
    }
    return []
  }

  // MARK: By the bytes

  private static func registers(_ miss: Miss, _ evidence: RunEvidence.OfStep?) -> [String] {
    guard miss.isTight, let exchanges = evidence?.exchanges.exchanges else { return [] }
    for registers in exchanges.compactMap(FrameRegisters.init) {
      for index in 0..<max(0, registers.values.count - 1) {
        guard let raw = registers.float(at: index), raw != 0 else { continue }
        let factor = miss.value / raw
        // A register's unit is a power of a thousand.
        guard [1, 1e3, 1e6, 1e-3].contains(where: { abs(factor / $0 - 1) < 1e-6 }) else { continue }
        if let swapped = registers.float(at: index, isSwapped: true),
          miss.allows(swapped * factor)
        {
          // One register too far shows the next number's higher word last: nearly the same.
          return [
            "It looks like swapped words, or an address that is off by one: with the lower word first the same registers hold \(text(swapped * factor, miss))."
          ]
        }
        for offset in [-1, 1, -2, 2] {
          guard let near = registers.float(at: index + offset), miss.allows(near * factor) else {
            continue
          }
          let place = offset < 0 ? "before" : "after"
          return [
            abs(offset) == 1
              ? "It looks like an address that is off by one: one register \(place) this one there is \(text(near * factor, miss))."
              : "It looks like the address of another quantity: the number \(place) this one in the same reply is \(text(near * factor, miss))."
          ]
        }
      }
    }
    return []
  }

  private static func text(_ value: Double, _ miss: Miss) -> String {
    Measurement.text(value, miss.dimension, digits: 5)
  }

  // MARK: By the edges

  private static func bounce(_ miss: Miss, _ evidence: RunEvidence.OfStep?) -> [String] {
    guard let evidence else { return [] }
    let judgesPulses = ["width", "off-time", "pulses", "rate", "jitter", "error"]
      .contains { miss.finding.rule.measurement.hasPrefix($0) }
    guard judgesPulses, let margin = miss.finding.margin else { return [] }
    // A burst shortens or lengthens a pulse by no more than it takes itself; one that is shorter than the
    // bounce time changes no count.
    let explained =
      miss.dimension == .time ? -margin : 0.8 * EdgeFilter.standardBounce.inSeconds
    return evidence.pulses.compactMap { trace in
      let bounce = trace.statistics.bounce
      guard bounce.groups > 0, bounce.glitches > 0 || bounce.longest.inSeconds >= explained else {
        return nil
      }
      return
        "It looks like bounce on \(trace.line): \(bounce.edges) edges came within 5 ms of another, the longest burst took \(Measurement.text(bounce.longest.inSeconds, .time, digits: 3))."
    }
  }

  // MARK: By the texts

  private static func text(_ finding: Finding, _ evidence: RunEvidence.OfStep?) -> [String] {
    guard finding.verdict > .skipped, case .text(let allowed) = finding.rule.criterion,
      case .text(let found)? = finding.measurement?.value
    else { return [] }
    let exchanges = evidence?.exchanges.exchanges ?? []
    if let number = SwappedWords.number(in: found, allowed: allowed, exchanges) {
      return [
        "It looks like swapped words: with the lower word first the same registers hold \(number)."
      ]
    }
    func plain(_ text: String) -> String {
      let kept = text.lowercased().unicodeScalars
        .filter { !$0.properties.isWhitespace && ![".", ",", "-", "_"].contains($0) }
      return String(String.UnicodeScalarView(kept.drop { $0 == "0" }))
    }
    return allowed.filter { plain($0) == plain(found) && !plain(found).isEmpty }.prefix(1).map {
      "It looks like another way to write '\($0)': they differ in case, spaces, points or leading zeros alone."
    }
  }

  // MARK: By the other positions

  /// What every meter does the same is seldom the meters' doing.
  private static func everywhere(
    _ finding: Finding,
    _ step: JudgedStep,
    in run: JudgedRun
  ) -> [String] {
    let judged = run.positions.flatMap(\.steps)
      .filter { $0.step.id == step.step.id && $0.verdict != .notApplicable }
      .compactMap { $0.findings.first { $0.rule.id == finding.rule.id } }
    guard judged.count > 1, judged.allSatisfy({ $0.verdict == finding.verdict }) else { return [] }
    return [
      "All \(judged.count) positions miss this rule. It looks more like the bench, the reference or the scenario than like \(judged.count) bad meters."
    ]
  }
}
