public import Judging
import Markup
import Quantities
import RunRecord
public import Verdicts

/// A run as the history keeps it: a function of its judged record and of the place where that is.
public struct RunEntry: Hashable, Sendable, Encodable {
  /// A name with a value.
  public struct Pair: Hashable, Sendable, Encodable {
    public var name: String
    public var value: String
  }

  /// A file that the run used.
  public struct File: Hashable, Sendable, Encodable {
    /// `scenario`, `included`, `bench` or `profile`.
    public var kind: String
    public var path: String
    public var fingerprint: String
  }

  public var run: String
  /// The record's path.
  public var record: String
  /// Of the record's bytes.
  public var fingerprint: String
  /// UTC, `YYYY-MM-DDThh:mm:ss.sssZ`.
  public var wallTime: String
  public var clockIsSynchronised: Bool
  /// `host`, or `twin` where any part is simulated.
  public var rig: String
  public var host: String
  public var tool: String
  public var scenario: String
  public var bench: String
  public var verdict: Verdict
  /// `completed`, `interrupted` or `failed`; nil where the record breaks off.
  public var ended: String?
  /// Whether known-good meters judged the bench.
  public var judgesBench: Bool
  /// How many events of the record were judged: of two records that break off the longer one counts.
  public var events: Int
  public var parameters: [Pair]
  public var files: [File]
  /// What bears on the run as a whole.
  public var remarks: [FindingEntry]
  public var positions: [PositionEntry]
}

/// A position of a run, with the meter that was in it.
public struct PositionEntry: Hashable, Sendable, Encodable {
  public var name: String
  public var profile: String
  public var variant: String?
  /// What the meter told in `identify`, else the number that was expected of it; nil where there is neither.
  public var serial: String?
  public var firmware: String?
  public var identity: [RunEntry.Pair]
  public var verdict: Verdict
  /// Whether anything of the meter failed, though an error of the bench may outrank it.
  public var hasFailure: Bool
  public var findings: [FindingEntry]
}

/// A rule with what was found, or a remark beside the rules.
public struct FindingEntry: Hashable, Sendable, Encodable {
  /// Empty for what bears on a whole position or run.
  public var step: String
  public var verb: String
  /// Empty for a remark.
  public var rule: String
  public var verdict: Verdict
  public var reason: String?
  /// The part of the rig that is to blame.
  public var part: String?
  /// In the base unit `unit`, as are the limits, the uncertainty and the margin.
  public var value: Double?
  public var unit: String?
  public var text: String?
  public var lower: Double?
  public var upper: Double?
  /// The expanded uncertainty that decided.
  public var uncertainty: Double?
  public var margin: Double?
  public var decision: String?
  /// `within`, `around` or `text`.
  public var form: String?
  /// The limits as the scenario states them: what values have in common that may be compared.
  public var limits: String?
  /// Whether the value is one of the meter under the scenario's conditions, whatever the verdict.
  public var isSound: Bool
  public var reasonText: String?
}

extension RunEntry {
  /// The entry of a judged record.
  ///
  /// - Parameters:
  ///   - record: the record's path.
  ///   - fingerprint: of the record's bytes.
  ///   - events: how many events of it were judged.
  /// - Throws: `HistoryError` where the record does not say what run it is of.
  public init(
    _ judged: JudgedRun,
    record: String,
    fingerprint: String,
    events: Int
  ) throws(HistoryError) {
    guard let start = judged.start else {
      throw HistoryError(
        .record,
        record,
        "the record does not say what was run, so it cannot be in a history; see 'meterbench show'"
      )
    }
    self.record = record
    self.fingerprint = fingerprint
    self.events = events
    run = kept(start.run)
    wallTime = kept(start.wallTime)
    clockIsSynchronised = start.wallClockIsSynchronised
    rig = kept(start.rig)
    host = kept(start.host)
    tool = kept(start.tool)
    scenario = kept(start.scenarioName)
    bench = kept(start.benchName)
    verdict = judged.verdict
    ended = judged.end?.how.rawValue
    judgesBench = judged.judgesBench
    parameters = start.parameters.map { Pair($0.name, $0.value) }
    files =
      [File("scenario", start.scenario)] + (start.included ?? []).map { File("included", $0) }
      + [File("bench", start.bench)] + start.profiles.map { File("profile", $0) }
    remarks = judged.remarks.map { FindingEntry($0) }
    positions = judged.positions.map { PositionEntry($0, of: judged) }
  }
}

