import MeterProfiles
import Metrology
import Planning
import Pulses
import Quantities
import Rig
import RunRecord
import Scenarios
import Verdicts

extension PositionRunner {
  /// `remeasure`: the stated number of gates, one after the other. All of them count, whatever they show.
  func remeasure(_ test: Remeasure, _ step: PlannedStep) async throws {
    guard let expectation = step.pulses else { return }
    let start = lane.now
    var errors: [(value: Double, all: UncertaintyBudget, own: UncertaintyBudget)] = []
    for index in 1...test.gates {
      var (reading, energy) = try await gate(test, expectation, step)
      if reading.statistics.suspectedLossCount > 0 {
        // As `count-pulses` does: what was lost may have been lost in the wiring.
        noteGap(
          reading.statistics,
          await reference.spread(in: reading.gate),
          isExplained: false,
          step
        )
        note(step, "gate \(index) was measured once more")
        (reading, energy) = try await gate(test, expectation, step)
      }
      let spread = await reference.spread(in: reading.gate)
      checkReferenceAgainstMeter(spread, reading, step)
      checkDeclaredLoad(energy, reading, expectation, step)
      await noteDips(in: reading.gate, step)
      if reading.statistics.suspectedLossCount > 0 {
        noteGap(reading.statistics, spread, isExplained: (spread ?? 0) > Self.steady, step)
      }
      let (error, budget) = try await attributingFaults(step) {
        try PulseError.errorOfPulses(
          gate: reading.gate,
          statistics: reading.statistics,
          constant: expectation.output.constant.base,
          reference: energy,
          edgeTime: EdgeStamp.halfWidth
        )
      }
      measure(
        step,
        "error-\(index)",
        .number(error, .ratio),
        budget: budget,
        from: reading.gate.opened,
        to: reading.gate.closed
      )
      errors.append((error, budget, budget.varying))
    }
    summarise(errors, since: start, step)
  }

  /// One gate with the energy that the reference gives for it.
  private func gate(
    _ test: Remeasure,
    _ expectation: PulseExpectation,
    _ step: PlannedStep
  ) async throws -> (PulseReader.Reading, ReferenceEnergy) {
    try await attributingFaults(step) { try await reference.ready() }
    let reading = try await readGate(
      output: test.gate.output,
      pulses: test.gate.atLeastPulses,
      time: test.gate.atLeastTime,
      expectation,
      step,
      due: { since in
        await self.reference.periodsDue(
          since: since,
          constant: expectation.output.constant.base * expectation.scale
        )
      }
    ) { try await self.reference.bracket($0) }
    let energy = try await expectedEnergy(reading, test.gate, step).scaled(by: expectation.scale)
    return (reading, energy)
  }

  private func summarise(
    _ errors: [(value: Double, all: UncertaintyBudget, own: UncertaintyBudget)],
    since start: Instant,
    _ step: PlannedStep
  ) {
    let values = errors.map(\.value)
    guard let least = values.min(), let most = values.max() else { return }
    // The reference's own error is the same in every gate, so the mean is no better than one of them.
    let widest = errors.max { $0.all.expanded < $1.all.expanded }
    measure(
      step,
      "mean-error",
      .number(values.reduce(0, +) / Double(values.count), .ratio),
      budget: widest?.all,
      from: start,
      to: lane.now
    )
    guard values.count >= 3 else { return measureRange(errors, most - least, since: start, step) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let freedom = Double(values.count - 1)
    let deviation = (squares / freedom).squareRoot()
    let bench = benchScatter(errors)
    measure(
      step,
      "standard-deviation",
      .number(deviation, .ratio),
      // JCGM 100:2008 clause E.4.3.
      budget: UncertaintyBudget(
        [
          .init(
            name: "a deviation from \(values.count) gates",
            evaluation: .a,
            distribution: .normal,
            standardUncertainty: deviation / (2 * freedom).squareRoot(),
            degreesOfFreedom: freedom
          )
        ] + bench
      ),
      from: start,
      to: lane.now
    )
    measureRange(errors, most - least, since: start, step)
  }

  /// What the bench itself scatters by from gate to gate, which looks like the meter's scatter. The jitter of the
  /// meter's pulses is the meter's.
  private func benchScatter(
    _ errors: [(value: Double, all: UncertaintyBudget, own: UncertaintyBudget)]
  ) -> [UncertaintyBudget.Component] {
    let components = errors.map(\.own).max { $0.combined < $1.combined }?.components ?? []
    return components.filter { $0.name != UncertaintyBudget.Component.pulseJitterName }
  }

  private func measureRange(
    _ errors: [(value: Double, all: UncertaintyBudget, own: UncertaintyBudget)],
    _ range: Double,
    since start: Instant,
    _ step: PlannedStep
  ) {
    // In a difference what is the same in every gate cancels out; the rest of two gates stays.
    measure(
      step,
      "repeatability",
      .number(range, .ratio),
      budget: UncertaintyBudget(benchScatter(errors)).scaled(by: 2.0.squareRoot()),
      from: start,
      to: lane.now
    )
  }
}
