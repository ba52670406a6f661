import Benches
import Metrology
import Planning
import Pulses
import Quantities
import Rig
import Scenarios
import Verdicts

extension PositionRunner {
  /// Whether the load gave what the bench file declares while the step took place, as the reference saw
  /// it: rules that state a current or a power are about the meter only then.
  func checkLoad(_ step: PlannedStep) async throws {
    guard let relied = step.reliedOnLoad, !step.step.rules.isEmpty else { return }
    guard let power = try await attributingFaults(step, { try await reference.powerSeen() }) else {
      observe(
        step,
        .condition,
        "the reference does not show whether load \(relied.load) gave what the bench file declares"
      )
      return
    }
    await noteDips(step)
    let dimension = plan.bench.reference?.energy.powerDimension ?? .activePower
    let budget = UncertaintyBudget(plan.bench.referenceComponents)
    measure(
      step,
      "load-power",
      .number(power.nominal, dimension),
      budget: budget.scaled(by: power.nominal),
      from: lane.now,
      remark: "of load \(relied.load), as the reference saw it"
    )
    func text(_ power: Double) -> String { Measurement.text(power, dimension, digits: 4) }
    let declared = "\(text(relied.power.least)) to \(text(relied.power.most))"
    // Beyond this it cannot be the reference's doing.
    let doubt = budget.expanded + Self.shortGate
    let allowed = relied.power.least * (1 - doubt)...relied.power.most * (1 + doubt)
    if let seen = [power.least, power.most].first(where: { !allowed.contains($0) }) {
      observe(
        step,
        .bench,
        part: Part(.load, relied.load),
        "it gave \(text(seen)) as the reference saw it, and the bench file declares \(declared); check the load, the source and their declarations"
      )
      return
    }
    guard relied.isLimit else { return }
    // Only what lies within by more than the reference's uncertainty is shown to be as declared; a load without a
    // tolerance has a second's unsteadiness for one.
    let room = max((relied.power.most - relied.power.least) / 2, Self.shortGate * power.nominal)
    let off = abs(power.nominal - relied.power.nominal)
    guard off + budget.expanded * power.nominal <= room else {
      observe(
        step,
        .condition,
        part: Part(.reference, ""),
        "it saw load \(relied.load) give \(text(power.nominal)) ± \(text(budget.expanded * power.nominal)), and the bench file declares \(declared): with an allowance of \(Measurement.text(doubt, .ratio, digits: 2)) for the reference and a moment's reading it is neither shown to be within that nor to be beyond"
      )
      return
    }
  }

  /// Pulses that the reference lost, and dips of the load that are as short, look alike; neither lets a gate, or
  /// a step where no gate is given, say anything of the meter.
  func noteDips(in gate: Gate? = nil, _ step: PlannedStep) async {
    let dips = await reference.dips(in: gate)
    guard dips > 0 else { return }
    observe(
      step,
      .condition,
      part: Part(.reference, ""),
      "\(dips) of the reference's periods \(dips == 1 ? "was" : "were") half as long again as those beside \(dips == 1 ? "it" : "them"): it lost pulses, or the load dipped; check its wiring"
    )
  }

  /// A period more or less in the second or so that the reference was looked at.
  private static let shortGate = 0.005
}
