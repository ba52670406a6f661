import Judging
import Markup
import Quantities
import RunRecord
import Verdicts

/// The error of a meter against the load, with the funnel of its limits.
enum LoadPlot {
  private struct Point {
    var power: Double
    var error: Double
    var lower: Double?
    var upper: Double?
  }

  /// Nil where the position was measured at one load only.
  static func chart(_ position: JudgedPosition) -> Chart? {
    let energies = position.steps.flatMap(\.measurements)
      .first { $0.id == "reference-energy" }
    guard case .number(_, let dimension)? = energies?.value else { return nil }
    let points = position.steps.flatMap { self.points($0, dimension) }
      .sorted { ($0.power, $0.error) < ($1.power, $1.error) }
    guard let least = points.first?.power, let most = points.last?.power, most > least * 1.1 else {
      return nil
    }
    let limited = points.compactMap { point -> (x: Double, range: ClosedRange<Double>)? in
      guard let lower = point.lower, let upper = point.upper, lower <= upper else { return nil }
      return (point.power, (lower * 100)...(upper * 100))
    }
    let values =
      points.map { $0.error * 100 }
      + limited.flatMap { [$0.range.lowerBound, $0.range.upperBound] }
    let wrong = points.filter {
      $0.error < $0.lower ?? -.infinity || $0.error > $0.upper ?? .infinity
    }
    let power: Dimension =
      switch dimension {
      case .reactiveEnergy: .reactivePower
      case .apparentEnergy: .apparentPower
      default: .activePower
      }
    let unit = PlotUnit([most], power)
    func place(_ point: Point) -> Chart.Point {
      Chart.Point(unit.value(point.power), point.error * 100)
    }
    let scaled = limited.map { (x: unit.value($0.x), range: $0.range) }
    let worst = points.max { abs($0.error) < abs($1.error) }
    return Chart(
      title: "Error against load",
      description:
        "\(points.count) loads from \(unit.text(least, digits: 3)) to \(unit.text(most, digits: 3)); the greatest error is \(Measurement.text(worst?.error ?? 0, .ratio, digits: 3)) at \(unit.text(worst?.power ?? 0, digits: 3)). The shaded funnel is the room between the limits; \(wrong.isEmpty ? "no value is beyond it" : "\(wrong.count == 1 ? "1 value is" : "\(wrong.count) values are") beyond it (triangles)").",
      x: Chart.Axis(
        unit.label("Power"),
        (unit.value(least) * 0.9)...(unit.value(most) * 1.1),
        isLogarithmic: most > 8 * least
      ),
      y: Chart.Axis("Error (%)", Chart.Axis.around(values, air: 0.12)),
      marks: [
        .area(scaled), .spans(scaled, .limit), .line(points.map(place), .data),
        .points(
          points.filter { point in !wrong.contains { $0.power == point.power } }.map(place),
          .dot,
          .data
        ),
        .points(wrong.map(place), .triangle, .alarm),
      ]
    )
  }

  /// The errors of a step, each with the mean power over its gate.
  private static func points(_ step: JudgedStep, _ dimension: Dimension) -> [Point] {
    let finding = step.findings.first { $0.rule.measurement == "error" }
    return step.measurements.compactMap { error in
      guard error.id == "error", let value = error.number, value.isFinite,
        let energy = step.measurements.first(where: {
          $0.id == "reference-energy" && $0.from == error.from && $0.to == error.to
        }), case .number(let amount, dimension) = energy.value
      else { return nil }
      let hours = error.to.duration(since: error.from).inSeconds / 3600
      guard hours > 0, amount > 0, (amount / hours).isFinite else { return nil }
      return Point(
        power: amount / hours,
        error: value,
        lower: finding?.lower,
        upper: finding?.upper
      )
    }
  }
}
