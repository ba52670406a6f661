public import Modbus
import Quantities

/// What was counted on one bus in a run.
public struct RecordedBusStatistics: Hashable, Sendable, Codable {
  /// The bus's name in the bench file.
  public var bus: String
  public var total: Counts
  /// The units that were asked, in rising order.
  public var units: [Unit]

  /// The counts of one unit.
  public struct Unit: Hashable, Sendable, Codable {
    public var unit: UInt8
    public var counts: Counts
  }

  /// Counts of a bus or of one unit on it; see `BusStatistics.Counts` for what each counts.
  public struct Counts: Hashable, Sendable, Codable {
    public var framesSent: Int
    public var replies: Int
    public var exceptions: Int
    public var timeOuts: Int
    public var crcErrors: Int
    public var mismatches: Int
    public var skippedBytes: Int
    public var lateReplies: Int
    public var strangers: Int
    public var echoes: Int
    public var collisions: Int
    public var probes: Int
    public var broadcasts: Int
    /// From the end of a request to the first byte of its reply; nil without replies.
    public var responseTimes: Distribution?
  }

  /// A distribution of response times, in nanoseconds.
  public struct Distribution: Hashable, Sendable, Codable {
    public var median: Int64
    /// What 99 of 100 do not pass.
    public var percentile99: Int64
    public var longest: Int64
    /// The buckets that hold anything, in rising order.
    public var buckets: [Bucket]

    /// Times above the bucket before, up to its own bound.
    public struct Bucket: Hashable, Sendable, Codable {
      public var upTo: Int64
      public var count: Int
    }
  }

  /// The counts of a bus.
  public init(bus: String, _ statistics: BusStatistics) {
    self.bus = bus
    total = Counts(statistics.total)
    units = statistics.units.map { Unit(unit: $0.rawValue, counts: Counts(statistics[$0])) }
  }
}

extension RecordedBusStatistics.Counts {
  init(_ counts: BusStatistics.Counts) {
    framesSent = counts.framesSent
    replies = counts.replies
    exceptions = counts.exceptions
    timeOuts = counts.timeOuts
    crcErrors = counts.crcErrors
    mismatches = counts.mismatches
    skippedBytes = counts.skippedBytes
    lateReplies = counts.lateReplies
    strangers = counts.strangers
    echoes = counts.echoes
    collisions = counts.collisions
    probes = counts.probes
    broadcasts = counts.broadcasts
    responseTimes = RecordedBusStatistics.Distribution(counts.responseTimes)
  }
}

extension RecordedBusStatistics.Distribution {
  init?(_ times: ResponseTimes) {
    guard let median = times.percentile(50), let late = times.percentile(99) else { return nil }
    self.median = median.nanoseconds
    percentile99 = late.nanoseconds
    longest = times.longest.nanoseconds
    buckets = times.histogram.map { Bucket(upTo: $0.upTo.nanoseconds, count: $0.count) }
  }
}
