import Benches
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
  /// The most that a steady load's power leaves its mean by: a missing pulse doubles a period, so
  /// a load that moves less than this does not explain one.
  static let steady = 0.2

  /// `count-pulses`: one gate, or a second one where the first shows an unexplained gap.
  func countPulses(_ count: CountPulses, _ step: PlannedStep) async throws {
    guard let expectation = step.pulses else { return }
    var start = try listen(to: count.output)
    for attempt in 1...2 {
      if count.needsReference { try await attributingFaults(step) { try await reference.ready() } }
      let reading = try await readGate(
        output: count.output,
        pulses: count.atLeastPulses,
        time: count.atLeastTime,
        expectation,
        step,
        since: start,
        shownWithin: count.needsReference ? await reference.lag : .zero,
        due: { start, end in
          guard count.needsReference else { return nil }
          return await self.reference.energyDue(from: start, to: end)
            .map { $0 * expectation.periodsPerEnergy }
        }
      ) { opened in
        count.needsReference ? try await self.reference.bracket(opened) : nil
      }
      start = reading.gate.closed
      if count.isOverload { checkOverload(reading, expectation, step) }
      let isOver = try await judge(reading, count, expectation, step, isFirst: attempt == 1)
      if isOver { return }
      if attempt == 1 {
        note(step, "measured once more")
      }
    }
  }

  /// Measures a closed gate, or voids it; true where nothing is left to measure.
  ///
  /// A void gate stays in the record under ids that no rule asks for: neither a load that moved nor
  /// a gap that may have come from the wiring is the meter's failure. What each pulse says of its
  /// own width holds all the same.
  private func judge(
    _ reading: PulseReader.Reading,
    _ count: CountPulses,
    _ expectation: PulseExpectation,
    _ step: PlannedStep,
    isFirst: Bool
  ) async throws -> Bool {
    let energy: ReferenceEnergy?
    do {
      energy =
        count.needsReference
        ? try await expectedEnergy(reading, count, step).scaled(by: expectation.scale) : nil
    } catch {
      record(reading, step)
      throw error
    }
    let spread = count.needsReference ? await reference.spread(in: reading.gate) : nil
    if let energy { checkDeclaredLoad(energy, reading, expectation, step) }
    await noteDips(in: reading.gate, step)
    for fault in await reference.sourceFaults(in: reading.gate) {
      observe(step, .condition, part: Part(.source, ""), fault)
    }
    noteUnsteadyLoad(spread, count, step)
    checkReferenceAgainstMeter(spread, reading, step)
    let isStable = checkStability(count.loadStability, spread, reading, step)
    let hasGap = reading.statistics.isIrregular
    let isExplained = hasGap && (spread ?? 0) > Self.steady
    if hasGap, isStable { noteGap(reading.statistics, spread, isExplained: isExplained, step) }
    let isVoid = !isStable || hasGap && (isFirst || isExplained)
    try await measure(reading, energy, expectation, step, isVoid: isVoid)
    return !hasGap || !isStable || isExplained
  }

  /// A load that is far from what the bench declares may ask the output for more than it can give, or the
  /// reference for more than it can count.
  func checkDeclaredLoad(
    _ energy: ReferenceEnergy,
    _ reading: PulseReader.Reading,
    _ expectation: PulseExpectation,
    _ step: PlannedStep
  ) {
    guard let declared = expectation.power, declared > 0 else { return }
    // What transformers of the position make of it.
    let dimension = expectation.output.quantity.unit.dimension
    let sign = step.load?.isExport == true ? -1.0 : 1
    let planned =
      position.given(sign * declared, dimension, by: step.load, on: plan.bench.source).value * sign
    let power = energy.value / reading.gate.duration.inSeconds * 3600
    let doubt = energy.budget.expanded + 0.001
    let allowed = expectation.powerTolerance.map { min(Self.steady, $0 + doubt) }
    guard abs(power / planned - 1) > allowed ?? Self.steady else { return }
    observe(
      step,
      .condition,
      part: Part(.load, step.load?.name ?? ""),
      "it gave \(Measurement.text(power / planned, .ratio, digits: 3)) of what the bench file declares, so one of the two is wrong, and the meter is not shown to be; check the load, its declaration and the reference"
    )
  }

  /// Says that the load moved, where no condition asks for it: the uncertainty alone tells nobody why
  /// it is so great.
  private func noteUnsteadyLoad(_ spread: Double?, _ count: CountPulses, _ step: PlannedStep) {
    guard count.loadStability == nil, let spread, spread > 0.01 else { return }
    let text =
      "the load left its mean by \(Measurement.text(spread, .ratio, digits: 3)) while the gate was open"
    note(step, text)
  }

  /// An output that gives far fewer pulses than it may was not asked for more than that.
  private func checkOverload(
    _ reading: PulseReader.Reading,
    _ expectation: PulseExpectation,
    _ step: PlannedStep
  ) {
    guard let most = expectation.maximumRate else { return }
    let rate = Double(reading.gate.periods) / reading.gate.duration.inSeconds
    guard rate < 0.9 * most else { return }
    observe(
      step,
      .undecided,
      "the output gave \(Measurement.text(rate, .pulseRate, digits: 3)), fewer than the \(Measurement.text(most, .pulseRate)) that it may, so nothing shows that it was asked for more"
    )
  }

  /// Power that moved for a second moves the meter's pulses, too. Where they came evenly, the reference lost
  /// some of its own.
  func checkReferenceAgainstMeter(
    _ spread: Double?,
    _ reading: PulseReader.Reading,
    _ step: PlannedStep
  ) {
    // A second's deviation shifts later pulses by as much of a second; about a fitted line that is a
    // quarter of it at most, and a twentieth of that cannot be missed.
    guard let spread, spread > 0.05, let jitter = reading.statistics.jitter, jitter < spread / 20
    else { return }
    observe(
      step,
      .condition,
      part: Part(.reference, ""),
      "the reference's power left its mean by \(Measurement.text(spread, .ratio, digits: 3)) while the meter's pulses came evenly, so the reference may have lost pulses; check its wiring"
    )
  }

  /// Notes periods that look as if pulses were missing. Only where the load is known to have been
  /// steady does a gap that comes again count against the meter.
  ///
  /// - Parameter gate: which gate of the step it is in; nil where there is one.
  func noteGap(
    _ statistics: PulseStatistics,
    _ spread: Double?,
    isExplained: Bool,
    gate: Int? = nil,
    _ step: PlannedStep
  ) {
    if isExplained {
      observe(
        step,
        .condition,
        "the load left its mean by \(Measurement.text(spread ?? 0, .ratio)) while the gate was open, so its periods prove nothing"
      )
      return
    }
    noteExtras(statistics, step)
    guard statistics.suspectedLossCount > 0 else { return }
    let places = statistics.suspectedLosses
      .map { "\($0.missing) after \(Quantity($0.after.seconds, .second))" }
    let text =
      "a period is a multiple of the others, as if pulses were missing: \(places.joined(separator: ", "))"
    if spread == nil || !showsGaps(statistics) {
      observe(step, .undecided, "\(text); nothing shows whether the load was steady meanwhile")
    } else {
      observe(step, .unexplainedGap, gate: gate, text)
    }
  }

  /// Whether the reference would show that the load was away for as long as a gap.
  private func showsGaps(_ statistics: PulseStatistics) -> Bool {
    guard case .power? = plan.bench.reference?.kind else { return true }
    guard let moments = plan.referenceProfile?.readings, let period = statistics.fittedPeriod else {
      return false
    }
    let shortest = statistics.suspectedLosses.map(\.missing).min() ?? 0
    return Double(shortest) * period > (moments.updateInterval * 2 + moments.latency).inSeconds
  }

  /// Notes pulses that nobody can tell from noise on the line. They are neither counted nor held against the meter.
  private func noteExtras(_ statistics: PulseStatistics, _ step: PlannedStep) {
    guard statistics.suspectedExtraCount > 0 else { return }
    let places = statistics.suspectedExtras.prefix(5).map { "\(Quantity($0.seconds, .second))" }
    observe(
      step,
      .condition,
      "periods are too short for the others, as if \(statistics.suspectedExtraCount) of the pulses came from elsewhere: at \(places.joined(separator: ", ")); check the wiring and its shield for noise"
    )
  }

  func expectedEnergy(
    _ reading: PulseReader.Reading,
    _ count: CountPulses,
    _ step: PlannedStep
  ) async throws -> ReferenceEnergy {
    try await attributingFaults(step) {
      try await reference.energy(
        over: reading.gate,
        edges: reading.edges,
        opening: reading.opening,
        stability: count.loadStability
      ).given(
        to: position,
        by: step.load,
        on: plan.bench.source,
        step.pulses?.output.quantity.unit.dimension ?? .activeEnergy
      )
    }
  }

  private func measure(
    _ reading: PulseReader.Reading,
    _ energy: ReferenceEnergy?,
    _ expectation: PulseExpectation,
    _ step: PlannedStep,
    isVoid: Bool
  ) async throws {
    let gate = reading.gate
    let statistics = reading.statistics
    let constant = expectation.output.constant
    record(reading, step, isVoid: isVoid)
    guard let energy else { return }
    func expect(_ id: String, _ value: Double, _ dimension: Dimension) {
      measure(
        step,
        Self.id(id, isVoid: isVoid),
        .number(value, dimension),
        budget: energy.budget.scaled(by: value),
        from: gate.opened,
        to: gate.closed
      )
    }
    expect("reference-energy", energy.value, expectation.output.quantity.unit.dimension)
    expect(
      "expected-rate",
      energy.value / 1000 * constant.base / gate.duration.inSeconds,
      .pulseRate
    )
    let (error, budget) = try await attributingFaults(step) {
      try PulseError.errorOfPulses(
        gate: gate,
        statistics: statistics,
        constant: constant.base,
        reference: energy,
        edgeTime: EdgeStamp.halfWidth
      )
    }
    measure(
      step,
      Self.id("error", isVoid: isVoid),
      .number(error, .ratio),
      budget: budget,
      from: gate.opened,
      to: gate.closed
    )
    measure(
      step,
      Self.id("constant", isVoid: isVoid),
      // K·(1 + ε), which is 1000·N/E.
      .number(constant.base * (1 + error), constant.dimension),
      budget: budget.scaled(by: constant.base),
      from: gate.opened,
      to: gate.closed
    )
  }

  /// Whether the load held its condition while the gate was open; where it did not, or nobody
  /// knows, the log says so.
  private func checkStability(
    _ limit: Double?,
    _ spread: Double?,
    _ reading: PulseReader.Reading,
    _ step: PlannedStep
  ) -> Bool {
    guard let limit else { return true }
    let allowed = Measurement.text(limit, .ratio)
    guard let spread else {
      observe(
        step,
        .condition,
        "the reference does not show whether the load was stable to \(allowed)"
      )
      return true
    }
    let gate = reading.gate
    measure(
      step,
      "load-stability",
      .number(spread, .ratio),
      budget: UncertaintyBudget(),
      from: gate.opened,
      to: gate.closed
    )
    guard spread > limit else { return true }
    observe(
      step,
      .condition,
      "the load left its mean by \(Measurement.text(spread, .ratio)) while the gate was open; at most \(allowed) is allowed"
    )
    return false
  }
}
