import Metrology
import Pulses
import Quantities
import Testing
import Verdicts

/// What a broken reference does to its readings; whatever it does, a bad meter must not pass.
@Suite("Adversarial references")
struct AdversarialReferenceTests {
  enum Adversary: String, CaseIterable {
    case frozen, jump, wrap, notANumber, outOfOrder, stale, back

    /// The readings of a register that is polled through a gate, spoilt from `moment` on.
    func spoil(_ readings: [RegisterReading], from moment: Instant, by size: Double)
      -> [RegisterReading]
    {
      var spoilt = readings
      guard let index = readings.firstIndex(where: { $0.requestSent >= moment }), index > 0 else {
        return readings
      }
      switch self {
      case .frozen:
        for late in index..<spoilt.count { spoilt[late].energy = readings[index].energy }
      case .jump: for late in index..<spoilt.count { spoilt[late].energy += size }
      case .wrap: for late in index..<spoilt.count { spoilt[late].energy -= readings[index].energy }
      case .notANumber: spoilt[index].energy = .nan
      case .outOfOrder: spoilt.swapAt(index, index - 1)
      case .stale: spoilt[index].energy = readings[max(0, index - 60)].energy
      case .back: for late in index..<spoilt.count { spoilt[late].energy -= size }
      }
      return spoilt
    }
  }

  private static let timing = RegisterTiming(
    updateInterval: .seconds(1),
    latency: .milliseconds(500),
    step: 0.01
  )
  private static let power = 3450.0

  /// Readings every 200 ms of a register that is updated once a second.
  private func readings(to end: Double) -> [RegisterReading] {
    stride(from: 5.0, to: end, by: 0.2).map { time in
      let latched = (time - 0.2).rounded(.down)
      let energy = (Self.power * latched / 3600 / 0.01).rounded(.down) * 0.01
      return RegisterReading(energy: energy, requestSent: at(time), replyBegan: at(time + 0.045))
    }
  }

  /// The verdict on a meter with a true error, with the reference as its readings show it; nil where no energy
  /// comes of it.
  private func verdict(_ readings: [RegisterReading], truth: Double, limit: Double) -> Verdict? {
    var watch = RegisterWatch(timing: Self.timing, power: Self.power)
    do {
      for reading in readings { try watch.add(reading) }
      let periods = 900
      let length = Double(periods) / (Self.power * 3200 / 3_600_000 * (1 + truth))
      let gate = Gate(opened: at(20), closed: at(20 + length), periods: periods)
      let reference = try ReferenceEnergy.fromRegisters(
        over: gate,
        readings: readings,
        timing: Self.timing,
        quality: .init(accuracy: 0.0005, loadStability: 0.001)
      )
      let budget = PredictedError.budget(
        periods: periods,
        length: gate.duration,
        reference: reference,
        jitter: .microseconds(100),
        edgeTime: EdgeStamp.halfWidth
      )
      let energy = try PulseEnergy.energy(periods: periods, constant: 3200)
      let error = try PulseEnergy.relativeError(measured: energy, reference: reference.value)
      return DecisionRule.standard.decide(
        error,
        expandedUncertainty: budget.expanded,
        lower: -limit,
        upper: limit
      )
    } catch { return nil }
  }

  @Test("A sound reference decides: a good meter passes, a bad one fails")
  func sound() {
    #expect(verdict(readings(to: 320), truth: 0, limit: 0.01) == .passed)
    #expect(verdict(readings(to: 330), truth: -0.03, limit: 0.01) == .failed)
    #expect(verdict(readings(to: 320), truth: 0.03, limit: 0.01) == .failed)
  }

  @Test(
    "Whatever a broken reference shows, a bad meter never passes",
    arguments: Adversary.allCases
  )
  func neverPassed(adversary: Adversary) {
    for truth in [-0.05, -0.03, -0.015, 0.015, 0.03, 0.05] {
      let whole = readings(to: 340)
      for moment in stride(from: 22.0, to: 318, by: 3.7) {
        // Sizes that would just undo the meter's error among them.
        for size in [0.3, 1.0, abs(truth) * 281, 100] {
          let spoilt = adversary.spoil(whole, from: at(moment), by: size)
          let found = verdict(spoilt, truth: truth, limit: 0.01)
          #expect(found != .passed, "\(adversary) at \(moment) s by \(size) Wh, \(truth)")
        }
      }
    }
  }

  @Test("A register that stands still, jumps or goes back is told as such")
  func named() {
    func fault(_ adversary: Adversary) -> String {
      var watch = RegisterWatch(timing: Self.timing, power: Self.power)
      do {
        for reading in adversary.spoil(readings(to: 100), from: at(50), by: 20) {
          try watch.add(reading)
        }
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(fault(.frozen).contains("stood still"))
    #expect(fault(.jump).contains("at once"))
    #expect(fault(.wrap).contains("went back"))
    #expect(fault(.stale).contains("went back"))
    #expect(fault(.notANumber).contains("not a finite number"))
  }

  @Test("A sound register is left alone, at any load and any step", arguments: 1...200)
  func innocent(seed: UInt64) throws {
    var random = Seeded(state: seed)
    let power = random.between(20, 20_000)
    let step = random.between(0.001, 1)
    let interval = random.between(0.2, 2)
    let latency = random.between(0, 1)
    var watch = RegisterWatch(
      timing: RegisterTiming(
        updateInterval: .seconds(rounding: interval),
        latency: .seconds(rounding: latency),
        step: step
      ),
      power: power
    )
    var time = 10.0
    while time < 200 {
      let update = ((time - latency) / interval).rounded(.down) * interval
      try watch.add(
        RegisterReading(
          energy: (power * update / 3600 / step).rounded(.down) * step,
          requestSent: at(time),
          replyBegan: at(time + 0.04)
        )
      )
      time += random.between(0.05, 0.6)
    }
  }

  /// The spacing of float32 at 3450 W.
  private static let float32Step = 1.0 / 4096

  @Test("A power that no longer changes by a digit is not measured")
  func frozenPower() throws {
    var watch = PowerWatch(updateInterval: .seconds(1))
    for index in 0..<100 {
      let power = 3450 + Double(index % 7) * 1e-3
      let reading = PowerReading(power: power, moment: at(Double(index)), halfWidth: .seconds(1))
      try watch.add(reading, step: Self.float32Step)
    }
    #expect(throws: MetrologyError.self) {
      for index in 100..<200 {
        try watch.add(
          PowerReading(power: 3450, moment: at(Double(index)), halfWidth: .seconds(1)),
          step: Self.float32Step
        )
      }
    }
  }

  @Test("A power of nothing, or one shown in coarse steps, may stay what it is")
  func restingPower() throws {
    for (power, step) in [(0.0, 1e-6), (3450, 0.1)] {
      var watch = PowerWatch(updateInterval: .seconds(1))
      for index in 0..<100 {
        try watch.add(
          PowerReading(power: power, moment: at(Double(index)), halfWidth: .seconds(1)),
          step: step
        )
      }
    }
  }
}
