import Metrology
import Pulses
import Quantities
import Testing
import Verdicts

/// A register that follows a load as meters do: it latches the energy at regular moments, shows it
/// a little later, and shows it in steps.
private struct SimulatedRegister {
  var updateInterval: Double
  var phase: Double
  var latency: Double
  var step: Double
  var energy: (Double) -> Double

  func shown(at time: Double) -> Double {
    let update = ((time - phase - latency) / updateInterval).rounded(.down)
    return (energy(phase + update * updateInterval) / step).rounded(.down) * step
  }

  /// Polls from `start` to `end`; the register is looked at somewhere within each exchange.
  func polls(
    from start: Double,
    to end: Double,
    every pause: Double,
    _ random: inout Seeded
  ) -> [RegisterReading] {
    var readings: [RegisterReading] = []
    var time = start
    while time < end {
      let reply = time + random.between(0.005, 0.06)
      let value = shown(at: random.between(time, reply))
      readings.append(
        RegisterReading(energy: value, requestSent: at(time), replyBegan: at(reply))
      )
      time = reply + random.between(0, pause)
    }
    return readings
  }
}

/// A load that changes at random moments: its energy in Wh since the origin.
private func randomLoad(_ random: inout Seeded) -> (Double) -> Double {
  var powers: [Double] = []
  for _ in 0..<80 { powers.append(max(0, random.between(-500, 5000))) }
  var sums = [0.0]
  for power in powers { sums.append(sums[sums.count - 1] + power * 3 / 3600) }
  let (allPowers, allSums) = (powers, sums)
  return { time in
    let index = min(max(0, Int(time / 3)), allPowers.count - 1)
    return allSums[index] + allPowers[index] * (time - Double(index) * 3) / 3600
  }
}

@Suite struct RegisterReferenceTests {
  private let gate = Gate(opened: at(20), closed: at(118), periods: 300)

  private func steady(_ power: Double = 3450) -> SimulatedRegister {
    SimulatedRegister(updateInterval: 1, phase: 0.3, latency: 0, step: 1e-6) { power * $0 / 3600 }
  }

  private func timing(_ register: SimulatedRegister) -> RegisterTiming {
    RegisterTiming(
      updateInterval: .seconds(rounding: register.updateInterval),
      latency: .seconds(rounding: register.latency),
      step: register.step
    )
  }

  @Test(arguments: 1...1000)
  func theTrueEnergyLiesWithinTheBoundsWhateverTheLoadDoes(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let interval = random.between(0.1, 2)
    let register = SimulatedRegister(
      updateInterval: interval,
      phase: random.between(-interval, 0),
      latency: random.between(0, 0.5),
      step: seed.isMultiple(of: 2) ? random.between(0.001, 2) : 1e-6,
      energy: randomLoad(&random)
    )
    let opened = random.between(10, 20)
    let closed = opened + random.between(30, 150)
    let gate = Gate(opened: at(opened), closed: at(closed), periods: 1)
    let readings = register.polls(
      from: opened - 4,
      to: closed + 6,
      every: seed.isMultiple(of: 4) ? 3 : 0.05,
      &random
    )
    let truth = register.energy(gate.closed.seconds) - register.energy(gate.opened.seconds)
    let result = try ReferenceEnergy.fromRegisters(
      over: gate,
      readings: readings,
      timing: timing(register),
      quality: .init()
    )
    #expect(result.lower <= truth + 1e-9)
    #expect(truth <= result.upper + 1e-9)
  }

