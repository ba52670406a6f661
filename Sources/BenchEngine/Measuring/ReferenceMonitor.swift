import Benches
import MeterProfiles
import Metrology
import Modbus
import Planning
import Pulses
import Quantities
import Rig
import Scenarios

/// Watches the bench's reference while gates are open, and says how much energy passed in each.
actor ReferenceMonitor {
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    rig.lane.asUnownedSerialExecutor()
  }

  private let plan: Plan
  private nonisolated let rig: any Rig
  private let log: EventLog
  private let witness: Witness
  private let stream: EdgeStream?
  /// The reference meter; nil where the reference is none.
  nonisolated let meter: ReferenceMeter?

  private var step: PlannedStep?
  private var trail = LeadingEdgeTrail()
  private var evidence: EdgeEvidence?
  private var readings: ReadingWindow
  /// How many leading edges of the reference's pulses had come at some moments since the step began.
  private var marks: [(at: Instant, count: Int)] = []
  private var powers: [PowerReading] = []
  private var steadiness = Steadiness()
  /// The same at a tenth of a second: what registers may latch in a moment is seen here.
  private var flicker = Steadiness(window: 0.1)
  private var dipWatch = DipWatch()
  private var lastSign = Instant.zero
  /// When the step began, and when the first pulse came after that.
  private var beganAt = Instant.zero
  private var firstSign: Instant?
  private var failure: (any Error & Sendable)?
  private var sourceWatch: SourceWatch?
  private var registerWatch: RegisterWatch?
  private var powerWatch: PowerWatch?
  private var waiting: [Waker] = []

  init(plan: Plan, rig: any Rig, log: EventLog, witness: Witness) {
    self.plan = plan
    self.rig = rig
    self.log = log
    self.witness = witness
    meter = ReferenceMeter(plan: plan, rig: rig, witness: witness)
    readings = Self.emptyWindow(plan)
    if case .pulses? = plan.bench.reference?.kind {
      stream = rig.edges(of: .reference)
    } else {
      stream = nil
    }
  }

  private var lane: any Lane { rig.lane }

  /// Two steps of the register, and time for others' turns on its bus.
  private static func emptyWindow(_ plan: Plan) -> ReadingWindow {
    let moments = plan.referenceProfile?.readings
    let step = (moments?.updateInterval ?? .zero) + (moments?.latency ?? .zero)
    return ReadingWindow(margin: step * 2 + .seconds(3))
  }

  // MARK: Watching

  /// Begins anew for a step: what was lost before does not spoil its gates.
  func begin(_ step: PlannedStep) {
    self.step = step
    trail = LeadingEdgeTrail(bounce: EdgeFilter.bounce(atRate: expectedRate ?? 0))
    evidence = stream.map { _ in EdgeEvidence(line: "\(LineName.reference)", log: log) }
    readings = Self.emptyWindow(plan)
    marks = []
    powers = []
    steadiness = Steadiness()
    flicker = Steadiness(window: 0.1)
    dipWatch = DipWatch()
    lastSign = lane.now
    beganAt = lane.now
    firstSign = nil
    failure = nil
    beginWatches()
    stream?.discard()
  }

  private func beginWatches() {
    registerWatch = nil
    powerWatch = nil
    if case .countPulses(let count)? = step?.step.action, let source = plan.bench.source {
      sourceWatch = SourceWatch(count.source, source)
    } else {
      sourceWatch = nil
    }
    guard let moments = plan.referenceProfile?.readings else { return }
    switch plan.bench.reference?.kind {
    case .registers(_, _, _, let name):
      registerWatch = RegisterWatch(
        timing: RegisterTiming(
          updateInterval: moments.updateInterval,
          latency: moments.latency,
          step: plan.referenceProfile?.quantity(name)?.step(at: 0) ?? 0
        ),
        power: expectedPower
      )
    case .power: powerWatch = PowerWatch(updateInterval: moments.updateInterval)
    default: break
    }
  }

  /// Watches until the step is over, that is, until the task is cancelled.
  func watch() async {
    defer { evidence?.flush() }
    switch plan.bench.reference?.kind {
    case .pulses: await watchPulses()
    case .registers(_, let bus, let address, let quantity):
      await poll(bus, address, quantity) { self.take(register: $0, step: $1, $2) }
    case .power(_, let bus, let address, let quantity):
      // What is exported counts below zero, and its energy up.
      let sign = plan.bench.reference?.energy.isExport == true ? -1.0 : 1
      await poll(bus, address, quantity) { self.take(power: sign * $0, step: $1, $2) }
    case .declaredLoad, nil: break
    }
  }

  private func watchPulses() async {
    guard let stream else {
      failure = RigFault(Part(.reference, ""), "the rig has no line for the reference's pulses")
      return
    }
    while !Task.isCancelled {
      let batch = await stream.next(1024, until: lane.now + .milliseconds(500), on: lane)
      for edge in batch.edges { take(leadingEdge: trail.add(edge)) }
      evidence?.add(batch.edges)
      for loss in batch.losses { trail.note(loss) }
      take(leadingEdge: trail.settle(by: lane.now - PulseReader.settleMargin))
      mark()
      if case .failed(let text)? = batch.end {
        failure = RigFault(Part(.reference, ""), "its line failed: \(text)")
      }
      wakeAll()
      if batch.end != nil { return }
    }
  }

  private func take(leadingEdge edge: Instant?) {
    guard let edge else { return }
    firstSign = firstSign ?? edge
    lastSign = edge
    steadiness.add(edge)
    flicker.add(edge)
    dipWatch.add(edge)
  }

  /// At most some thousand marks: when there are more, every other one is enough.
  private func mark() {
    guard trail.count > (marks.last?.count ?? 0) else { return }
    marks.append((lastSign, trail.count))
    if marks.count > 4096 {
      marks = stride(from: 0, to: marks.count, by: 2).map { marks[$0] }
    }
  }

  private func poll(
    _ busName: String,
    _ address: UInt8,
    _ name: String,
    _ take: (_ value: Double, _ step: Double, Exchange) -> Void
  ) async {
    guard let bus = rig.bus(busName), let profile = plan.referenceProfile,
      let quantity = profile.quantity(name), let unit = quantity.unit.unit(where: { _ in nil })
    else {
      failure = RigFault(Part(.reference, ""), "\(name) cannot be read from the reference meter")
      return
    }
    let pause = max(profile.communication.minimumPause, .milliseconds(100))
    var turn = 0
    while !Task.isCancelled {
      turn += 1
      // Now and then, for each reading of these makes the energy's rarer.
      if turn % 10 == 1 { await lookAtSource() }
      do {
        let exchange = try await bus.exchange(
          quantity.register.readRequest,
          with: UnitIdentifier(rawValue: address),
          limits: profile.communication.limits
        )
        if let words = exchange.response?.registers,
          let number = quantity.register.encoding.decode(
            words,
            order: profile.communication.wordOrder
          )
        {
          witness.answered("reference", on: busName, at: lane.now)
          lastSign = lane.now
          let value = number * unit.factor
          take(value, quantity.step(at: value), exchange)
        }
      } catch let fault as BusFault where fault.failure == .cancelled {
        return
      } catch {
        failure = RigFault(Part(.reference, ""), "\(error)")
        wakeAll()
        return
      }
      wakeAll()
      try? await lane.sleep(until: lane.now + pause)
    }
  }

  private func lookAtSource() async {
    for name in sourceWatch?.names ?? [] {
      let value = try? await meter?.read(name)?.value
      sourceWatch?.add(name, value, at: lane.now)
    }
  }

  private func take(register energy: Double, step: Double, _ exchange: Exchange) {
    guard let sent = exchange.sentAt, let began = exchange.firstByteAt else { return }
    let reading = RegisterReading(
      energy: energy,
      requestSent: Instant(sinceOrigin: sent),
      replyBegan: Instant(sinceOrigin: began)
    )
    do throws(MetrologyError) { try registerWatch?.add(reading, step: step) } catch {
      failure = failure ?? error
    }
    readings.add(reading)
  }

  private func take(power: Double, step: Double, _ exchange: Exchange) {
    guard let sent = exchange.sentAt, let began = exchange.firstByteAt,
      let moments = plan.referenceProfile?.readings
    else { return }
    let earliest = Instant(sinceOrigin: sent) - moments.updateInterval - moments.latency
    let half = Instant(sinceOrigin: began).duration(since: earliest) / 2
    let reading = PowerReading(power: power, moment: earliest + half, halfWidth: half)
    do throws(MetrologyError) { try powerWatch?.add(reading, step: step) } catch {
      failure = failure ?? error
    }
    powers.append(reading)
    steadiness.add(power: power, at: lane.now)
    flicker.add(power: power, at: lane.now)
  }

  private func wakeAll() {
    let wakers = waiting
    waiting = []
    for waker in wakers { waker.wake() }
  }

  /// Waits for the next sign of the reference.
  ///
  /// - Throws: where it failed, has given no sign for too long, or the task was cancelled.
  private func nextSign() async throws {
    if let failure { throw failure }
    let rate = expectedRate ?? 1
    let patience: Duration = max(.seconds(5), .seconds(rounding: 10 / max(rate, 1e-6)))
    if lane.now.duration(since: lastSign) > patience {
      throw RigFault(
        Part(.reference, ""),
        "it has given no sign for \(Quantity(lane.now.duration(since: lastSign).inSeconds, .second).readable); check its supply and wiring"
      )
    }
    let deadline = lane.now + .seconds(1)
    let waking = await lane.park(until: deadline) { waiting.append($0) }
    // Who was stopped for a while may not have the signs of that time yet.
    if lane.now.duration(since: deadline) > .milliseconds(500) { lastSign = lane.now }
    if waking == .cancelled { throw CancellationError() }
  }

  /// The reference pulses per second that the planned load stands for.
  private var expectedRate: Double? {
    guard case .pulses(_, let constant)? = plan.bench.reference?.kind, let power = expectedPower
    else { return nil }
    return try? PulseEnergy.expectedRate(power: power, constant: constant.base)
  }

  /// The power that the planned load stands for, as the reference measures it.
  private var expectedPower: Double? {
    step?.pulses.flatMap { pulses in pulses.power.map { $0 / pulses.scale } }
      ?? step?.reliedOnLoad?.power.nominal
  }

  // MARK: Energy

  /// Waits until the reference can bracket a gate that opens from now on.
  func ready() async throws {
    switch plan.bench.reference?.kind {
    case .pulses: while trail.count < 1 { try await nextSign() }
    case .registers: while readings.last == nil { try await nextSign() }
    case .power: while powers.isEmpty { try await nextSign() }
    case .declaredLoad, nil: break
    }
  }

  /// The leading edges around the opening of a gate; asked for soon after, for the trail forgets.
  func bracket(_ moment: Instant) async throws -> EdgeBracket? {
    readings.keep(around: moment)
    guard stream != nil else { return nil }
    while true {
      if let loss = trail.loss { throw LostReferenceEdges(text: "\(loss)") }
      if let bracket = trail.bracket(moment) { return bracket }
      let glitches = trail.bounce.glitches
      if glitches > 0 {
        throw RigFault(
          Part(.reference, ""),
          "\(glitches) of its pulses \(glitches == 1 ? "is" : "are") too short to be told from bounce, so it gives no count; check its wiring, its constant and the width of its pulses"
        )
      }
      if trail.forgets(moment) {
        throw RigFault(
          Part(.host, ""),
          "the reference's edges at \(moment) were asked for too late; is the computer overloaded?"
        )
      }
      try await nextSign()
    }
  }

  /// The energy over a gate.
  ///
  /// - Parameters:
  ///   - gate: the gate.
  ///   - opening: what `bracket` said of its opening.
  ///   - stability: how far the power may leave its mean, where a condition holds it; else what
  ///     was seen.
  func energy(
    over gate: Gate,
    opening: EdgeBracket?,
    stability: Double?
  ) async throws -> ReferenceEnergy {
    guard let reference = plan.bench.reference else {
      throw RigFault(Part(.reference, ""), "the bench has none")
    }
    if let failure { throw failure }
    let quality = ReferenceQuality(
      accuracy: reference.accuracy,
      calibration: reference.calibrationUncertainty,
      loadStability: stability ?? steadiness.spread(in: gate) ?? 1
    )
    switch reference.kind {
    case .pulses(_, let constant):
      let closing = try await bracket(gate.closed)
      return try ReferenceEnergy.fromPulses(
        over: gate,
        opening: opening,
        closing: closing,
        constant: constant.base,
        quality: quality
      )
    case .registers(_, _, _, let name):
      let quantity = plan.referenceProfile?.quantity(name)
      let moments = plan.referenceProfile?.readings
      // One step of the register after the gate places its end better than the first reading that is late enough.
      if let moments {
        let step = moments.updateInterval * 2 + moments.latency + .milliseconds(500)
        while lane.now < gate.closed + step { try await nextSign() }
      }
      return try await bracketed {
        if let failure { throw failure }
        let last = readings.last?.energy ?? 0
        let timing = RegisterTiming(
          updateInterval: moments?.updateInterval,
          latency: moments?.latency ?? .zero,
          step: quantity?.step(at: last) ?? 0
        )
        return try ReferenceEnergy.fromRegisters(
          over: gate,
          readings: readings.readings,
          timing: timing,
          quality: quality
        )
      }
    case .power:
      return try await bracketed {
        if let failure { throw failure }
        return try ReferenceEnergy.fromPower(
          over: gate,
          readings: powers,
          longestGap: .seconds(5),
          clockRate: plan.bench.clockRateLimit,
          quality: quality
        )
      }
    case .declaredLoad:
      guard let load = step?.load, case .resistance(let resistance) = load.draw,
        let source = plan.bench.source
      else {
        throw RigFault(Part(.reference, ""), "no load is declared for this step")
      }
      let phases = DeclaredPhase.phases(of: load, resistance: resistance, on: source)
      return try ReferenceEnergy.fromDeclaredLoad(
        over: gate,
        phases: phases,
        clockRate: plan.bench.clockRateLimit,
        quality: quality
      )
    }
  }

  /// Tries again with each new reading while the gate's end is not bracketed yet.
  private func bracketed(_ attempt: () throws -> ReferenceEnergy) async throws -> ReferenceEnergy {
    while true {
      do { return try attempt() } catch MetrologyError.notBracketed(.closing, _) {
        try await nextSign()
      } catch MetrologyError.tooFewReadings {
        try await nextSign()
      }
    }
  }

  /// How many periods of an output the reference has seen due since a moment, or fewer; nil where
  /// the reference cannot tell.
  func periodsDue(since moment: Instant, constant: Double) -> Double? {
    switch plan.bench.reference?.kind {
    case .pulses(_, let own):
      guard isWhole, failure == nil else { return nil }
      guard lastSign > moment else { return 0 }
      let since = marks.first { $0.at >= moment }?.count ?? trail.count
      return Double(trail.count - since) / own.base * constant
    case .registers:
      guard let moments = plan.referenceProfile?.readings, let last = readings.last, failure == nil
      else { return nil }
      // What the register still had to show of the time before does not count.
      let shown = moment + moments.updateInterval + moments.latency
      guard let first = readings.readings.first(where: { $0.requestSent >= shown }) else {
        return 0
      }
      return (last.energy - first.energy) / 1000 * constant
    case .power:
      let since = powers.filter { $0.moment >= moment }
      guard !since.isEmpty else { return nil }
      let mean = since.reduce(0) { $0 + $1.power } / Double(since.count)
      // After its newest reading nobody knows of any power.
      let seen = since.map(\.moment).max() ?? moment
      return max(0, mean) * seen.duration(since: moment).inSeconds * constant / 3_600_000
    case .declaredLoad, nil: return nil
    }
  }

  /// The reference's power since the step began, from its least second to its greatest, in W, var or VA;
  /// nil where it gives too few signs of it.
  func power() async throws -> Bounds? {
    let factor: Double
    switch plan.bench.reference?.kind {
    case .pulses(_, let constant): factor = 3_600_000 / constant.base
    case .power: factor = 1
    case .registers, .declaredLoad, nil: return nil
    }
    while true {
      if var seen = flicker.range {
        guard isWhole else { return nil }
        // Pulses that no longer come close no sample: the power may be gone.
        let quiet = lane.now.duration(since: lastSign)
        let patience: Duration = max(.seconds(2), .seconds(rounding: 10 / max(seen.least, 1e-9)))
        let late = firstSign.map { $0.duration(since: beganAt) } ?? .zero
        let few: Duration = max(.milliseconds(500), .seconds(rounding: 10 / max(seen.most, 1e-9)))
        if stream != nil, quiet > patience || late > few { seen.least = 0 }
        return seen * Bounds(factor)
      }
      try await nextSign()
    }
  }

  /// Whether every pulse of the reference is counted: none was lost, and none taken for bounce.
  private var isWhole: Bool { trail.loss == nil && trail.bounce.glitches == 0 }

  /// The energy in Wh that the reference has seen since a moment, or less; nil where it cannot tell.
  func energyDue(since moment: Instant) -> Double? {
    periodsDue(since: moment, constant: 1000)
  }

  /// How many times pulses were lost, or the power dipped for no longer than one of them, in a span of time.
  func dips(from start: Instant, to end: Instant) -> Int { dipWatch.dips(from: start, to: end) }

  /// The same since the step began.
  var dips: Int { dipWatch.count }

  /// The energy in Wh since the step began by the reference's pulses; nil where it has none. What came in part
  /// since the last of them is not in it.
  var energyOfPulses: Double? {
    guard case .pulses(_, let constant)? = plan.bench.reference?.kind, isWhole else { return nil }
    return Double(trail.count) / constant.base * 1000
  }

  /// What of the source was not as it must be, or was not seen, during a gate; empty where nothing is asked of
  /// it.
  func sourceFaults(in gate: Gate) -> [String] { sourceWatch?.faults(in: gate) ?? [] }

  /// How far the power left its mean during a gate; nil where the reference does not show it.
  func spread(in gate: Gate) -> Double? { steadiness.spread(in: gate) }
}

/// Edges of the reference were lost: there is no expected energy.
struct LostReferenceEdges: Error {
  var text: String
}
