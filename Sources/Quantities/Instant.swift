/// A moment on the run's monotonic clock, in nanoseconds since that clock's origin.
///
/// On the host the clock is `CLOCK_MONOTONIC`, the base of the kernel's edge stamps; on a twin it
/// is virtual and starts at zero. An `Instant` says nothing about the time of day.
public struct Instant: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  /// Nanoseconds since the clock's origin.
  public var nanoseconds: Int64

  /// A moment `nanoseconds` after the clock's origin.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// A moment `duration` after the clock's origin; saturates at the ends of the range (292 years).
  public init(sinceOrigin duration: Duration) { nanoseconds = duration.nanoseconds }

  /// The clock's origin.
  public static let zero = Instant(nanoseconds: 0)

  /// The time that has passed since the clock's origin.
  public var sinceOrigin: Duration { .nanoseconds(nanoseconds) }

  /// Seconds since the clock's origin, for arithmetic that needs no more than 53 bits.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The time from `other` to this moment; negative where `other` is later.
  public func duration(since other: Instant) -> Duration {
    .nanoseconds(nanoseconds) - .nanoseconds(other.nanoseconds)
  }

  /// The moment `duration` later; saturates at the ends of the range.
  public static func + (instant: Instant, duration: Duration) -> Instant {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
    return Instant(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
  }

  /// The moment `duration` earlier; saturates at the ends of the range.
  public static func - (instant: Instant, duration: Duration) -> Instant {
    let (difference, overflow) =
      instant.nanoseconds.subtractingReportingOverflow(duration.nanoseconds)
    return Instant(nanoseconds: overflow ? (duration > .zero ? .min : .max) : difference)
  }

  public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  public init(from decoder: any Decoder) throws {
    nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }

  /// Seconds since the origin, to the microsecond below: `12.046133 s`.
  public var description: String {
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(rest / 1000)
    let padding = String(repeating: "0", count: 6 - digits.count)
    return "\(nanoseconds < 0 ? "-" : "")\(whole).\(padding)\(digits) s"
  }
}

extension Duration {
  /// The whole nanoseconds of this duration; saturates at the ends of the range (292 years).
  public var nanoseconds: Int64 {
    let (whole, fraction) = components
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return whole < 0 ? .min : .max }
    let (sum, carry) = scaled.addingReportingOverflow(fraction / 1_000_000_000)
    return carry ? (whole < 0 ? .min : .max) : sum
  }

  /// This duration in seconds.
  public var inSeconds: Double {
    let (whole, fraction) = components
    return Double(whole) + Double(fraction) / 1e18
  }

  /// A duration of so many seconds, to the nanosecond.
  ///
  /// A value that is not finite or beyond 292 years saturates; NaN becomes zero.
  public static func seconds(rounding seconds: Double) -> Duration {
    guard !seconds.isNaN else { return .zero }
    let nanoseconds = (seconds * 1e9).rounded()
    if nanoseconds >= 9.2e18 { return .nanoseconds(Int64.max) }
    if nanoseconds <= -9.2e18 { return .nanoseconds(Int64.min) }
    return .nanoseconds(Int64(nanoseconds))
  }
}
