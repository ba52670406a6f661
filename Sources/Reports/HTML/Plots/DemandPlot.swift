import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// How a demand rose: the readings of its register over time.
enum DemandPlot {
  private struct Scale {
    var factor: Double
    var isSwapped: Bool
  }

  /// Nil where the step measured no demand, or where no register that was read again and again ends at the
  /// measured value: then nothing shows how its numbers are to be read.
  static func chart(_ evidence: RunEvidence.OfStep, _ step: JudgedStep) -> Chart? {
    guard step.step.verb == "demand", let start = step.from,
      let measured = step.measurements.last(where: { $0.id == "value" }),
      case .number(let final, let dimension) = measured.value, final != 0, final.isFinite
    else { return nil }
    for series in evidence.exchanges.series where series.samples.count >= 5 {
      guard let scale = scale(series, final) else { continue }
      let points = series.samples.compactMap { sample -> Chart.Point? in
        sample.registers.float(at: 0, isSwapped: scale.isSwapped).map {
          Chart.Point(sample.at.duration(since: start).inSeconds, $0 * scale.factor)
        }
      }
      return chart(points.filter(\.y.isFinite), final, dimension, step, start)
    }
    return nil
  }

  private static func scale(_ series: ExchangeTrace.Series, _ final: Double) -> Scale? {
    guard let last = series.samples.last?.registers else { return nil }
    for isSwapped in [false, true] {
      guard let number = last.float(at: 0, isSwapped: isSwapped), number != 0 else { continue }
      for factor in [1, 1e3, 1e6, 1e-3] where abs(number * factor / final - 1) < 0.01 {
        return Scale(factor: factor, isSwapped: isSwapped)
      }
    }
    return nil
  }

  private static func chart(
    _ points: [Chart.Point],
    _ final: Double,
    _ dimension: Dimension,
    _ step: JudgedStep,
    _ start: Instant
  ) -> Chart {
    let unit = PlotUnit(points.map(\.y) + [final], dimension)
    let end = max(points.last?.x ?? 1, 1)
    let time = PlotUnit([end], .time)
    var marks: [Chart.Mark] = [
      .line(points.map { Chart.Point(time.value($0.x), unit.value($0.y)) }, .data)
    ]
    var words = "\(points.count) readings; the demand ended at \(unit.text(final))"
    var levels = [0, final]
    if let expected = step.measurements.last(where: { $0.id == "expected-value" })?.number {
      marks.append(.level(unit.value(expected), "expected", .expected))
      words += ", expected \(unit.text(expected)) (dashed)"
      levels.append(expected)
    }
    if let set = step.measurements.last(where: { $0.id == "set-integration-time" }),
      let window = set.number
    {
      let over = set.from.duration(since: start).inSeconds + window
      let text = PlotUnit([window], .time).text(window)
      marks.append(.place(time.value(over), "window of \(text) over", .expected))
      words += "; the window that is set is \(text)"
    }
    if let found = step.measurements.last(where: { $0.id == "integration-time" })?.number {
      words += ", the one that was measured \(PlotUnit([found], .time).text(found))"
    }
    return Chart(
      title: "Demand over time",
      description: words + ".",
      x: Chart.Axis(time.label("Time since the step began"), 0...time.value(end)),
      y: Chart.Axis(
        unit.label("Demand"),
        Chart.Axis.around((points.map(\.y) + levels).map(unit.value))
      ),
      marks: marks
    )
  }
}
