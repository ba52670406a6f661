import Benches
public import Planning
import Quantities
public import RunRecord
import Scenarios

extension RecordedPlan {
  /// The plan as the record keeps it.
  public init(_ plan: Plan) {
    let expectsUnits = plan.positions.contains { $0.expected != nil }
    func recorded(_ step: PlannedStep, isFinally: Bool) -> RecordedPlan.Step {
      RecordedPlan.Step(
        id: step.step.id,
        verb: step.step.action.verb,
        isFinally: isFinally,
        origin: step.step.origin,
        rules: step.step.rules,
        predictedSeconds: step.predictedDuration.inSeconds,
        notApplicable: [],
        trustedLoad: step.trustedLoad,
        identifiesUnit: expectsUnits && step.step.identifiesUnit ? true : nil
      )
    }
    self.init(
      positions: plan.positions.map { planned in
        RecordedPlan.Position(
          name: planned.position.name,
          profile: planned.position.profile,
          variant: planned.position.variant,
          bus: planned.position.bus,
          address: planned.position.address,
          notApplicable: planned.notApplicable,
          expected: planned.expected,
          refused: planned.refused
        )
      },
      steps: plan.steps.map { recorded($0, isFinally: false) }
        + plan.finally.map { recorded($0, isFinally: true) },
      reference: (plan.steps + plan.finally).contains(where: \.needsReference)
        ? plan.bench.reference.map {
          Reference(calibratedUntil: $0.calibratedUntil, certificate: $0.certificate)
        } : nil,
      timeBase: (plan.steps + plan.finally).contains(where: \.needsClockRate)
        ? plan.bench.timeBase.map {
          Reference(calibratedUntil: $0.calibratedUntil, certificate: $0.certificate)
        } : nil,
      judgesBench: plan.scenario.judgesBench ? true : nil,
      warnings: plan.warnings
    )
  }
}
