public import Judging
import Quantities
import RunRecord
import Verdicts

/// A run as JSON, for programs.
public enum JSONReport {
  /// The version of the report's format: it grows when a key changes its meaning or goes.
  public static let format = 1

  /// The report of a run: the same run gives the same bytes. Every key is always there; what is
  /// not known is null. Numbers are in base units, durations in seconds.
  public static func document(_ run: JudgedRun) -> String {
    let start = run.start
    return JSONText.object([
      ("format", .integer(Int64(format))),
      ("verdict", .text(run.verdict.rawValue)),
      ("rig", .text(run.rig)),
      ("run", .text(orNull: start?.run)),
      ("tool", .text(orNull: start?.tool)),
      ("host", .text(orNull: start?.host)),
      ("scenario", .text(orNull: start?.scenarioName)),
      ("scenario-file", .text(orNull: start?.scenario.path)),
      ("bench", .text(orNull: start?.benchName)),
      ("bench-file", .text(orNull: start?.bench.path)),
      (
        "parameters",
        .list(
          (start?.parameters ?? []).map {
            .object([("name", .text($0.name)), ("value", .text($0.value))])
          }
        )
      ),
      ("started", .text(orNull: start?.wallTime)),
      ("seconds", .number(run.duration.inSeconds)),
      ("ended", .text(orNull: run.end?.how.rawValue)),
      ("outputs-safe", run.end.map { .bool($0.outputsSafe) } ?? .null),
      ("remarks", .list(run.remarks.map(remark))),
      ("warnings", .list(run.warnings.map { .text($0) })),
      ("notes", .list(run.notes.map(note))),
      ("buses", .list(run.buses.map(bus))),
      ("positions", .list(run.positions.map(position))),
    ]).document
  }

  private static func position(_ position: JudgedPosition) -> JSONText {
    .object([
      ("position", .text(position.position.name)),
      ("verdict", .text(position.verdict.rawValue)),
      ("profile", .text(position.position.profile)),
      ("variant", .text(orNull: position.position.variant)),
      (
        "identity",
        .list(
          position.identity.map { .object([("name", .text($0.name)), ("text", .text($0.text))]) }
        )
      ),
      ("remarks", .list(position.remarks.map(remark))),
      ("steps", .list(position.steps.map(step))),
    ])
  }

  private static func step(_ step: JudgedStep) -> JSONText {
    .object([
      ("step", .text(step.step.id)),
      ("verb", .text(step.step.verb)),
      ("verdict", .text(step.verdict.rawValue)),
      ("not-applicable", .text(orNull: step.notApplicable)),
      ("seconds", step.from == nil || step.to == nil ? .null : .number(step.duration.inSeconds)),
      ("declared-at", origin(step.step.origin)),
      ("remarks", .list(step.remarks.map(remark))),
      ("findings", .list(step.findings.map(finding))),
      ("measurements", .list(step.measurements.map(measurement))),
    ])
  }

  private static func finding(_ finding: Finding) -> JSONText {
    .object([
      ("rule", .text(finding.rule.id)),
      ("verdict", .text(finding.verdict.rawValue)),
      ("text", .text(finding.rule.text)),
      ("decision", .text(finding.rule.decision.description)),
      ("reason", finding.reason.map(reason) ?? .null),
      ("measurement", finding.measurement.map(measurement) ?? .null),
      ("lower", .number(orNull: finding.lower)),
      ("upper", .number(orNull: finding.upper)),
      ("margin", .number(orNull: finding.margin)),
      ("marginal", .bool(finding.isMarginal)),
      ("uncertainty", .number(orNull: finding.uncertainty)),
      ("budget", finding.budget.map(budget) ?? .null),
      ("declared-at", origin(finding.rule.origin)),
    ])
  }

