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
  /// `compare-registers`: the meter's own register is read around the gate, as often as the bus
  /// allows, so that its steps are caught. A gate with an unexplained gap is void and measured once
  /// more: what was lost may have been lost in the wiring.
  func compareRegisters(_ comparison: CompareRegisters, _ step: PlannedStep) async throws {
    guard let expectation = step.pulses, let moments = profile.readings else { return }
    let quantity = expectation.output.quantity
    guard let unit = quantity.unit.unit(where: step.value) else {
      observe(step, .missing, "the unit of \(quantity.name) is not known")
      throw Abandoned(text: "the unit of \(quantity.name) is not known")
    }
    for isFirst in [true, false] {
      let hasGap = try await compareOnce(
        comparison,
        expectation,
        unit,
        moments,
        step,
        isFirst: isFirst
      )
      if !hasGap { return }
      if isFirst {
        note(step, "measured once more")
      }
    }
  }

  /// Measures one gate; true where it shows an unexplained gap.
  private func compareOnce(
    _ comparison: CompareRegisters,
    _ expectation: PulseExpectation,
    _ unit: Unit,
    _ moments: ReadingMoments,
    _ step: PlannedStep,
    isFirst: Bool
  ) async throws -> Bool {
    registerReadings = ReadingWindow(margin: Self.margin(moments))
    registerGate = nil
    let start = try listen(to: comparison.output)
    return try await withThrowingTaskGroup(of: Bool?.self) { group in
      group.addTask {
        try await self.pollRegister(expectation.output.quantity, unit, moments, step)
        return nil
      }
      group.addTask {
        try await self.waitForFirstReading()
        let reading = try await self.readGate(
          output: comparison.output,
          pulses: comparison.atLeastPulses,
          time: comparison.atLeastTime,
          expectation,
          step,
          since: start,
          shownWithin: await self.registerLag(expectation, unit, moments),
          due: { await self.periodsCounted(from: $0, to: $1, expectation, unit, moments) }
        ) { opened in
          await self.gateOpened(at: opened, comparison, expectation)
          return nil
        }
        let hasGap = reading.statistics.isIrregular
        if hasGap { await self.noteGap(reading.statistics, nil, isExplained: false, step) }
        try await self.measure(
          reading,
          expectation,
          unit,
          moments,
          step,
          isVoid: hasGap && isFirst
        )
        return hasGap
      }
      while let finished = try await group.next() {
        guard let hasGap = finished else { continue }
        group.cancelAll()
        return hasGap
      }
      return false
    }
  }

  /// Two steps of the register, and time for every position's turn on the bus.
  private static func margin(_ moments: ReadingMoments) -> Duration {
    (moments.updateInterval + moments.latency) * 2 + .seconds(2)
  }

  private func pollRegister(
    _ quantity: MeasuredQuantity,
    _ unit: Unit,
    _ moments: ReadingMoments,
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
        guard number.isFinite else {
          observe(
            step,
            .notFinite,
            "\(quantity.name) reads \(Decimal.text(number)), which is no energy"
          )
          throw Abandoned(text: "\(quantity.name) is not a finite number")
        }
        registerReadings.add(
          RegisterReading(
            energy: number * unit.factor,
            requestSent: Instant(sinceOrigin: sent),
            replyBegan: Instant(sinceOrigin: began)
          )
        )
      case .done: break
      case .exception(let code):
        refused(quantity.name, at: quantity.register, code, quantity.certainty, step)
        throw Abandoned(text: "\(quantity.name) cannot be read")
      }
      try await lane.sleep(until: nextReading(moments))
    }
  }

  /// When the register is read again: as often as the bus allows near the ends of the gate, where
  /// its steps must be caught; now and then in between, to leave the bus in peace.
  private func nextReading(_ moments: ReadingMoments) -> Instant {
    let soon = lane.now + .milliseconds(50)
    guard let gate = registerGate else { return soon }
    let margin = Self.margin(moments)
    let isNearOpening = soon < gate.opened + margin
    let isNearClosing = soon > gate.closesNotBefore - margin
    if isNearOpening || isNearClosing { return soon }
    return min(lane.now + .seconds(1), gate.closesNotBefore - margin)
  }

  private func gateOpened(
    at opened: Instant,
    _ comparison: CompareRegisters,
    _ expectation: PulseExpectation
  ) {
    // A meter may be faster than the plan predicts; one that is faster than this fails its rule.
    let counted = expectation.rate.map {
      Duration.seconds(rounding: 0.8 * Double(comparison.atLeastPulses ?? 1) / $0)
    }
    let length = max(comparison.atLeastTime ?? .zero, counted ?? .zero)
    registerReadings.keep(around: opened)
    registerGate = RegisterGate(opened: opened, closesNotBefore: opened + length)
  }

  /// The periods that the register's own advance stands for: a meter that counts energy and gives
  /// no pulses contradicts itself.
  private func periodsCounted(
    from start: Instant,
    to end: Instant,
    _ expectation: PulseExpectation,
    _ unit: Unit,
    _ moments: ReadingMoments
  ) -> EnergyDue? {
    registerReadings.energyDue(
      from: start,
      to: end,
      RegisterTiming(
        updateInterval: moments.updateInterval,
        latency: moments.latency,
        step: Self.step(of: expectation, at: registerReadings.last?.energy ?? 0, unit)
      )
    ).map { $0 * (expectation.output.constant.base / 1000) }
  }

  /// The step in which the register shows its energy there, in Wh: its resolution or its number format's spacing.
  private static func step(
    of expectation: PulseExpectation,
    at energy: Double,
    _ unit: Unit
  ) -> Double {
    let quantity = expectation.output.quantity
    let spacing = quantity.register.encoding.spacing(at: energy / unit.factor)
    return max(quantity.resolution ?? 0, spacing) * unit.factor
  }

  /// How long it takes until the register shows energy that flowed.
  private func registerLag(
    _ expectation: PulseExpectation,
    _ unit: Unit,
    _ moments: ReadingMoments
  ) -> Duration {
    let step = Self.step(of: expectation, at: registerReadings.last?.energy ?? 0, unit)
    return moments.reach + expectation.timeOfTwoSteps(step)
  }

  private func waitForFirstReading() async throws {
    while registerReadings.last == nil {
      try await lane.sleep(until: lane.now + .milliseconds(50))
    }
  }

  private func measure(
    _ reading: PulseReader.Reading,
    _ expectation: PulseExpectation,
    _ unit: Unit,
    _ moments: ReadingMoments,
    _ step: PlannedStep,
    isVoid: Bool
  ) async throws {
    record(reading, step, isVoid: isVoid)
    let gate = reading.gate
    let quantity = expectation.output.quantity
    try await lane.sleep(until: gate.closed + moments.reach)
    let registerStep = Self.step(of: expectation, at: registerReadings.last?.energy ?? 0, unit)
    // What the pulses stand for, in Wh: fewer than this many steps prove nothing of a register that does not move.
    let isDue =
      Double(gate.periods) / expectation.output.constant.base * 1000 >= 5 * registerStep
    let energy = try await bracketed(step, isDue: isDue) {
      try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: registerReadings.readings,
        timing: RegisterTiming(
          updateInterval: moments.updateInterval,
          latency: moments.latency,
          step: registerStep
        ),
        quality: ReferenceQuality(),
        edges: reading.edges
      )
    }
    measure(
      step,
      Self.id("register-advance", isVoid: isVoid),
      .number(energy.value, quantity.unit.dimension),
      budget: energy.budget.scaled(by: energy.value),
      from: gate.opened,
      to: gate.closed
    )
    let (difference, budget): (Double, UncertaintyBudget)
    do {
      (difference, budget) = try PulseError.errorOfPulses(
        gate: gate,
        statistics: reading.statistics,
        constant: expectation.output.constant.base,
        reference: energy,
        edgeTime: EdgeStamp.halfWidth
      )
    } catch {
      observe(step, .undecided, "the register is not compared with the pulses: \(error)")
      throw Abandoned(text: "\(error)")
    }
    measure(
      step,
      Self.id("difference", isVoid: isVoid),
      .number(difference, .ratio),
      budget: budget,
      from: gate.opened,
      to: gate.closed
    )
  }

  /// Tries again with each new reading while the gate's end is not bracketed yet.
  private func bracketed(
    _ step: PlannedStep,
    isDue: Bool,
    _ attempt: () throws -> ReferenceEnergy
  ) async throws -> ReferenceEnergy {
    while true {
      do { return try attempt() } catch MetrologyError.notBracketed(.closing, _) {
        try await lane.sleep(until: lane.now + .milliseconds(50))
      } catch MetrologyError.notPositive(_, let advance) where advance.isFinite && isDue {
        // Pulses came, and readings bracket the gate: the meter contradicts itself.
        observe(
          step,
          .limit,
          "the register went on by \(Decimal.text(advance, digits: 4)) while the output gave pulses"
        )
        throw Abandoned(text: "the register did not go on")
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
}
