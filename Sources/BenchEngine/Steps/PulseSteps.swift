import Benches
import Judging
import MeterProfiles
import Metrology
import Modbus
import Planning
import Pulses
import Quantities
import Rig
import RunRecord
import Scenarios
import Verdicts

extension PositionRunner {
  /// Half the width of one edge's time stamp: interrupt latency of an unloaded host.
  private static let edgeTime = Duration.microseconds(50)

  /// `count-pulses`: one gate, or a second one where the first shows an unexplained gap.
  func countPulses(_ count: CountPulses, _ step: PlannedStep) async throws {
    guard let expectation = step.pulses else { return }
    for attempt in 1...2 {
      if count.needsReference { try await mended(step) { try await reference.ready() } }
      let reading = try await readGate(
        output: count.output,
        pulses: count.atLeastPulses,
        time: count.atLeastTime,
        expectation,
        step
      ) { opened in
        count.needsReference ? try await self.reference.bracket(opened) : nil
      }
      try await measure(reading, count, expectation, step)
      guard reading.statistics.suspectedLossCount > 0 else { return }
      let places = reading.statistics.suspectedLosses
        .map { "\($0.missing) after \(Quantity($0.after.seconds, .second))" }
      observe(
        step,
        .unexplainedGap,
        "a period is a multiple of the others, as if pulses were missing: \(places.joined(separator: ", "))"
      )
      if attempt == 1 {
        log.append(.noted(Note(position: name, step: step.step.id, text: "measured once more")))
      }
    }
  }

