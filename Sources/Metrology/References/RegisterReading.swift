public import Quantities

/// A reading of an energy register, with the times of the exchange that brought it.
public struct RegisterReading: Hashable, Sendable, Codable {
  /// The register's value in Wh.
  public var energy: Double
  /// When the request was sent.
  public var requestSent: Instant
  /// When the first byte of the reply came.
  public var replyBegan: Instant

  /// A reading of an energy register.
  public init(energy: Double, requestSent: Instant, replyBegan: Instant) {
    self.energy = energy
    self.requestSent = requestSent
    self.replyBegan = replyBegan
  }
}

/// How a reference's register comes by its value.
public struct RegisterTiming: Hashable, Sendable, Codable {
  /// How often it is updated, in nanoseconds; nil where nobody knows.
  public var updateIntervalNanoseconds: Int64?
  /// How long after the energy passed an update may appear, in nanoseconds.
  public var latencyNanoseconds: Int64
  /// The step of its values in Wh: its resolution or its float32 spacing, whichever is larger.
  public var step: Double

  /// How a register comes by its value.
  ///
  /// - Parameters:
  ///   - updateInterval: The longest time between two updates; nil where nobody knows.
  ///   - latency: The longest time from the latch to the appearance of its value.
  ///   - step: The step of its values in Wh.
  public init(updateInterval: Duration?, latency: Duration, step: Double) {
    updateIntervalNanoseconds = updateInterval?.nanoseconds
    latencyNanoseconds = latency.nanoseconds
    self.step = step
  }
}

/// A register's value and the interval in which it was latched.
struct LatchedValue: Hashable {
  var energy: Double
  var earliest: Instant
  var latest: Instant

  var middle: Instant { earliest + .nanoseconds(latest.duration(since: earliest).nanoseconds / 2) }
  var halfWidth: Double { latest.duration(since: earliest).inSeconds / 2 }

  /// The values of readings in the order of their time.
  ///
  /// A value belongs to the interval from (request sent − update interval − latency) to the first
  /// byte of the reply. Where it differs from the reading before, the update came after that
  /// reading's request was sent, which bounds the moment further: a caught step.
  static func values(
    of readings: [RegisterReading],
    timing: RegisterTiming
  ) throws(MetrologyError) -> [LatchedValue] {
    guard let interval = timing.updateIntervalNanoseconds else { throw .unknownUpdateInterval }
    let latency = Duration.nanoseconds(max(0, timing.latencyNanoseconds))
    let age = Duration.nanoseconds(max(0, interval)) + latency
    var values: [LatchedValue] = []
    var previous: RegisterReading?
    for reading in readings {
      _ = try finite(reading.energy, "the reference's register")
      var earliest = reading.requestSent - age
      if let previous {
        guard previous.replyBegan <= reading.requestSent else {
          throw .outOfOrder(at: reading.requestSent)
        }
        guard previous.energy <= reading.energy else {
          throw .registerWentBack(at: reading.replyBegan)
        }
        if previous.energy < reading.energy {
          earliest = max(earliest, previous.requestSent - latency)
        }
      }
      guard reading.requestSent <= reading.replyBegan else {
        throw .outOfOrder(at: reading.replyBegan)
      }
      values.append(
        LatchedValue(energy: reading.energy, earliest: earliest, latest: reading.replyBegan)
      )
      previous = reading
    }
    return values
  }
}
