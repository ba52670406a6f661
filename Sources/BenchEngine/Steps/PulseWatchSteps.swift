import Benches
import MeterProfiles
import Planning
import Pulses
import Quantities
import Rig
import Scenarios
import Verdicts

/// Steps in which pulses are rare, or must not come at all.
extension PositionRunner {
  /// `no-load`: pulses while voltage is on and no current flows.
  func noLoad(_ test: NoLoad, _ step: PlannedStep) async throws {
    guard let time = step.watchTime else { return }
    let line = LineName.pulse(position: name, output: test.output)
    if !witness.hasPulsed(line) {
      observe(
        step,
        .missing,
        part: Part(.line, "\(line)"),
        "\(line) gave no pulse under load earlier in this run; a dead output gives none without a load either"
      )
    }
    try await proveVoltage(step)
    let start = lane.now
    let seen = try await watch(line, for: time, until: nil, step)
    try await proveVoltage(step)
    measurePulses(seen.leadingEdges, since: start, step)
    checkCreep(seen, during: time, line, step)
  }

  /// `starting-current`: enough pulses at a very small load.
  func startingCurrent(_ test: StartingCurrent, _ step: PlannedStep) async throws {
    guard let time = step.watchTime else { return }
    let line = LineName.pulse(position: name, output: test.output)
    let start = lane.now
    let seen = try await watch(line, for: time, until: test.pulses, step)
    let pulses = seen.leadingEdges
    measurePulses(pulses, since: start, step)
    if pulses > 0 { witness.pulsed(line) }
    checkStartingPulses(seen, during: lane.now.duration(since: start), step)
    try await checkStartingEnergy(since: start, step)
    guard pulses < test.pulses else { return }
    if pulses == 0, !witness.hasPulsed(line) {
      return observe(
        step,
        .condition,
        part: Part(.line, "\(line)"),
        "\(line) has given no pulse in this run, so its wiring is not proven; count pulses under load before"
      )
    }
    // Too few: is that the meter's doing?
    let due = await reference.energyDue(from: start, to: lane.now)
      .map { ($0 * (step.pulses?.periodsPerEnergy ?? 0)).least }
    guard let due else {
      return observe(
        step,
        .condition,
        "nothing shows whether current flowed meanwhile; a reference on the bench would"
      )
    }
    if due < Double(test.pulses) {
      observe(
        step,
        .condition,
        "the reference saw energy for \(Decimal.text(due, digits: 3)) pulses only; check the load"
      )
    }
  }

  /// More pulses than the load's energy stands for came from elsewhere: from a burst of load, or from noise.
  private func checkStartingPulses(
    _ seen: PulseStatistics,
    during time: Duration,
    _ step: PlannedStep
  ) {
    guard let relied = step.reliedOnLoad, let expected = step.pulses else { return }
    let rate =
      relied.power.most / 3_600_000 * expected.scale * expected.output.constant.base
    let due = rate * time.inSeconds
    let pulses = seen.leadingEdges
    // A meter that has started gives them as the load asks for them, and none after half the time.
    if let shortest = seen.periods?.minimum.inSeconds, shortest * rate < 0.5 {
      observe(
        step,
        .condition,
        part: Part(.load, relied.load),
        "two pulses came \(Quantity(shortest, .second).readable) apart, and the declared load stands for one in \(Quantity(1 / rate, .second).readable): the load was greater for a moment, or pulses came from elsewhere"
      )
    }
    // The first of them may be due to energy of before.
    guard Double(pulses - 1) > 2 * due else { return }
    observe(
      step,
      .condition,
      part: Part(.load, relied.load),
      "\(pulses) pulses came in \(Quantity(time.inSeconds, .second).readable), in which the declared load stands for \(Decimal.text(due, digits: 3)): the load was greater for a moment, or pulses came from elsewhere"
    )
  }

  /// A meter that creeps gives its pulses evenly; pulses that come together and then none came from elsewhere.
  private func checkCreep(
    _ seen: PulseStatistics,
    during time: Duration,
    _ line: LineName,
    _ step: PlannedStep
  ) {
    guard let shortest = seen.periods?.minimum,
      shortest * (10 * seen.leadingEdges) < time
    else { return }
    observe(
      step,
      .condition,
      part: Part(.line, "\(line)"),
      "\(seen.leadingEdges) pulses came in \(Quantity(time.inSeconds, .second).readable), two of them \(Quantity(shortest.inSeconds, .second).readable) apart: a meter that creeps gives them evenly, so they may have come from elsewhere; check the wiring and its shield for noise"
    )
  }