  /// `compare-registers`: the meter's own register is read around the gate, as often as the bus
  /// allows, so that its steps are caught.
  func compareRegisters(_ comparison: CompareRegisters, _ step: PlannedStep) async throws {
    guard let expectation = step.pulses, let moments = profile.readings else { return }
    let quantity = expectation.output.quantity
    guard let unit = quantity.unit.unit(where: step.value) else {
      observe(step, .missing, "the unit of \(quantity.name) is not known")
      throw Abandoned(text: "the unit of \(quantity.name) is not known")
    }
    registerReadings = []
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await self.pollRegister(quantity, unit, step)
        return false
      }
      group.addTask {
        try await self.waitForFirstReading()
        let reading = try await self.readGate(
          output: comparison.output,
          pulses: comparison.atLeastPulses,
          time: comparison.atLeastTime,
          expectation,
          step
        ) { _ in nil }
        try await self.measure(reading, comparison, expectation, moments, step)
        return true
      }
      while let isMeasured = try await group.next() {
        guard isMeasured else { continue }
        group.cancelAll()
        break
      }
    }
  }

  private func pollRegister(
    _ quantity: MeasuredQuantity,
    _ unit: Unit,
    _ step: PlannedStep
  ) async throws {
    while !Task.isCancelled {
      switch try await ask(quantity.register.readRequest, step) {
      case .registers(let words, let exchange):
        guard let sent = exchange.sentAt, let began = exchange.firstByteAt,
          let number = quantity.register.encoding.decode(
            words,
            order: profile.communication.wordOrder
          )
        else { continue }
        registerReadings.append(
          RegisterReading(
            energy: number * unit.factor,
            requestSent: Instant(sinceOrigin: sent),
            replyBegan: Instant(sinceOrigin: began)
          )
        )
        registerReadings.thin(to: 512)
      case .done: break
      case .exception(let code):
        refused(quantity.name, at: quantity.register, code, quantity.certainty, step)
        throw Abandoned(text: "\(quantity.name) cannot be read")
      }
      try await lane.sleep(until: lane.now + .milliseconds(50))
    }
  }

  private func waitForFirstReading() async throws {
    while registerReadings.isEmpty {
      try await lane.sleep(until: lane.now + .milliseconds(50))
    }
  }

  // MARK: The gate

  private func readGate(
    output: String,
    pulses: Int?,
    time: Duration?,
    _ expectation: PulseExpectation,
    _ step: PlannedStep,
    opened: (Instant) async throws -> EdgeBracket?
  ) async throws -> PulseReader.Reading {
    let line = LineName.pulse(position: name, output: output)
    guard let stream = rig.edges(of: line) else {
      throw RigFault(Part(.line, "\(line)"), "the rig has no such line")
    }
    stream.discard()
    let suspended = rig.suspendedTime
    var reader = PulseReader(
      stream: stream,
      lane: lane,
      atLeastPeriods: pulses ?? 1,
      atLeastTime: time ?? .zero,
      patience: expectation.rate.map { .seconds(rounding: 6 / $0) + .seconds(1) },
      evidence: EdgeEvidence(line: "\(line)", log: log)
    )
    do {
      let reading = try await mended(step) { try await reader.read(opened: opened) }
      witness.pulsed(line)
      let gap = rig.suspendedTime - suspended
      guard gap == .zero else {
        throw RigFault(
          Part(.host, ""),
          "the machine was suspended for \(Quantity(gap.inSeconds, .second).readable) while the gate was open; forbid suspend on a test host"
        )
      }
      return reading
    } catch PulseReader.Failure.silent(let since, let count) {
      if count > 0 { witness.pulsed(line) }
      try await explainSilence(line, since: since, pulses: count, expectation, step)
      throw Abandoned(text: "\(line) is silent")
    } catch PulseReader.Failure.lost(let text) {
      observe(
        step,
        .lostEdges,
        part: Part(.line, "\(line)"),
        "edges were lost, so there is no count: \(text); check the wiring, and the load of this computer"
      )
      throw Abandoned(text: "edges were lost")
    } catch PulseReader.Failure.line(let text) {
      throw RigFault(Part(.line, "\(line)"), text)
    }
  }

  /// Gives faults of the reference their name.
  private func mended<Result>(
    _ step: PlannedStep,
    _ body: () async throws -> Result
  ) async throws -> Result {
    do { return try await body() } catch let lost as LostReferenceEdges {
      observe(
        step,
        .lostEdges,
        part: Part(.reference, ""),
        "edges of the reference were lost, so there is no expected energy: \(lost.text)"
      )
      throw Abandoned(text: "edges of the reference were lost")
    } catch let error as MetrologyError {
      observe(
        step,
        .bench,
        part: Part(.reference, ""),
        "the expected energy cannot be given: \(error)"
      )
      throw Abandoned(text: "\(error)")
    }
  }

  private func explainSilence(
    _ line: LineName,
    since: Instant,
    pulses: Int,
    _ expectation: PulseExpectation,
    _ step: PlannedStep
  ) async throws {
    let span = Quantity(lane.now.duration(since: since).inSeconds, .second).readable
    let text =
      pulses == 0
      ? "\(line) gave no pulse in \(span)"
      : "\(line) fell silent for \(span) after \(pulses) pulses"
    let due = await reference.periodsDue(since: since, constant: expectation.output.constant.base)
    if let due, due < 1, plan.bench.reference != nil, step.needsReference {
      throw RigFault(
        Part(.reference, ""),
        "\(text), and the reference shows no energy either; check the load, the source and the reference"
      )
    }
    log.append(
      .silent(
        Silence(
          position: name,
          step: step.step.id,
          cause: .output(
            line: "\(line)",
            expected: due ?? 0,
            lineProven: witness.hasPulsed(line)
          ),
          text: due == nil ? "\(text); no reference shows that energy flowed" : text
        )
      )
    )
  }

  // MARK: Measurements

  private func measure(
    _ reading: PulseReader.Reading,
    _ count: CountPulses,
    _ expectation: PulseExpectation,
    _ step: PlannedStep
  ) async throws {
    let gate = reading.gate
    let statistics = reading.statistics
    let constant = expectation.output.constant
    record(reading, step)
    guard count.needsReference else { return }
    let energy = try await mended(step) {
      try await reference.energy(
        over: gate,
        opening: reading.opening,
        stability: count.loadStability
      )
    }
    if let stability = count.loadStability {
      await checkStability(stability, gate, step)
    }
    let relative = energy.budget
    func expect(_ id: String, _ value: Double, _ dimension: Dimension) {
      measure(
        step,
        id,
        .number(value, dimension),
        uncertainty: abs(value) * relative.expanded,
        coverageFactor: relative.coverageFactor,
        from: gate.opened,
        to: gate.closed,
        remark: relative.summary
      )
    }
    expect("reference-energy", energy.value, expectation.output.quantity.unit.dimension)
    expect(
      "expected-rate",
      energy.value / 1000 * constant.base / gate.duration.inSeconds,
      .pulseRate
    )
    let (error, budget) = try await mended(step) {
      try PulseError.errorOfPulses(
        gate: gate,
        statistics: statistics,
        constant: constant.base,
        reference: energy,
        edgeTime: Self.edgeTime
      )
    }
    measure(
      step,
      "error",
      .number(error, .ratio),
      uncertainty: budget.expanded,
      coverageFactor: budget.coverageFactor,
      from: gate.opened,
      to: gate.closed,
      remark: budget.summary
    )
    let measured = Double(gate.periods) / (energy.value / 1000)
    measure(
      step,
      "constant",
      .number(measured, constant.dimension),
      uncertainty: measured * budget.expanded,
      coverageFactor: budget.coverageFactor,
      from: gate.opened,
      to: gate.closed,
      remark: budget.summary
    )
  }

  private func measure(
    _ reading: PulseReader.Reading,
    _ comparison: CompareRegisters,
    _ expectation: PulseExpectation,
    _ moments: ReadingMoments,
    _ step: PlannedStep
  ) async throws {
    record(reading, step)
    let gate = reading.gate
    let quantity = expectation.output.quantity
    let factor = quantity.unit.unit(where: step.value)?.factor ?? 1
    let energy = try await bracketed(step) {
      let last = registerReadings.last?.energy ?? 0
      let spacing = quantity.register.encoding.spacing(at: last / factor) * factor
      return try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: registerReadings,
        timing: RegisterTiming(
          updateInterval: moments.updateInterval,
          latency: moments.latency,
          step: max((quantity.resolution ?? 0) * factor, spacing)
        ),
        quality: ReferenceQuality()
      )
    }
    measure(
      step,
      "register-advance",
      .number(energy.value, quantity.unit.dimension),
      uncertainty: energy.value * energy.budget.expanded,
      coverageFactor: energy.budget.coverageFactor,
      from: gate.opened,
      to: gate.closed,
      remark: energy.budget.summary
    )
    let (difference, budget) = try await mended(step) {
      try PulseError.errorOfPulses(
        gate: gate,
        statistics: reading.statistics,
        constant: expectation.output.constant.base,
        reference: energy,
        edgeTime: Self.edgeTime
      )
    }
    measure(
      step,
      "difference",
      .number(difference, .ratio),
      uncertainty: budget.expanded,
      coverageFactor: budget.coverageFactor,
      from: gate.opened,
      to: gate.closed,
      remark: budget.summary
    )
  }

  /// Tries again with each new reading while the gate's end is not bracketed yet.
  private func bracketed(
    _ step: PlannedStep,
    _ attempt: () throws -> ReferenceEnergy
  ) async throws -> ReferenceEnergy {
    while true {
      do { return try attempt() } catch MetrologyError.notBracketed(.closing, _) {
        try await lane.sleep(until: lane.now + .milliseconds(50))
      } catch let error as MetrologyError {
        observe(
          step,
          .undecided,
          "the register's advance over the gate cannot be given: \(error)"
        )
        throw Abandoned(text: "\(error)")
      }
    }
  }

  /// What the edges alone say.
  private func record(_ reading: PulseReader.Reading, _ step: PlannedStep) {
    let gate = reading.gate
    let statistics = reading.statistics
    // Two stamps, each rectangular with the half-width of an edge's time; k = 2.
    let interval = 2 * 2.0.squareRoot() * Self.edgeTime.inSeconds / 3.0.squareRoot()
    func measure(_ id: String, _ value: Double, _ dimension: Dimension, uncertainty: Double) {
      self.measure(
        step,
        id,
        .number(value, dimension),
        uncertainty: uncertainty,
        coverageFactor: 2,
        from: gate.opened,
        to: gate.closed
      )
    }
    measure("pulses", Double(gate.periods), .pulseCount, uncertainty: 0)
    let rate = Double(gate.periods) / gate.duration.inSeconds
    let edges = statistics.jitter.map {
      UncertaintyBudget([
        .pulseJitter(residual: $0, edges: statistics.leadingEdges, gate: gate.duration),
        .edgeTime(halfWidth: Self.edgeTime, gate: gate.duration),
      ])
    }
    self.measure(
      step,
      "rate",
      .number(rate, .pulseRate),
      uncertainty: edges.map { rate * $0.expanded },
      coverageFactor: edges?.coverageFactor,
      from: gate.opened,
      to: gate.closed
    )
    if let widths = statistics.widths {
      measure("width-min", widths.minimum.inSeconds, .time, uncertainty: interval)
      measure("width-mean", widths.meanSeconds, .time, uncertainty: interval)
      measure("width-max", widths.maximum.inSeconds, .time, uncertainty: interval)
    }
    if let offTimes = statistics.offTimes {
      measure("off-time-min", offTimes.minimum.inSeconds, .time, uncertainty: interval)
      measure("off-time-max", offTimes.maximum.inSeconds, .time, uncertainty: interval)
    }
    if let jitter = statistics.jitter {
      // The relative standard uncertainty of a standard deviation from n values is
      // 1/√(2(n − 1)) (JCGM 100:2008 clause E.4.3); k = 2.
      let spread = 1 / (2 * Double(max(2, statistics.leadingEdges) - 1)).squareRoot()
      measure(
        "jitter",
        jitter,
        .time,
        uncertainty: 2 * (jitter * spread + Self.edgeTime.inSeconds / 3.0.squareRoot())
      )
    }
    if statistics.bounce.groups > 0 {
      log.append(
        .noted(
          Note(
            position: name,
            step: step.step.id,
            text:
              "contacts bounced at \(statistics.bounce.groups) transitions, for up to \(statistics.bounce.longest)"
          )
        )
      )
    }
  }

  private func checkStability(_ limit: Double, _ gate: Gate, _ step: PlannedStep) async {
    let allowed = Measurement.text(limit, .ratio)
    guard let spread = await reference.spread(in: gate) else {
      observe(
        step,
        .condition,
        "the reference does not show whether the load was stable to \(allowed)"
      )
      return
    }
    measure(
      step,
      "load-stability",
      .number(spread, .ratio),
      uncertainty: 0,
      from: gate.opened,
      to: gate.closed
    )
    if spread > limit {
      observe(
        step,
        .condition,
        "the load left its mean by \(Measurement.text(spread, .ratio)) while the gate was open; at most \(allowed) is allowed"
      )
    }
  }
}

extension UncertaintyBudget {
  /// The contributions in words, the greatest first.
  var summary: String {
    components.filter { $0.contribution > 0 }
      .sorted { ($0.contribution, $1.name) > ($1.contribution, $0.name) }
      .map { "\($0.name) \(Measurement.text($0.contribution, .ratio))" }
      .joined(separator: ", ")
  }
}
