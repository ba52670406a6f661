import Judging
import Markup
import RunRecord

/// The plots of a position: only what the record has the data for.
struct PositionPlots {
  let position: JudgedPosition
  let evidence: RunEvidence

  /// - Parameter shown: steps whose pulses are shown elsewhere.
  func charts(without shown: [String]) -> [Chart] {
    var charts = [LoadPlot.chart(position)].compactMap(\.self)
    for step in position.steps {
      guard let ofStep = evidence.of(step.step.id, on: position.position.name) else { continue }
      let ofPulses =
        shown.contains(step.step.id) ? [] : PulsePlots.charts(ofStep, step)
      let demand = DemandPlot.chart(ofStep, step)
      charts += (ofPulses + [demand].compactMap(\.self)).map { chart in
        var chart = chart
        chart.title = "\(Shown.line(step.step.id, limit: 80)): \(chart.title)"
        return chart
      }
    }
    return charts
  }
}
