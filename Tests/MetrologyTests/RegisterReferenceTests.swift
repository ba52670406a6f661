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

  /// Opened at 20 s, between the updates that are latched at 19.3 s and 20.3 s.
  private func interpolation(
    at end: String,
    seen: SteadySpan?,
    stability: Double = 1
  ) throws -> Double {
    var random = Seeded(state: 5)
    let register = steady()
    let energy = try ReferenceEnergy.fromRegisters(
      over: gate,
      readings: register.polls(from: 10, to: 130, every: 0.05, &random),
      timing: timing(register),
      quality: .init(loadStability: stability),
      seen: seen
    )
    let component = energy.components.first { $0.name == "register interpolation, \(end)" }
    return try #require(component).contribution
  }

  @Test func aLoadThatWasSeenToBeSteadyIsInterpolatedAsSteady() throws {
    let seen = SteadySpan(from: at(15), to: at(125), deviation: 0.01)
    for end in ["opening", "closing"] {
      let unknown = try interpolation(at: end, seen: nil)
      #expect(unknown > 1e-4)
      // Two other values may place the end best now, up to twice as far from one another.
      #expect(try interpolation(at: end, seen: seen) < 0.05 * unknown)
    }
  }

  @Test func whatWasSeenElsewhereSaysNothingOfAnEnd() throws {
    let (opening, closing) = ("opening", "closing")
    func relative(_ end: String, from: Double, to: Double) throws -> Double {
      let seen = SteadySpan(from: at(from), to: at(to), deviation: 0.01)
      return try interpolation(at: end, seen: seen) / interpolation(at: end, seen: nil)
    }
    // From within the interval that the opening lies in, and from the gate's own first edge.
    for from in [19.6, 20] {
      #expect(try relative(opening, from: from, to: 125) > 0.99)
      #expect(try relative(closing, from: from, to: 125) < 0.05)
    }
    for to in [118.0, 118.2] {
      #expect(try relative(closing, from: 15, to: to) > 0.99)
      #expect(try relative(opening, from: 15, to: to) < 0.05)
    }
  }

  @Test func aLoadThatWasSeenToMoveIsNoSteadierThanItIsHeld() throws {
    let moved = SteadySpan(from: at(15), to: at(125), deviation: 0.5)
    let unknown = SteadySpan(from: at(15), to: at(125), deviation: .nan)
    let held = try interpolation(at: "opening", seen: nil, stability: 0.1)
    #expect(try interpolation(at: "opening", seen: moved, stability: 0.1) == held)
    #expect(try interpolation(at: "opening", seen: unknown, stability: 0.1) == held)
    let half = try interpolation(at: "opening", seen: moved)
    #expect(abs(half / (try interpolation(at: "opening", seen: nil)) - 0.5) < 1e-9)
  }
}