  /// A burst of load that no sample of its power holds, for the step ends with it, shows in the energy: a meter
  /// that starts too late would start on it.
  private func checkStartingEnergy(since start: Instant, _ step: PlannedStep) async throws {
    guard let relied = step.reliedOnLoad,
      case .pulses(_, let constant)? = plan.bench.reference?.kind
    else { return }
    // What came last is still on its way to those who count it.
    try await lane.sleep(until: lane.now + .seconds(1))
    guard let energy = await reference.energyOfPulses else { return }
    let declared = relied.power.most * lane.now.duration(since: start).inSeconds / 3600
    // A pulse at either end may be of before or of now.
    let most = declared * 1.1 + 2000 / constant.base
    guard energy > most else { return }
    observe(
      step,
      .bench,
      part: Part(.load, relied.load),
      "the reference saw \(Measurement.text(energy, .activeEnergy, digits: 3)) in this step, and at what the bench file declares there are \(Measurement.text(declared, .activeEnergy, digits: 3)) at most"
    )
  }

  private func measurePulses(_ count: Int, since start: Instant, _ step: PlannedStep) {
    measure(
      step,
      "pulses",
      .number(Double(count), .pulseCount),
      budget: UncertaintyBudget(),
      from: start,
      to: lane.now
    )
  }

  /// Whether the meter has its voltage in every phase, by its own word: without it there is nothing to
  /// creep from.
  private func proveVoltage(_ step: PlannedStep) async throws {
    let system = step.value(of: "system-type") ?? profile.onlySystem
    let isLineToLine = system == "3P3W"
    let names =
      isLineToLine
      ? ["voltage-l1-l2", "voltage-l2-l3", "voltage-l3-l1"]
      : ["voltage-l1", "voltage-l2", "voltage-l3"]
    guard let source = plan.bench.source else {
      return observe(step, .missing, "the bench file states no source, so no voltage is proven")
    }
    let count = system == "1P2W" ? 1 : source.phases
    let quantities = names.prefix(count).compactMap(profile.quantity)
    guard quantities.count == count else {
      return observe(step, .missing, "the profile has no voltage of each phase, so none is proven")
    }
    let ratio = Double(isLineToLine ? 3 : 1).squareRoot()
    let nominal = source.voltage.nominal.base * ratio * step.voltageScale
    for quantity in quantities {
      guard
        let volts = try await number(
          at: quantity.register,
          of: quantity.name,
          certainty: quantity.certainty,
          step
        )
      else { continue }
      guard !(abs(volts / nominal - 1) <= 0.2) else { continue }
      observe(
        step,
        .condition,
        "the meter shows \(quantity.name) of \(Measurement.text(volts, .voltage, digits: 4)) where the source gives \(Measurement.text(nominal, .voltage, digits: 4)), so its voltage is not proven; check the wiring and the transformer settings"
      )
    }
  }

  /// Counts pulses for a time, or until there are enough.
  private func watch(
    _ line: LineName,
    for time: Duration,
    until enough: Int?,
    _ step: PlannedStep
  ) async throws -> PulseStatistics {
    guard let stream = rig.edges(of: line) else {
      throw RigFault(Part(.line, "\(line)"), "the rig has no such line")
    }
    stream.discard()
    let start = lane.now
    var analysis = PulseAnalysis(PulseAnalysis.Options(notBefore: start))
    var evidence = EdgeEvidence(line: "\(line)", log: log)
    defer { evidence.flush() }
    let end = start + time
    while lane.now < end, enough.map({ analysis.statistics.leadingEdges < $0 }) ?? true {
      let batch = await stream.next(until: min(end, lane.now + .seconds(1)), on: lane)
      try Task.checkCancellation()
      evidence.add(batch.edges)
      for loss in batch.losses { analysis.note(loss) }
      for edge in batch.edges { analysis.add(edge) }
      analysis.settle(by: lane.now - PulseReader.settleMargin)
      switch batch.end {
      case .failed(let text): throw RigFault(Part(.line, "\(line)"), text)
      case .closed where batch.edges.isEmpty:
        throw RigFault(Part(.line, "\(line)"), "the line was given back")
      case .closed, nil: break
      }
    }
    // What came last may still be on its way through the analysis.
    analysis.settle(by: lane.now)
    let statistics = analysis.statistics
    guard statistics.isComplete else {
      observe(
        step,
        .lostEdges,
        part: Part(.line, "\(line)"),
        "edges were lost, so there is no count: \(statistics.losses.map { "\($0)" }.joined(separator: "; "))"
      )
      throw Abandoned(text: "edges were lost")
    }
    noteGlitches(statistics, on: line, step)
    return statistics
  }
}
