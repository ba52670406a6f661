import Quantities

/// Looks at every reading of a reference's energy register as it comes, and finds what a reference that works does
/// not do: a register that stands still, jumps, or goes back. Its memory is constant.
///
/// What it finds is never the meter's failure, and no energy is computed from it: a register that stood for
/// the last hundredth of a gate would make a meter that is slow by a hundredth look right.
public struct RegisterWatch: Sendable {
  private var timing: RegisterTiming
  /// The power that is expected, in W; nil where only the register itself shows it.
  private let power: Double?
  private var first: RegisterReading?
  /// The first reading that showed the present value.
  private var changed: RegisterReading?

  /// A watch over a register.
  ///
  /// - Parameters:
  ///   - timing: how the register comes by its value.
  ///   - power: the power that the plan expects, in W, var or VA.
  public init(timing: RegisterTiming, power: Double?) {
    self.timing = timing
    self.power = power.flatMap { $0 > 0 ? $0 : nil }
  }

  /// Takes the next reading.
  ///
  /// - Parameters:
  ///   - reading: the reading.
  ///   - step: the register's step at its value, in Wh; the timing's where nothing else is said.
  /// - Throws: ``MetrologyError`` where no register that works would show this.
  public mutating func add(
    _ reading: RegisterReading,
    step: Double? = nil
  ) throws(MetrologyError) {
    if let step { timing.step = step }
    _ = try finite(reading.energy, "the reference's register")
    guard let changed else {
      first = reading
      changed = reading
      return
    }
    guard reading.energy >= changed.energy else {
      throw .registerWentBack(at: reading.replyBegan)
    }
    // From the latest moment at which the old value can have been latched to the earliest of now.
    let interval = Duration.nanoseconds(timing.updateIntervalNanoseconds ?? 0)
    let age = (interval + .nanoseconds(timing.latencyNanoseconds)).inSeconds
    guard reading.energy > changed.energy else {
      let stood = reading.requestSent.duration(since: changed.replyBegan).inSeconds
      guard let expected, stood > age + 2 * timing.step / expected * 3600 else { return }
      throw .registerStood(at: reading.replyBegan, seconds: stood)
    }
    if let expected {
      let time = reading.replyBegan.duration(since: changed.requestSent).inSeconds + age
      let most = 1.5 * expected * time / 3600 + timing.step
      guard reading.energy - changed.energy <= most else {
        throw .registerJumped(at: reading.replyBegan, by: reading.energy - changed.energy)
      }
    }
    self.changed = reading
  }

  /// The expected power, or the mean one since the first reading once that is long ago.
  private var expected: Double? {
    if let power { return power }
    guard let first, let changed else { return nil }
    let time = changed.requestSent.duration(since: first.requestSent).inSeconds
    let interval = Duration.nanoseconds(timing.updateIntervalNanoseconds ?? 0).inSeconds
    let energy = changed.energy - first.energy
    guard time > 5 * max(interval, 0.1), energy > 5 * timing.step else { return nil }
    return energy / time * 3600
  }
}

/// Looks at readings of a reference's power: a number that stays the same to its last digit while a meter would
/// have measured anew many times is not being measured.
public struct PowerWatch: Sendable {
  private let updateInterval: Duration
  private var same: PowerReading?

  /// After so many updates the same number is no measurement.
  private static let updates = 10
  /// Of a power shown no finer than this, relative to itself, the same number is nothing strange.
  private static let finest = 1e-5

  /// A watch over readings that are new once in an interval.
  public init(updateInterval: Duration) { self.updateInterval = updateInterval }

  /// Takes the next reading.
  ///
  /// - Parameters:
  ///   - reading: the reading.
  ///   - step: the step in which the reference shows it, in W.
  /// - Throws: ``MetrologyError`` where the power is no number, or no longer measured.
  public mutating func add(_ reading: PowerReading, step: Double) throws(MetrologyError) {
    _ = try finite(reading.power, "the reference's power")
    guard let same, same.power == reading.power, step < Self.finest * abs(reading.power) else {
      same = reading
      return
    }
    let stood = reading.moment.duration(since: same.moment)
    guard stood > updateInterval * Self.updates else { return }
    throw .powerStood(at: reading.moment, seconds: stood.inSeconds)
  }
}