/// A text of a record in the form in which the history keeps and seeks it: on one line and visible, for a NUL would
/// end it early in SQLite, and a control would act on a terminal.
func kept(_ text: String) -> String { Visible.line(text) }

extension RunEntry.Pair {
  init(_ name: String, _ value: String) {
    (self.name, self.value) = (kept(name), kept(value))
  }
}

extension RunEntry.File {
  fileprivate init(_ kind: String, _ source: RunStarted.SourceText) {
    self.kind = kind
    path = kept(source.path)
    fingerprint = Fingerprint.of(source.text.utf8)
  }
}

extension PositionEntry {
  fileprivate init(_ judged: JudgedPosition, of run: JudgedRun) {
    name = kept(judged.position.name)
    profile = kept(judged.position.profile)
    variant = judged.position.variant.map { kept($0) }
    identity = judged.identity.map { RunEntry.Pair($0.name, $0.text) }
    // What a meter that never answered was found to be stands under the number that was expected.
    serial =
      identity.first { $0.name == "serial-number" }?.value
      ?? judged.position.expected.map { kept($0.serialNumber.withoutZeros) }
    firmware = identity.first { $0.name == "firmware" }?.value
    verdict = judged.verdict
    hasFailure = judged.hasFailure
    let isDoubtful = (run.remarks + judged.remarks).contains { $0.verdict >= .inconclusive }
    findings = judged.remarks.map { FindingEntry($0) }
    for step in judged.steps {
      findings += step.findings.map {
        FindingEntry($0, in: step, judgesBench: run.judgesBench, isDoubtful: isDoubtful)
      }
      findings += step.remarks.map { FindingEntry($0, in: step) }
    }
  }
}

extension FindingEntry {
  fileprivate init(_ remark: Remark, in step: JudgedStep? = nil) {
    self.step = kept(step?.step.id ?? "")
    verb = step?.step.verb ?? ""
    rule = ""
    verdict = remark.verdict
    reason = remark.reason.kind.rawValue
    part = remark.part.map { kept($0) }
    isSound = false
    reasonText = kept(remark.reason.text)
  }

  fileprivate init(
    _ finding: Finding,
    in step: JudgedStep,
    judgesBench: Bool,
    isDoubtful: Bool
  ) {
    self.step = kept(step.step.id)
    verb = step.step.verb
    rule = kept(finding.rule.id)
    verdict = finding.verdict
    reason = finding.reason?.kind.rawValue
    switch finding.measurement?.value {
    case .number(let number, let dimension):
      value = number
      unit = dimension.baseUnit.symbol
    case .text(let told): text = kept(told)
    case nil: break
    }
    (lower, upper) = (finding.lower, finding.upper)
    uncertainty = finding.uncertainty ?? finding.measurement?.expandedUncertainty
    margin = finding.margin
    (form, limits) = finding.rule.criterion.words
    if form != "text" { decision = finding.rule.decision.description }
    reasonText = finding.reason.map { kept($0.text) }
    // What a good meter fails is called the bench's error; its value is what shows a drift.
    let isValue =
      switch (finding.verdict, finding.reason?.kind) {
      case (.passed, _), (.failed, .limit?), (.inconclusive, .undecided?): true
      case (.error, .bench?): judgesBench && (margin ?? 0) < 0
      default: false
      }
    isSound =
      isValue && !isDoubtful && value?.isFinite == true
      && !step.remarks.contains { $0.verdict >= .inconclusive }
  }
}

extension Rule.Criterion {
  /// The form, and what two rules with the same limits have in common.
  fileprivate var words: (form: String, limits: String) {
    switch self {
    case .within(let lower, let upper, _):
      ("within", "\(lower.map { "\($0)" } ?? "") … \(upper.map { "\($0)" } ?? "")")
    case .around(let nominal, let relative, let absolute, let dimension):
      ("around", kept("\(nominal) ± \(Self.width(relative, absolute, dimension))"))
    case .text(let allowed): ("text", kept(allowed.joined(separator: ", ")))
    }
  }

  private static func width(
    _ relative: Double,
    _ absolute: Double,
    _ dimension: Dimension
  ) -> String {
    let parts = [
      relative == 0 ? nil : "\(Decimal.text(relative * 100)) %",
      absolute == 0 ? nil : Measurement.text(absolute, dimension),
    ]
    return parts.compactMap(\.self).joined(separator: " ± ")
  }
}
