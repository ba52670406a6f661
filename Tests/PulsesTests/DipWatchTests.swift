import Pulses
import Quantities
import Testing

/// What long periods among even ones tell.
@Suite("Dips in a train of leading edges")
struct DipWatchTests {
  /// The dips in a train of periods, each in ms.
  private static func dips(_ periods: [Int64]) -> Int {
    var watch = DipWatch()
    var now = Instant.zero
    watch.add(now)
    for period in periods {
      now = now + .milliseconds(period)
      watch.add(now)
    }
    return watch.count
  }

  private static let even = Array(repeating: Int64(10), count: 50)

  @Test(
    "Lost pulses are dips, alone, in a row, and every other one",
    arguments: [[20], [30], [90], [20, 20], [20, 20, 20], [30, 20]] as [[Int64]]
  )
  func lost(_ periods: [Int64]) {
    #expect(Self.dips(Self.even + periods + Self.even) == 1)
  }

  @Test("Each dip counts, and tells when it was")
  func count() {
    #expect(Self.dips(Self.even + [20] + Self.even + [20, 10, 20] + Self.even) == 3)
    var watch = DipWatch()
    for time in [0, 10, 20, 40, 50, 60] as [Int64] { watch.add(.zero + .milliseconds(time)) }
    #expect(watch.dips(from: .zero + .milliseconds(20), to: .zero + .milliseconds(40)) == 1)
    #expect(watch.dips(from: .zero + .milliseconds(40), to: .zero + .milliseconds(60)) == 0)
  }

  @Test("A load that is switched is no dip, up or down, nor is jitter")
  func switched() {
    let slow = Array(repeating: Int64(25), count: 50)
    #expect(Self.dips(Self.even + slow) == 0)
    #expect(Self.dips(slow + Self.even) == 0)
    #expect(Self.dips((0..<200).map { 100 + Int64($0 * 37 % 41) }) == 0)
  }
}
