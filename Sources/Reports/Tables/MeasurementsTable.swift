public import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// Every measurement of a run as CSV, whether a rule judged it or not.
public enum MeasurementsTable {
  /// The columns, in their order; a new one is added at the end, and none changes its meaning.
  ///
  /// `value` and `uncertainty` are in `unit`, a base unit; `from` and `to` are seconds from the record's
  /// first event; `serial-number` is what the meter told, else what was expected of it.
  public static let columns = [
    "run", "rig", "position", "step", "verb", "measurement", "value", "unit", "text", "uncertainty",
    "coverage-factor", "from", "to", "remark", "serial-number",
    "firmware",
  ]

  /// The table of a run: the same run gives the same bytes.
  public static func document(_ run: JudgedRun) -> String {
    var text = CSVLine.text(columns.map { .text($0) })
    for position in run.positions {
      for step in position.steps {
        for measurement in step.measurements {
          text += row(run, position, step, measurement)
        }
      }
    }
    return text
  }

  private static func row(
    _ run: JudgedRun,
    _ position: JudgedPosition,
    _ step: JudgedStep,
    _ measurement: Measurement
  ) -> String {
    let unit: String? =
      if case .number(_, let dimension) = measurement.value {
        dimension.baseUnit.symbol
      } else {
        nil
      }
    let cells: [CSVLine.Cell] = [
      .text(orNull: run.start?.run), .text(run.rig), .text(position.position.name),
      .text(step.step.id), .text(step.step.verb), .text(measurement.id),
      .number(orNull: measurement.number), .text(orNull: unit),
      .text(orNull: measurement.ownText), .number(orNull: measurement.expandedUncertainty),
      .number(orNull: measurement.coverageFactor),
      .digits(TableTime.seconds(measurement.from.duration(since: run.from))),
      .digits(TableTime.seconds(measurement.to.duration(since: run.from))),
      .text(orNull: measurement.remark),
    ]
    return CSVLine.text(cells + MeterCells.of(position))
  }
}
