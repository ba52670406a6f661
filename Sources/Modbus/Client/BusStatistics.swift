/// What was counted on a bus, in total and per unit.
public struct BusStatistics: Hashable, Sendable {
  /// Counts of one unit or of the whole bus.
  public struct Counts: Hashable, Sendable {
    /// Frames sent, probes and broadcasts included.
    public var framesSent = 0
    /// Normal replies to requests.
    public var replies = 0
    /// Exception replies to requests.
    public var exceptions = 0
    /// Requests that ended without any usable reply in time.
    public var timeOuts = 0
    /// Frames in the shape of the expected reply with a wrong CRC.
    public var crcErrors = 0
    /// Valid frames of the right unit that did not fit the request.
    public var mismatches = 0
    /// Bytes that belong to no valid frame.
    public var skippedBytes = 0
    /// Valid replies to older requests.
    public var lateReplies = 0
    /// Valid frames of units that were not asked.
    public var strangers = 0
    /// Own frames heard again.
    public var echoes = 0
    /// Own frames heard differently.
    public var collisions = 0
    /// Probes sent.
    public var probes = 0
    /// Broadcasts sent.
    public var broadcasts = 0
    /// The distribution of the time from the end of a request to the first byte of its reply.
    public var responseTimes = ResponseTimes()

    /// Nothing counted yet.
    public init() {}
  }

  /// The whole bus.
  public internal(set) var total = Counts()
  private var byUnit: [UnitIdentifier: Counts] = [:]

  /// Nothing counted yet.
  public init() {}

  /// The counts of transactions with one unit.
  public subscript(unit: UnitIdentifier) -> Counts { byUnit[unit] ?? Counts() }

  /// The units asked so far, in rising order.
  public var units: [UnitIdentifier] { byUnit.keys.sorted() }

  mutating func count(_ unit: UnitIdentifier, _ change: (inout Counts) -> Void) {
    change(&total)
    change(&byUnit[unit, default: Counts()])
  }
}
