public import Quantities

/// What the values of a register say for certain of the energy in an interval.
public enum RegisterAdvance {
  /// The energy that passed from one moment to another at least, in Wh; nil where no value was latched between them for
  /// certain. What the register still had to show of the time before does not count, and of its advance by a step as
  /// good as all may have come before.
  ///
  /// - Throws: ``MetrologyError`` where the update interval is unknown, or the readings are out of order, go back, or are
  ///   no numbers.
  public static func least(
    in readings: [RegisterReading],
    from start: Instant,
    to end: Instant,
    timing: RegisterTiming
  ) throws(MetrologyError) -> Double? {
    let values = try LatchedValue.values(of: readings, timing: timing)
      .filter { $0.earliest >= start && $0.latest <= end }
    guard let first = values.first, let last = values.last else { return nil }
    return max(0, last.energy - first.energy - timing.step)
  }
}
