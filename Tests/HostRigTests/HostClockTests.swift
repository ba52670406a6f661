import Quantities
import Rig
import Testing

@testable import HostRig

struct HostClockTests {
  @Test func `the clock never goes back`() {
    var last = HostClock.now
    for _ in 0..<10_000 {
      let now = HostClock.now
      #expect(now >= last)
      last = now
    }
  }

  @Test func `two readings of the suspended time are equal where nothing was suspended`() {
    let first = HostClock.suspendedTime
    #expect(first >= .milliseconds(-1))
    for _ in 0..<10_000 { #expect(HostClock.suspendedTime == first) }
  }

  @Test func `the wall clock tells a date after this code was written`() {
    #expect(HostClock.wallTime.millisecondsSinceEpoch > 1_767_225_600_000)
  }
}
