import Quantities
import Testing

@testable import Pulses

@Suite struct JitterTests {
  /// The residual deviation by the textbook, about the first edge and the true period.
  private func reference(_ times: [Int64], period: Int64) -> Double {
    let count = Double(times.count)
    let values = times.enumerated().map { Double($1 - times[0] - Int64($0) * period) }
    let meanX = (count - 1) / 2
    let meanY = values.reduce(0, +) / count
    var xx = 0.0
    var xy = 0.0
    for (index, value) in values.enumerated() {
      xx += (Double(index) - meanX) * (Double(index) - meanX)
      xy += (Double(index) - meanX) * (value - meanY)
    }
    let squares = values.enumerated().reduce(0.0) { sum, item in
      let residual = item.element - meanY - xy / xx * (Double(item.offset) - meanX)
      return sum + residual * residual
    }
    return (squares / (count - 2)).squareRoot()
  }

  private func fitted(_ times: [Int64]) -> LineFit {
    var fit = LineFit()
    fit.start()
    for (left, right) in zip(times, times.dropFirst()) { fit.add(right - left) }
    return fit
  }

  @Test(arguments: [3, 4, 5, 10, 1000])
  func theStreamingFitAgreesWithTheTextbook(count: Int) throws {
    let train = Train(pulses: count, jitter: 2e-3, seed: UInt64(count))
    let deviation = try #require(fitted(train.leading).residualDeviation)
    let expected = reference(train.leading, period: 300 * ms)
    #expect(abs(deviation / expected - 1) < 1e-9)
  }

  @Test func aMillionEdgesOverElevenDaysDoNotCancel() throws {
    var random = Seeded(state: 7)
    let period: Int64 = 1_000_000_007
    let times = (0..<1_000_000).map {
      9_000_000_000_000_000 + Int64($0) * period + Int64((random.normal() * 100_000).rounded())
    }
    let fit = fitted(times)
    let deviation = try #require(fit.residualDeviation)
    #expect(abs(deviation / reference(times, period: period) - 1) < 1e-9)
    #expect(abs(fit.slope - Double(period)) < 1e-2)
  }

  @Test func fewerThanThreeEdgesHaveNoJitter() {
    #expect(fitted([0, 1000]).residualDeviation == nil)
    #expect(fitted([0]).residualDeviation == nil)
  }

  @Test func tenMillionIntervalsAddUpExactly() {
    var total: IntervalStatistics?
    for index in Int64(0)..<10_000_000 {
      total.add(nanoseconds: 100_000_000 + index % 7, from: Instant(nanoseconds: index))
    }
    // 1 428 571 whole rounds of 0...6, and 0, 1, 2 of the next.
    let expected: Int64 = 1_000_000_000_000_000 + 1_428_571 * 21 + 3
    #expect(total?.totalNanoseconds == expected)
    #expect(total?.count == 10_000_000)
  }
}