  @Test func theExpandedUncertaintyCoversTheTruthUnderASteadyLoad() throws {
    var covered = 0
    for seed in 1...400 as ClosedRange<UInt64> {
      var random = Seeded(state: seed)
      let power = random.between(50, 5000)
      var register = steady(power)
      register.phase = random.between(-1, 0)
      register.step = random.between(0.001, 0.5)
      let readings = register.polls(from: 10, to: 130, every: random.between(0.01, 2), &random)
      let result = try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings,
        timing: timing(register),
        quality: .init(loadStability: 0.002)
      )
      let truth = power * 98 / 3600
      if abs(result.value / truth - 1) <= result.budget.expanded { covered += 1 }
    }
    #expect(covered >= 382)
  }

  @Test func catchingTheRegistersStepMakesTheUncertaintyMuchSmaller() throws {
    func uncertainty(every pause: Double) throws -> Double {
      var random = Seeded(state: 3)
      let readings = steady().polls(from: 10, to: 130, every: pause, &random)
      return try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings,
        timing: timing(steady()),
        quality: .init(loadStability: 0.002)
      ).budget.expanded
    }
    #expect(try uncertainty(every: 0.05) < 0.0015)
    #expect(try uncertainty(every: 4) > 0.004)
  }

  @Test func anUnknownUpdateIntervalIsRefused() {
    var random = Seeded(state: 1)
    let readings = steady().polls(from: 10, to: 130, every: 0.1, &random)
    #expect(throws: MetrologyError.unknownUpdateInterval) {
      try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings,
        timing: .init(updateInterval: nil, latency: .zero, step: 0.1),
        quality: .init()
      )
    }
  }

  @Test func readingsMustBracketTheGateAtBothEnds() {
    var random = Seeded(state: 1)
    let register = steady()
    let readings = register.polls(from: 10, to: 130, every: 0.1, &random)
    func energy(_ readings: [RegisterReading]) throws(MetrologyError) -> ReferenceEnergy {
      try .fromRegisters(
        over: gate,
        readings: readings,
        timing: timing(register),
        quality: .init()
      )
    }
    #expect(throws: Never.self) { try energy(readings) }
    #expect(throws: MetrologyError.notBracketed(.opening, at: gate.opened)) {
      try energy(readings.filter { $0.replyBegan > at(20) })
    }
    #expect(throws: MetrologyError.notBracketed(.closing, at: gate.closed)) {
      try energy(readings.filter { $0.replyBegan < at(118) })
    }
    #expect(throws: MetrologyError.tooFewReadings(have: 1, need: 2)) {
      try energy([readings[0]])
    }
  }

  @Test func aReadingThatMayHaveBeenLatchedBeforeTheCloseDoesNotBracketIt() {
    let register = steady()
    let readings = [10.0, 118.9].map {
      RegisterReading(
        energy: register.shown(at: $0),
        requestSent: at($0),
        replyBegan: at($0 + 0.01)
      )
    }
    #expect(throws: MetrologyError.notBracketed(.closing, at: gate.closed)) {
      try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings,
        timing: timing(register),
        quality: .init()
      )
    }
  }

  /// Update interval 1 s, latency 0.3 s, close at 118 s: a value read at 119.3 s or later was
  /// latched after it, and so was one that changed between polls from 118.3 s on.
  @Test(arguments: [
    ([119.29], false), ([119.3], true), ([118.29, 118.6], false), ([118.3, 118.6], true),
  ])
  func aReadingsLatencyBelongsToTheMomentOfItsValue(after: [Double], isBracketed: Bool) {
    let moments = [10.0] + after
    let readings = moments.enumerated().map { index, moment in
      RegisterReading(
        energy: Double(index),
        requestSent: at(moment),
        replyBegan: at(moment + 0.01)
      )
    }
    let result = Result { () throws(MetrologyError) in
      try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings,
        timing: .init(updateInterval: .seconds(1), latency: .milliseconds(300), step: 0),
        quality: .init()
      )
    }
    switch result {
    case .success: #expect(isBracketed)
    case .failure(let error):
      #expect(!isBracketed)
      #expect(error == .notBracketed(.closing, at: gate.closed))
    }
  }

  /// Whatever the load does, no more is said to have passed than passed; and of what did not stop, most of it.
  @Test(arguments: 1...200)
  func noMoreEnergyIsCertainThanPassed(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let interval = random.between(0.1, 2)
    var register = SimulatedRegister(
      updateInterval: interval,
      phase: random.between(-interval, 0),
      latency: random.between(0, 1),
      step: random.between(1e-6, 2),
      energy: randomLoad(&random)
    )
    let start = random.between(20, 40)
    let end = start + random.between(1, 60)
    func least() throws -> Double? {
      try RegisterAdvance.least(
        in: register.polls(from: 10, to: 130, every: seed.isMultiple(of: 4) ? 3 : 0.05, &random),
        from: at(start),
        to: at(end),
        timing: timing(register)
      )
    }
    let truth = register.energy(end) - register.energy(start)
    #expect(try least() ?? 0 <= truth + 1e-9)
    register.energy = { 3450 * $0 / 3600 }
    let missing = 2 * interval + 2 * register.latency + 6.2 + 3 * register.step / 3450 * 3600
    guard end - start > missing else { return }
    #expect(try least() ?? 0 >= 3450 * (end - start - missing) / 3600)
  }

  @Test func readingsThatGoBackAreRefused() {
    func reading(_ seconds: Double, _ energy: Double) -> RegisterReading {
      RegisterReading(energy: energy, requestSent: at(seconds), replyBegan: at(seconds + 0.01))
    }
    func energy(_ readings: [RegisterReading]) throws(MetrologyError) -> ReferenceEnergy {
      try .fromRegisters(
        over: gate,
        readings: readings,
        timing: timing(steady()),
        quality: .init()
      )
    }
    #expect(throws: MetrologyError.registerWentBack(at: at(125.01))) {
      try energy([reading(10, 5), reading(125, 4)])
    }
    #expect(throws: MetrologyError.outOfOrder(at: at(10))) {
      try energy([reading(125, 5), reading(10, 6)])
    }
    #expect(throws: MetrologyError.notFinite("the reference's register")) {
      try energy([reading(10, .nan), reading(125, 6)])
    }
    #expect(throws: MetrologyError.self) { try energy([reading(10, 5), reading(125, 5)]) }
  }

  // MARK: With the pulses of the gate

  /// A gate of a meter whose pulses are the energy itself, and its edges.
  private func pulses(
    of energy: (Double) -> Double,
    each energyPerPulse: Double,
    from start: Double,
    to end: Double
  ) -> (gate: Gate, edges: GateEdges)? {
    var keeper = GateKeeper(
      notBefore: at(start),
      atLeastPeriods: 1,
      atLeastDuration: .seconds(rounding: end - start),
      bounce: .zero
    )
    var due = energy(start - 1) + energyPerPulse
    // Fine enough: the moments are judged by what the energy is there.
    for index in 0..<Int((end - start + 60) * 10_000) where keeper.gate == nil {
      let time = start - 1 + Double(index) / 10_000
      guard energy(time) >= due else { continue }
      keeper.add(Edge(time: at(time), isLeading: true))
      keeper.add(Edge(time: at(time + 0.00004), isLeading: false))
      due += energyPerPulse
    }
    keeper.settle(by: at(end + 120))
    return keeper.gate.map { ($0, keeper.edges) }
  }

  /// A load that comes in bursts: its energy in Wh since the origin.
  private func burstLoad(every period: Double, share: Double, power: Double) -> (Double) -> Double {
    { time in
      let whole = (time / period).rounded(.down)
      let within = min(time - whole * period, share * period)
      return (whole * share * period + within) * power / 3600
    }
  }

  /// Whatever the load does between two pulses or two updates, the pulses move with it: what is off lies within what the
  /// components leave open at most, and not only within U.
  @Test(arguments: 1...80)
  func withPulsesTheErrorLiesWithinTheHalfWidthsWhateverTheLoadDoes(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let interval = random.between(0.3, 2)
    let load =
      seed.isMultiple(of: 2)
      ? randomLoad(&random)
      : burstLoad(every: random.between(0.2, 4), share: random.between(0.05, 0.5), power: 5000)
    let register = SimulatedRegister(
      updateInterval: interval,
      phase: random.between(-interval, 0),
      latency: random.between(0, 1),
      step: 1e-6,
      energy: load
    )
    let opened = random.between(10, 20)
    let each = random.between(0.3, 2) * (load(opened + 120) - load(opened)) / 120
    let (gate, edges) = try #require(
      pulses(of: load, each: each, from: opened, to: opened + 120)
    )
    let readings = register.polls(
      from: gate.opened.seconds - 8,
      to: gate.closed.seconds + 10,
      every: 0.05,
      &random
    )
    func measure(_ factor: Double) throws -> ReferenceEnergy {
      try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings.map {
          RegisterReading(
            energy: $0.energy * factor,
            requestSent: $0.requestSent,
            replyBegan: $0.replyBegan
          )
        },
        timing: timing(register),
        quality: .init(),
        edges: edges
      )
    }
    let result = try measure(1)
    let truth = load(gate.closed.seconds) - load(gate.opened.seconds)
    let open = result.components.map { $0.contribution * $0.distribution.divisor }.reduce(0, +)
    #expect(abs(result.value / truth - 1) <= open + 1e-4, "\(result.value) \(truth)")
    // A meter that is off by a hundredth is seen to be off by a hundredth, and not by less.
    #expect(abs(try measure(1.01).value / result.value - 1.01) < 1e-9)
  }

  @Test func pulsesThatContradictTheRegisterGiveNoEnergy() throws {
    var random = Seeded(state: 12)
    let register = steady()
    let readings = register.polls(from: 10, to: 130, every: 0.05, &random)
    // Forty pulses in the first second, and then as many as the energy asks for.
    let gate = Gate(opened: gate.opened, closed: gate.closed, periods: 340)
    var keeper = GateKeeper(
      notBefore: gate.opened,
      atLeastPeriods: 340,
      bounce: .milliseconds(1)
    )
    for index in 0...340 {
      let time = index < 40 ? 20 + Double(index) / 40 : 21 + Double(index - 40) * 97 / 300
      keeper.add(Edge(time: at(time), isLeading: true))
      keeper.add(Edge(time: at(time + 0.01), isLeading: false))
    }
    keeper.settle(by: at(200))
    #expect {
      _ = try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings,
        timing: timing(register),
        quality: .init(),
        edges: keeper.edges
      )
    } throws: {
      guard case MetrologyError.contradiction? = $0 as? MetrologyError else { return false }
      return true
    }
  }

  /// Pulses outside the places are compared with nothing, so no sharper reading further in may place an end.
  @Test(arguments: [MetrologyError.GateEnd.opening, .closing])
  func anEndIsPlacedNearItHoweverSharpTheReadingsFurtherIn(end: MetrologyError.GateEnd) throws {
    var random = Seeded(state: 13)
    let register = steady()
    func mirrored(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      end == .opening ? range : (138 - range.upperBound)...(138 - range.lowerBound)
    }
    // Four pulses are lost a quarter within; past them the register is looked at more often than near the end.
    let lost = mirrored(30...31.3)
    let sharp = mirrored(34...48)
    let readings =
      register.polls(from: 10, to: sharp.lowerBound, every: 0.9, &random)
      + register.polls(from: sharp.lowerBound, to: sharp.upperBound, every: 0.01, &random)
      + register.polls(from: sharp.upperBound + 0.1, to: 130, every: 0.9, &random)
    let times = (0...300).map { 20 + Double($0) * 98 / 300 }.filter { !lost.contains($0) }
    let gate = Gate(opened: gate.opened, closed: gate.closed, periods: times.count - 1)
    var keeper = GateKeeper(
      notBefore: gate.opened,
      atLeastPeriods: gate.periods,
      bounce: .milliseconds(1)
    )
    for time in times {
      keeper.add(Edge(time: at(time), isLeading: true))
      keeper.add(Edge(time: at(time + 0.01), isLeading: false))
    }
    keeper.settle(by: at(200))
    #expect(gate.periods == 296)
    let result = try ReferenceEnergy.fromRegisters(
      over: gate,
      readings: readings,
      timing: timing(register),
      quality: .init(),
      edges: keeper.edges
    )
    #expect(abs(result.value / (3450 * 98 / 3600) - 1) < 0.006)
  }

  @Test func pulsesThatAreFasterThanTheUpdatesLeaveLessOpen() throws {
    var random = Seeded(state: 11)
    let register = steady()
    let readings = register.polls(from: 10, to: 130, every: 0.05, &random)
    func interpolation(_ periods: Int?) throws -> Double {
      let gate = Gate(opened: gate.opened, closed: gate.closed, periods: periods ?? 300)
      return try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings,
        timing: timing(register),
        quality: .init(),
        edges: periods == nil ? nil : GateEdges(evenIn: gate)
      ).components.first { $0.name.hasSuffix("interpolation, opening") }.map(\.contribution) ?? .nan
    }
    let without = try interpolation(nil)
    #expect(try interpolation(300) < 0.5 * without)
    // Pulses that come more seldom than the updates show less than these.
    #expect(try interpolation(4) == without)
  }
}
