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
  // What the reference has told in the step, by its kind; a declared load tells nothing.
  private var pulses: ReferencePulses?
  private var register: ReferenceRegister?
  private var power: ReferencePower?
  private var sourceWatch: SourceWatch?
  private var lastSign = Instant.zero
  private var failure: (any Error & Sendable)?
  private var waiting: [Waker] = []

  init(plan: Plan, rig: any Rig, log: EventLog, witness: Witness) {
    self.plan = plan
    self.rig = rig
    self.log = log
    self.witness = witness
    meter = ReferenceMeter(plan: plan, rig: rig, witness: witness)
    if case .pulses? = plan.bench.reference?.kind {
      stream = rig.edges(of: .reference)
    } else {
      stream = nil
    }
  }

  private var lane: any Lane { rig.lane }

  // MARK: Watching

  /// Begins anew for a step: what was lost before does not spoil its gates.
  func begin(_ step: PlannedStep) {
    self.step = step
    (pulses, register, power, sourceWatch, failure) = (nil, nil, nil, nil, nil)
    lastSign = lane.now
    let profile = plan.referenceProfile
    switch plan.bench.reference?.kind {
    case .pulses(_, let constant):
      pulses = ReferencePulses(
        constant: constant.base,
        expectedPower: expectedPower,
        began: lane.now,
        log: log
      )
    case .registers(_, _, _, let name):
      register = profile?.quantity(name).map {
        ReferenceRegister($0, profile?.readings, expectedPower: expectedPower)
      }
    case .power(_, _, _, let name):
      guard let quantity = profile?.quantity(name), let moments = profile?.readings else { break }
      let isExport = plan.bench.reference?.energy.isExport == true
      power = ReferencePower(quantity, moments, isExport: isExport)
    case .declaredLoad, nil: break
    }
    if case .countPulses(let count) = step.step.action, let source = plan.bench.source {
      sourceWatch = SourceWatch(count.source, source)
    }
    stream?.discard()
  }

  /// Watches until the step is over, that is, until the task is cancelled.
  func watch() async {
    defer { pulses?.flush() }
    switch plan.bench.reference?.kind {
    case .pulses: await watchPulses()
    case .registers(_, let bus, let address, let quantity):
      await poll(bus, address, quantity) { energy, exchange throws(MetrologyError) in
        try self.register?.add(energy, exchange)
      }
    case .power(_, let bus, let address, let quantity):
      await poll(bus, address, quantity) { power, exchange throws(MetrologyError) in
        try self.power?.add(power, exchange)
      }
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
      pulses?.add(batch, settledBy: lane.now - PulseReader.settleMargin)
      lastSign = max(lastSign, pulses?.last ?? lastSign)
      if case .failed(let text)? = batch.end {
        failure = RigFault(Part(.reference, ""), "its line failed: \(text)")
      }
      wakeAll()
      if batch.end != nil { return }
    }
  }

  private func poll(
    _ busName: String,
    _ address: UInt8,
    _ name: String,
    _ take: (_ value: Double, Exchange) throws(MetrologyError) -> Void
  ) async {
    guard let bus = rig.bus(busName), let profile = plan.referenceProfile,
      let quantity = profile.quantity(name), let unit = quantity.unit.unit(where: { _ in nil }),
      register != nil || power != nil
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
          do throws(MetrologyError) { try take(number * unit.factor, exchange) } catch {
            failure = failure ?? error
          }
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
    let patience: Duration = max(.seconds(5), .seconds(rounding: 10 / max(expectedSigns, 1e-6)))
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

  /// The signs per second that the planned load stands for; once a second where nobody knows.
  private var expectedSigns: Double {
    guard case .pulses(_, let constant)? = plan.bench.reference?.kind, let power = expectedPower
    else { return 1 }
    return (try? PulseEnergy.expectedRate(power: power, constant: constant.base)) ?? 1
  }

  /// The power that the planned load stands for, as the reference measures it.
  private var expectedPower: Double? {
    step?.pulses.flatMap { pulses in pulses.power.map { $0 / pulses.scale } }
      ?? step?.reliedOnLoad?.power.nominal ?? declaredPower
  }

  /// The power that the load of the step is declared to have, as the reference measures it.
  private var declaredPower: Double? {
    guard let load = step?.load, let source = plan.bench.source,
      let energy = plan.bench.reference?.energy, let kind = PowerKind(energy.dimension)
    else { return nil }
    let power = load.power(kind, on: source).nominal * (energy.isExport ? -1 : 1)
    return power > 0 ? power : nil
  }

  // MARK: Energy

  /// Waits until the reference can bracket a gate that opens from now on.
  func ready() async throws {
    guard let kind = plan.bench.reference?.kind, kind.isWatched else { return }
    while pulses?.last == nil, register?.isKnown != true, power?.isKnown != true {
      try await nextSign()
    }
  }

  /// The leading edges around the opening of a gate; asked for soon after, for they are forgotten.
  func bracket(_ moment: Instant) async throws -> EdgeBracket? {
    register?.keep(around: moment)
    guard pulses != nil else { return nil }
    while true {
      if let bracket = try pulses?.bracket(moment) { return bracket }
      try await nextSign()
    }
  }

  /// The energy over a gate.
  ///
  /// - Parameters:
  ///   - gate: the gate.
  ///   - edges: its leading edges.
  ///   - opening: what `bracket` said of its opening.
  ///   - stability: how far the power may leave its mean, where a condition holds it; else what
  ///     was seen.
  func energy(
    over gate: Gate,
    edges: GateEdges,
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
      loadStability: stability ?? spread(in: gate) ?? 1
    )
    let clockRate = plan.bench.clockRateLimit
    if pulses != nil {
      let closing = try await bracket(gate.closed)
      if let pulses { return try pulses.energy(over: gate, from: opening, to: closing, quality) }
    }
    if let settled = register?.settles(gate) {
      while lane.now < settled { try await nextSign() }
    }
    if register != nil || power != nil {
      return try await bracketed {
        if let register { return try register.energy(over: gate, edges, quality) }
        guard let power else { throw RigFault(Part(.reference, ""), "the bench has none") }
        return try power.energy(over: gate, clockRate: clockRate, quality)
      }
    }
    guard let load = step?.load, case .resistance(let resistance) = load.draw,
      let source = plan.bench.source
    else {
      throw RigFault(Part(.reference, ""), "no load is declared for this step")
    }
    return try .fromDeclaredLoad(
      over: gate,
      phases: DeclaredPhase.phases(of: load, resistance: resistance, on: source),
      clockRate: clockRate,
      quality: quality
    )
  }

  /// Tries again with each new reading while the gate's end is not bracketed yet.
  private func bracketed(_ attempt: () throws -> ReferenceEnergy) async throws -> ReferenceEnergy {
    while true {
      if let failure { throw failure }
      do { return try attempt() } catch MetrologyError.notBracketed(.closing, _) {
        try await nextSign()
      }
    }
  }

  // MARK: What it has seen

  /// The energy in Wh that the reference has seen from one moment to another; nil where it cannot tell.
  func energyDue(from start: Instant, to end: Instant) -> EnergyDue? {
    guard failure == nil else { return nil }
    return pulses?.energyDue(from: start, to: end) ?? register?.energyDue(from: start, to: end)
      ?? power?.energyDue(from: start, to: end)
  }

  /// How long it takes until it knows of energy that flowed at the planned power.
  var lag: Duration {
    let reach =
      register != nil || power != nil ? plan.referenceProfile?.readings?.reach ?? .zero : .zero
    guard let pulses = step?.pulses, let energy = self.pulses?.step ?? register?.step else {
      return reach
    }
    return reach + pulses.timeOfTwoSteps(energy * pulses.scale)
  }

  /// The reference's power since the step began, from its least moment to its greatest, in W, var or VA;
  /// nil where it gives too few signs of it.
  ///
  /// - Throws: where it failed, or has given no sign for too long.
  func powerSeen() async throws -> Bounds? {
    while true {
      if let failure { throw failure }
      // Readings that came to an end show what was, not what is; pulses tell by themselves when they stop.
      if power != nil, lane.now.duration(since: lastSign) > .seconds(5) {
        try await nextSign()
        continue
      }
      switch pulses?.power(at: lane.now) ?? power?.seen ?? .never {
      case .between(let bounds): return bounds
      case .never: return nil
      case .notYet: try await nextSign()
      }
    }
  }

  /// The energy in Wh since the step began by the reference's pulses; nil where it has none. What came in part
  /// since the last of them is not in it.
  var energyOfPulses: Double? { pulses?.energy }

  /// How many times pulses were lost, or the power dipped for no longer than a few of them, in a gate or since the
  /// step began.
  func dips(in gate: Gate?) -> Int { pulses?.dips(in: gate) ?? 0 }

  /// What of the source was not as it must be, or was not seen, during a gate; empty where nothing is asked of
  /// it.
  func sourceFaults(in gate: Gate) -> [String] { sourceWatch?.faults(in: gate) ?? [] }

  /// How far the power left its mean during a gate; nil where the reference does not show it.
  func spread(in gate: Gate) -> Double? { pulses?.spread(in: gate) ?? power?.spread(in: gate) }
}

extension Reference.Kind {
  /// Whether it tells anything by itself: a declared load does not.
  fileprivate var isWatched: Bool {
    if case .declaredLoad = self { false } else { true }
  }
}
