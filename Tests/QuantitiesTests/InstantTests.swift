import Quantities
import Testing

@Suite struct InstantTests {
  private let last = Instant(nanoseconds: .max)
  private let first = Instant(nanoseconds: .min)

  @Test("Moments saturate at the ends of the range")
  func saturation() {
    #expect(last + .nanoseconds(1) == last)
    #expect(first - .nanoseconds(1) == first)
    #expect(first + .nanoseconds(-1) == first)
    #expect(last - .nanoseconds(-1) == last)
    #expect(Instant.zero + .seconds(10_000_000_000) == last)
    #expect(Instant.zero - .seconds(10_000_000_000) == Instant(nanoseconds: -.max))
    #expect(Instant(sinceOrigin: .seconds(-10_000_000_000)) == first)
    #expect(Instant(nanoseconds: -5) + .seconds(Int64.max) == Instant(nanoseconds: .max - 5))
  }

  @Test("The time between two moments never wraps around")
  func distance() {
    #expect(last.duration(since: first) > .zero)
    #expect(first.duration(since: last) < .zero)
    #expect(last.duration(since: first).inSeconds == 18_446_744_073.709552)
    #expect(Instant(nanoseconds: 7).duration(since: Instant(nanoseconds: 9)) == .nanoseconds(-2))
  }

  @Test(
    "A duration has whole nanoseconds, towards zero, within the range",
    arguments: [
      (.zero, 0), (.nanoseconds(1), 1), (.seconds(-1.5), -1_500_000_000),
      (.seconds(2), 2_000_000_000),
      (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 0),
      (Duration(secondsComponent: 0, attosecondsComponent: -999_999_999), 0),
      (.nanoseconds(Int64.max), .max), (.nanoseconds(Int64.min), .min),
      (.seconds(9_223_372_037), .max), (.seconds(-9_223_372_037), .min),
      (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
    ] as [(Duration, Int64)]
  )
  func nanoseconds(duration: Duration, expected: Int64) {
    #expect(duration.nanoseconds == expected)
  }

  @Test(
    "Seconds become durations to the nanosecond and saturate",
    arguments: [
      (0, .zero), (1e-9, .nanoseconds(1)), (0.4e-9, .zero), (-0.06, .milliseconds(-60)),
      (3600, .seconds(3600)), (.nan, .zero), (.infinity, .nanoseconds(Int64.max)),
      (-.infinity, .nanoseconds(Int64.min)), (1e300, .nanoseconds(Int64.max)),
      (9.3e9, .nanoseconds(Int64.max)), (-9.3e9, .nanoseconds(Int64.min)),
    ] as [(Double, Duration)]
  )
  func seconds(seconds: Double, expected: Duration) {
    #expect(Duration.seconds(rounding: seconds) == expected)
  }

  @Test("Moments are ordered by time")
  func order() {
    #expect(first < .zero && .zero < last && !(last < first))
    #expect(Instant(nanoseconds: 1_500_000_000).seconds == 1.5)
    #expect(Instant(nanoseconds: 12_046_133_924).description == "12.046133 s")
    #expect(Instant(nanoseconds: -5_000).description == "-0.000005 s")
    #expect(Instant(nanoseconds: 5).sinceOrigin == .nanoseconds(5))
  }
}
