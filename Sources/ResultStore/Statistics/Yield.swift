import Verdicts

/// How many passed of those that were decided. What the bench failed, or what stayed open, is named beside it and
/// counts on neither side.
public struct Yield: Hashable, Sendable, Encodable {
  public var passed = 0
  public var failed = 0
  public var inconclusive = 0
  public var errors = 0
  /// Planned, and not run.
  public var skipped = 0

  /// Passed of passed and failed; nil where none was decided.
  public var share: Double? {
    decided == 0 ? nil : Double(passed) / Double(decided)
  }

  public var decided: Int { passed + failed }

  /// The interval of Wilson (1927) for a level of confidence of 95.45 %; nil where none was decided.
  public var interval: ClosedRange<Double>? {
    guard let share else { return nil }
    let n = Double(decided)
    let z = 2.0
    let middle = share + z * z / (2 * n)
    let half = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return max(0, (middle - half) / scale)...min(1, (middle + half) / scale)
  }

  mutating func take(_ outcome: TestedMeter.Outcome) {
    switch outcome {
    case .passed: passed += 1
    case .failed: failed += 1
    case .undecided(.error): errors += 1
    case .undecided(.skipped): skipped += 1
    case .undecided: inconclusive += 1
    }
  }

  private enum Key: String, CodingKey {
    case passed, failed, inconclusive, errors, skipped, share, lower, upper
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(passed, forKey: .passed)
    try container.encode(failed, forKey: .failed)
    try container.encode(inconclusive, forKey: .inconclusive)
    try container.encode(errors, forKey: .errors)
    try container.encode(skipped, forKey: .skipped)
    try container.encode(share, forKey: .share)
    try container.encode(interval?.lowerBound, forKey: .lower)
    try container.encode(interval?.upperBound, forKey: .upper)
  }
}

/// The yields of a group of tests.
public struct YieldGroup: Hashable, Sendable, Encodable {
  /// What the group has in common, as `firmware 107`; empty for all.
  public var group: String
  /// Of all tests of meters, repetitions among them.
  public var tests = Yield()
  /// First pass: of each meter, known by its serial number, the first test that decided it. A meter that no test
  /// decided counts as what its last test came to.
  public var firstPass = Yield()
  /// Meters that the first test did not decide, and a later one did.
  public var decidedLater = 0
  /// Tests of meters that told no serial number: they are in `tests` alone.
  public var withoutSerial = 0

  init(_ group: String, _ meters: some Sequence<TestedMeter>) {
    self.group = group
    var units: [TestedMeter.Unit: Int] = [:]
    var histories: [(first: TestedMeter.Outcome, count: Int)] = []
    for meter in meters {
      tests.take(meter.outcome)
      guard let unit = meter.unit else {
        withoutSerial += 1
        continue
      }
      guard let index = units[unit] else {
        units[unit] = histories.count
        histories.append((meter.outcome, 1))
        continue
      }
      if case .undecided = histories[index].first {
        histories[index] = (meter.outcome, histories[index].count + 1)
      }
    }
    for (outcome, count) in histories {
      firstPass.take(outcome)
      if case .undecided = outcome { continue }
      if count > 1 { decidedLater += 1 }
    }
  }
}