  private static func measurement(_ measurement: Measurement) -> JSONText {
    let number: JSONText
    let unit: JSONText
    switch measurement.value {
    case .number(let value, let dimension):
      (number, unit) = (.number(value), .text(dimension.baseUnit.symbol))
    case .text: (number, unit) = (.null, .null)
    }
    return .object([
      ("id", .text(measurement.id)),
      ("text", .text(measurement.text)),
      ("number", number),
      ("unit", unit),
      ("uncertainty", .number(orNull: measurement.expandedUncertainty)),
      ("coverage-factor", .number(orNull: measurement.coverageFactor)),
      ("budget", measurement.budget.map(budget) ?? .null),
      ("remark", .text(orNull: measurement.remark)),
    ])
  }

  private static func budget(_ budget: UncertaintyBudget) -> JSONText {
    .object([
      ("combined", .number(orNull: budget.combined)),
      ("degrees-of-freedom", .number(orNull: budget.effectiveDegreesOfFreedom)),
      ("coverage-factor", .number(orNull: budget.coverageFactor)),
      ("expanded", .number(orNull: budget.expanded)),
      (
        "components",
        .list(
          budget.components.map {
            .object([
              ("name", .text($0.name)),
              ("evaluation", .text($0.evaluation.rawValue)),
              ("distribution", .text($0.distribution.rawValue)),
              ("standard-uncertainty", .number(orNull: $0.standardUncertainty)),
              ("sensitivity", .number(orNull: $0.sensitivity)),
              ("contribution", .number(orNull: $0.contribution)),
              ("degrees-of-freedom", .number(orNull: $0.degreesOfFreedom)),
            ])
          }
        )
      ),
    ])
  }

  private static func remark(_ remark: Remark) -> JSONText {
    .object([
      ("verdict", .text(remark.verdict.rawValue)),
      ("reason", reason(remark.reason)),
      ("part", .text(orNull: remark.part)),
    ])
  }

  private static func reason(_ reason: Reason) -> JSONText {
    .object([("kind", .text(reason.kind.rawValue)), ("text", .text(reason.text))])
  }

  private static func note(_ note: Note) -> JSONText {
    .object([
      ("position", .text(orNull: note.position)),
      ("step", .text(orNull: note.step)),
      ("text", .text(note.text)),
    ])
  }

  private static func bus(_ bus: RecordedBusStatistics) -> JSONText {
    .object([
      ("bus", .text(bus.bus)),
      ("total", counts(bus.total)),
      (
        "units",
        .list(
          bus.units.map {
            .object([("unit", .integer(Int64($0.unit))), ("counts", counts($0.counts))])
          }
        )
      ),
    ])
  }

  private static func counts(_ counts: RecordedBusStatistics.Counts) -> JSONText {
    func seconds(_ time: Int64?) -> JSONText { .number(orNull: time.map { Double($0) / 1e9 }) }
    let times = counts.responseTimes
    return .object([
      ("frames-sent", .integer(Int64(counts.framesSent))),
      ("replies", .integer(Int64(counts.replies))),
      ("exceptions", .integer(Int64(counts.exceptions))),
      ("time-outs", .integer(Int64(counts.timeOuts))),
      ("crc-errors", .integer(Int64(counts.crcErrors))),
      ("mismatches", .integer(Int64(counts.mismatches))),
      ("late-replies", .integer(Int64(counts.lateReplies))),
      ("strangers", .integer(Int64(counts.strangers))),
      ("collisions", .integer(Int64(counts.collisions))),
      ("skipped-bytes", .integer(Int64(counts.skippedBytes))),
      ("response-median", seconds(times?.median)),
      ("response-99-percent", seconds(times?.percentile99)),
      ("response-longest", seconds(times?.longest)),
    ])
  }

  private static func origin(_ origin: Rule.Origin) -> JSONText {
    .object([
      ("file", .text(origin.file)),
      ("line", .integer(Int64(origin.line))),
      ("column", .integer(Int64(origin.column))),
    ])
  }
}
