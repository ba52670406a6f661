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
    let start = try listen(to: test.gate.output)
    var closed = start
    var gates: [(error: Double, budget: UncertaintyBudget)] = []
    for index in 1...test.gates {
      var (reading, energy) = try await gate(test, expectation, step, since: closed)
      var spread = await noteGate(reading, index, step)
      if reading.statistics.isIrregular {
        // As `count-pulses` does: what was lost may have been lost in the wiring, or the load was away.
        note(step, "gate \(index) was measured once more")
        (reading, energy) = try await gate(test, expectation, step, since: reading.gate.closed)
        spread = await noteGate(reading, index, step)
      }
      closed = reading.gate.closed
      checkReferenceAgainstMeter(spread, reading, step)
      checkDeclaredLoad(energy, reading, expectation, step)
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
      gates.append((error, budget))
    }
    summarise(Scatter(gates), since: start, step)
  }

  /// One gate with the energy that the reference gives for it.
  private func gate(
    _ test: Remeasure,
    _ expectation: PulseExpectation,
    _ step: PlannedStep,
    since start: Instant
  ) async throws -> (PulseReader.Reading, ReferenceEnergy) {
    try await attributingFaults(step) { try await reference.ready() }
    let reading = try await readGate(
      output: test.gate.output,
      pulses: test.gate.atLeastPulses,
      time: test.gate.atLeastTime,
      expectation,
      step,
      since: start,
      shownWithin: await reference.lag,
      due: { start, end in
        await self.reference.energyDue(from: start, to: end)
          .map { $0 * expectation.periodsPerEnergy }
      }
    ) { try await self.reference.bracket($0) }
    let energy = try await expectedEnergy(reading, test.gate, step).scaled(by: expectation.scale)
    return (reading, energy)
  }

  /// Notes what the gate's own evidence says against it.
  ///
  /// - Returns: how far the load left its mean; nil where the reference does not show it.
  private func noteGate(
    _ reading: PulseReader.Reading,
    _ index: Int,
    _ step: PlannedStep
  ) async -> Double? {
    let spread = await reference.spread(in: reading.gate)
    await noteDips(in: reading.gate, step)
    guard reading.statistics.isIrregular else { return spread }
    noteGap(
      reading.statistics,
      spread,
      isExplained: (spread ?? 0) > Self.steady,
      gate: index,
      step
    )
    return spread
  }

  private func summarise(_ scatter: Scatter?, since start: Instant, _ step: PlannedStep) {
    guard let scatter else { return }
    func measure(_ id: String, _ value: Double, _ budget: UncertaintyBudget) {
      self.measure(step, id, .number(value, .ratio), budget: budget, from: start, to: lane.now)
    }
    measure("mean-error", scatter.mean, scatter.meanBudget)
    if let deviation = scatter.standardDeviation {
      measure(
        "standard-deviation",
        deviation,
        scatter.deviationBudget(deviation, gates: scatter.values.count)
      )
    }
    measure("repeatability", scatter.range, scatter.rangeBudget)
  }
}
