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
  /// Begins to listen to an output before anything is waited for, and says since when.
  func listen(to output: String) throws -> Instant {
    _ = try edges(of: LineName.pulse(position: name, output: output)).discard()
    return lane.now
  }

  private func edges(of line: LineName) throws -> EdgeStream {
    guard let stream = rig.edges(of: line) else {
      throw RigFault(Part(.line, "\(line)"), "the rig has no such line")
    }
    return stream
  }

  /// Reads one gate, or says why there is none.
  ///
  /// - Parameters:
  ///   - start: since when the output has had to give pulses: since it was listened to, or the close of the gate before.
  ///   - lag: how long it takes until `due` knows of energy that flowed.
  ///   - due: the periods due from one moment to another, by whoever else counts the energy; nil where
  ///     nobody does.
  ///   - opened: asked once, soon after the gate has opened.
  func readGate(
    output: String,
    pulses leastPulses: Int?,
    time: Duration?,
    _ expectation: PulseExpectation,
    _ step: PlannedStep,
    since start: Instant,
    shownWithin lag: Duration,
    due: (Instant, Instant) async -> EnergyDue?,
    opened: (Instant) async throws -> EdgeBracket?
  ) async throws -> PulseReader.Reading {
    let line = LineName.pulse(position: name, output: output)
    let stream = try edges(of: line)
    let before = stream.discard()
    // Where edges were lost, nobody knows of the time before.
    let pulses =
      before.losses.isEmpty
      ? [start] + before.edges.filter { $0.isLeading && $0.time > start }.map(\.time) : [lane.now]
    var hasEnded = false
    let longest: Duration? = expectation.rate.map { .seconds(rounding: 6 / $0) + .seconds(1) }
    var reader = PulseReader(
      stream: stream,
      lane: lane,
      atLeastPeriods: leastPulses ?? 1,
      atLeastTime: time ?? .zero,
      patience: longest.map { $0 + lag },
      evidence: EdgeEvidence(line: "\(line)", log: log)
    )
    do {
      let reading = try await attributingFaults(step) {
        try await reader.read { opening, statistics in
          // A silence that ended before anybody asked about it is one all the same.
          if let longest,
            let silence = zip(pulses, pulses.dropFirst() + [opening])
              .first(where: { $1.duration(since: $0) > longest })
          {
            if statistics.bounce.glitches > 0 { throw PulseReader.Failure.onlyGlitches(statistics) }
            hasEnded = true
            throw PulseReader.Failure.silent(since: silence.0, until: silence.1, pulses: 0)
          }
          return try await opened(opening)
        }
      }
      witness.pulsed(line)
      noteGlitches(reading.statistics, on: line, step)
      return reading
    } catch PulseReader.Failure.silent(let start, let end, let count) {
      if count > 0 { witness.pulsed(line) }
      let span = Quantity(end.duration(since: start).inSeconds, .second).readable
      var due = await due(start, end)
      // Of the time before a silence ended, what shows energy late tells the least; no more can be waited for.
      if hasEnded, due?.least ?? 5 < 5 { due?.unseen = .infinity }
      try await explainSilence(
        line,
        count == 0
          ? "\(line) gave no pulse in \(span)"
          : "\(line) fell silent for \(span) after \(count) pulses",
        due: due,
        step
      )
      if hasEnded { witness.pulsed(line) }
      throw Abandoned(text: "\(line) is silent")
    } catch PulseReader.Failure.onlyGlitches(let statistics) {
      noteGlitches(statistics, on: line, step)
      throw Abandoned(text: "\(line) gives no pulses, only what is too short to be one")
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

  /// Notes what came and went within the bounce time. It is no pulse, and no bounce of one: a
  /// counter behind this output might have counted it.
  func noteGlitches(_ statistics: PulseStatistics, on line: LineName, _ step: PlannedStep) {
    let count = statistics.bounce.glitches
    guard count > 0 else { return }
    let limit = Quantity(EdgeFilter.standardBounce.inSeconds, .second).readable
    observe(
      step,
      .condition,
      part: Part(.line, "\(line)"),
      "\(count) \(count == 1 ? "pulse" : "pulses") shorter than \(limit) came on the line, which the count leaves out; check its wiring and shielding, then the meter's output"
    )
  }

  /// Gives faults of the reference their name.
  func attributingFaults<Result>(
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
    _ text: String,
    due: EnergyDue?,
    _ step: PlannedStep
  ) async throws {
    if position.supply != nil {
      let supply = OutputName.supply(position: name)
      if try await rig.outputs.readBack(supply) == false {
        throw RigFault(
          Part(.output, "\(supply)"),
          "\(text), and the supply's read-back says off; check the relay and its wiring"
        )
      }
    }
    // Where pulses are compared with a register it is the meter's own that counted, not the reference.
    let isByReference =
      if case .compareRegisters = step.step.action { false } else { step.needsReference }
    if let due, due.least < 1, due.least + due.unseen < 5, plan.bench.reference != nil,
      isByReference
    {
      throw RigFault(
        Part(.reference, ""),
        due.least == 0
          ? "\(text), and the reference shows no energy either; check the load, the source and the reference"
          : "\(text), and the reference saw energy for \(Decimal.text(due.least, digits: 2)) of a pulse only; check the load, its declaration and the source"
      )
    }
    log.append(
      .silent(
        Silence(
          position: name,
          step: step.step.id,
          cause: .output(
            line: "\(line)",
            expected: due?.least ?? 0,
            lineProven: witness.hasPulsed(line)
          ),
          text: text + Self.doubt(due)
        )
      )
    )
  }

  /// What stands against knowing what was due in a silence.
  private static func doubt(_ due: EnergyDue?) -> String {
    guard let due else { return "; nothing shows that energy flowed" }
    guard due.least < 5, due.unseen >= 5 else { return "" }
    guard due.unseen.isFinite else { return "; how much energy flowed meanwhile is not known" }
    return
      "; the energy is counted in steps, which hide up to \(Decimal.text(due.unseen, digits: 2)) periods"
  }

  /// The id of what a void gate gave: no rule asks for it.
  static func id(_ id: String, isVoid: Bool) -> String { isVoid ? "\(id) of a void gate" : id }

  /// What the edges alone say.
  func record(
    _ reading: PulseReader.Reading,
    _ step: PlannedStep,
    isVoid: Bool = false
  ) {
    let gate = reading.gate
    let statistics = reading.statistics
    let exact = UncertaintyBudget()
    let stamp = UncertaintyBudget.Component.timeStamp
    let clock = UncertaintyBudget.Component.hostClockRate(
      partsPerMillion: plan.bench.clockRateLimit
    )
    func interval(_ length: Double) -> UncertaintyBudget {
      UncertaintyBudget([
        stamp("leading edge's time", EdgeStamp.halfWidth),
        stamp("trailing edge's time", EdgeStamp.halfWidth),
        clock.scaled(by: length),
      ])
    }
    func measure(_ id: String, _ value: Double, _ dimension: Dimension, _ budget: UncertaintyBudget)
    {
      self.measure(
        step,
        // Edges that were lost make pulses seem longer, never shorter.
        Self.id(id, isVoid: isVoid && id != "width-min"),
        .number(value, dimension),
        budget: budget,
        from: gate.opened,
        to: gate.closed
      )
    }
    measure("pulses", Double(gate.periods), .pulseCount, exact)
    let rate = Double(gate.periods) / gate.duration.inSeconds
    let edges = statistics.jitter.map {
      UncertaintyBudget(
        [
          .pulseJitter(residual: $0, edges: statistics.leadingEdges, gate: gate.duration),
          .edgeTime(halfWidth: EdgeStamp.halfWidth, gate: gate.duration),
          clock,
        ] + step.loadAsDeclared("rate")
      )
    }
    self.measure(
      step,
      Self.id("rate", isVoid: isVoid),
      .number(rate, .pulseRate),
      budget: edges?.scaled(by: rate),
      from: gate.opened,
      to: gate.closed
    )
    if let widths = statistics.widths {
      measure("width-min", widths.minimum.inSeconds, .time, interval(widths.minimum.inSeconds))
      measure("width-mean", widths.meanSeconds, .time, interval(widths.meanSeconds))
      measure("width-max", widths.maximum.inSeconds, .time, interval(widths.maximum.inSeconds))
    }
    if let offTimes = statistics.offTimes {
      measure(
        "off-time-min",
        offTimes.minimum.inSeconds,
        .time,
        interval(offTimes.minimum.inSeconds)
      )
      measure(
        "off-time-max",
        offTimes.maximum.inSeconds,
        .time,
        interval(offTimes.maximum.inSeconds)
      )
    }
    if let jitter = statistics.jitter {
      // The relative standard uncertainty of a standard deviation with ν degrees of freedom is 1/√(2ν)
      // (JCGM 100:2008 clause E.4.3); a line takes two of them.
      let edges = Double(max(3, statistics.leadingEdges))
      let deviation = UncertaintyBudget.Component(
        name: "a deviation from \(Int(edges)) edges",
        evaluation: .a,
        distribution: .normal,
        standardUncertainty: jitter / (2 * (edges - 2)).squareRoot(),
        degreesOfFreedom: edges - 2
      )
      measure(
        "jitter",
        jitter,
        .time,
        UncertaintyBudget([deviation, stamp("edge time", EdgeStamp.halfWidth)])
      )
    }
    let bounced = statistics.bounce.groups - statistics.bounce.glitches
    if bounced > 0 {
      let longest = Quantity(statistics.bounce.longest.inSeconds, .second).readable
      note(
        step,
        "contacts bounced at \(bounced) \(bounced == 1 ? "transition" : "transitions"), for up to \(longest)"
      )
    }
  }
}
