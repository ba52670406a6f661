/// The meter that a position is to hold.
public struct ExpectedUnit: Hashable, Sendable, Codable {
  /// What the label, the list or the person gave; nil where that is the serial number itself.
  public var label: String?
  /// What the meter should report.
  public var serialNumber: SerialNumber
  /// What is known of the meter's earlier runs, in the order of their beginning; nil where nothing is.
  public var earlierRuns: [EarlierRun]?

  /// The meter that a position is to hold.
  public init(label: String, serialNumber: SerialNumber) {
    self.label = label == serialNumber.text ? nil : label
    self.serialNumber = serialNumber
  }
}

/// A run that a meter was in before.
public struct EarlierRun: Hashable, Sendable, Codable {
  /// The run's name.
  public var run: String
  /// The verdict on the meter's position.
  public var verdict: Verdict
  /// When it began: UTC, `YYYY-MM-DDThh:mm:ss.sssZ`.
  public var wallTime: String

  /// A run that a meter was in before.
  public init(run: String, verdict: Verdict, wallTime: String) {
    self.run = run
    self.verdict = verdict
    self.wallTime = wallTime
  }
}
