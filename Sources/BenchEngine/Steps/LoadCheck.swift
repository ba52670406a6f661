import Benches
import Metrology
import Planning
import Quantities
import Rig
import Scenarios
import Verdicts

extension PositionRunner {
  /// Whether the load gave what the bench file declares while the step took place, as the reference saw
  /// it: rules that state a current or a power are about the meter only then.
  func checkLoad(_ step: PlannedStep) async throws {
    guard let relied = step.reliedOnLoad, !step.step.rules.isEmpty else { return }
    guard let power = try await mended(step, { try await reference.power() }) else {
      observe(
        step,
        .condition,
        "the reference does not show whether load \(relied.load) gave what the bench file declares"
      )
      return
    }
    let dimension = plan.bench.reference?.energy.powerDimension ?? .activePower
    let accuracy = (plan.bench.reference?.accuracy ?? 0) + Self.shortGate
    measure(
      step,
      "load-power",
      .number(power.nominal, dimension),
      budget: UncertaintyBudget([.referenceAccuracy(accuracy).scaled(by: power.nominal)]),
      from: lane.now,
      remark: "of load \(relied.load), as the reference saw it"
    )
    let allowed = relied.power.least * (1 - accuracy)...relied.power.most * (1 + accuracy)
    let seen = [power.least, power.most].first { !allowed.contains($0) }
    guard let seen else { return }
    func text(_ power: Double) -> String { Measurement.text(power, dimension, digits: 4) }
    observe(
      step,
      .bench,
      part: Part(.load, relied.load),
      "it gave \(text(seen)) as the reference saw it, and the bench file declares \(text(relied.power.least)) to \(text(relied.power.most)); check the load, the source and their declarations"
    )
  }

  /// A period more or less in the second or so that the reference was looked at.
  private static let shortGate = 0.005
}
