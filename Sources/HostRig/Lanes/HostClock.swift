import CHost
public import Quantities
public import Rig

/// The machine's clocks.
public enum HostClock {
  /// The present moment of `CLOCK_MONOTONIC`, the base of the kernel's edge stamps.
  public static var now: Instant { Instant(nanoseconds: chost_monotonic_ns()) }

  /// How long the machine was suspended since it was started: `CLOCK_BOOTTIME` −
  /// `CLOCK_MONOTONIC`.
  ///
  /// Two readings are equal where no suspension of a millisecond or more lies between them: the
  /// two clocks cannot be read at once, and the noise of that is kept out.
  public static var suspendedTime: Duration {
    let reading = readSuspendedTime()
    return steady.withLock { steady in
      if abs(reading - steady) >= 1_000_000 { steady = reading }
      return .nanoseconds(steady)
    }
  }

  /// The time of day in UTC, and whether the kernel says that its clock is disciplined.
  public static var wallTime: WallTime {
    WallTime(
      millisecondsSinceEpoch: chost_realtime_ms(),
      isSynchronised: chost_realtime_is_synchronised()
    )
  }

  private static let steady = Locked(readSuspendedTime())

  /// The reading whose two halves lie closest together, since a thread may be set aside between
  /// them.
  private static func readSuspendedTime() -> Int64 {
    var best = (width: Int64.max, suspended: Int64(0))
    for _ in 0..<5 {
      let before = chost_monotonic_ns()
      let boot = chost_boottime_ns()
      let width = chost_monotonic_ns() - before
      if width < best.width { best = (width, boot - before - width / 2) }
    }
    return best.suspended
  }
}
