import MeterProfiles
import Quantities
import Testing

@testable import BenchEngine
@testable import Modbus

/// What a reference's readings of a power say of the energy that an output had to show.
@Suite("Energy due by a reference's power")
struct ReferencePowerTests {
  /// Readings of a steady 3600 W, one Wh in a second, at these seconds.
  private func due(
    since seconds: Int,
    until end: Int = 60,
    readAt moments: some Sequence<Int>
  ) throws -> Double {
    let profile = try #require(try BuiltInProfiles.load("sdm630"))
    let quantity = try #require(profile.quantity("active-power"))
    var power = ReferencePower(quantity, try #require(profile.readings), isExport: false)
    for (index, moment) in moments.enumerated() {
      // No two are alike, as of a power that is measured.
      try power.add(3600 + Double(index % 2), exchange(at: .seconds(moment)))
    }
    return try #require(power.energyDue(from: .zero + .seconds(seconds), to: .zero + .seconds(end)))
      .least
  }

  private func exchange(at moment: Duration) -> Exchange {
    Exchange(
      unit: 1,
      request: .readInputRegisters(address: 52, count: 2),
      outcome: .broadcast,
      started: moment,
      sentAt: moment,
      transmittedAt: moment,
      firstByteAt: moment,
      finishedAt: moment,
      frames: [],
      skippedBytes: 0,
      isTraceTruncated: false
    )
  }

  @Test("Between readings that follow one another the lesser power flowed all the time")
  func steady() throws {
    // Update interval and latency are 1 s each: the reading at 60 s may be as old as 58 s.
    let due = try due(since: 10, readAt: 0...60)
    #expect(abs(due - 48) < 0.5)
  }

  @Test("What flowed while the reference gave no readings is not due: nobody knows it")
  func gap() throws {
    let due = try due(since: 10, readAt: Array(0...20) + Array(40...60))
    // From 10 s to 18 s, and from 38 s to 58 s.
    #expect(abs(due - 28) < 0.5)
  }

  @Test("What flowed after the end of a silence was not due in it")
  func end() throws {
    let due = try due(since: 10, until: 30, readAt: 0...60)
    #expect(abs(due - 18) < 0.5)
  }
}
