import FoundationEssentials
import Pulses
import Testing

@Suite struct WidthHistogramTests {
  @Test func everyBucketBeginsWhereItsLowerBoundSays() {
    for index in 1..<WidthHistogram().counts.count {
      let bound = WidthHistogram.lowerBound(ofBucket: index)
      #expect(WidthHistogram.bucket(of: bound) == index)
      #expect(WidthHistogram.bucket(of: bound - 1) == index - 1)
    }
  }

  @Test(arguments: [Int64.min, -1, 0, 1, 65_535])
  func whatIsTooNarrowFallsIntoTheFirstBucket(width: Int64) {
    #expect(WidthHistogram.bucket(of: width) == 0)
  }

  @Test func whatIsTooWideFallsIntoTheLastBucket() {
    #expect(WidthHistogram.bucket(of: .max) == WidthHistogram().counts.count - 1)
  }

  @Test func statisticsSurviveEncoding() throws {
    let result = statistics(Train(pulses: 30, jitter: 1e-3).bouncing(most: 2, seed: 3).edges)
    let encoded = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(PulseStatistics.self, from: encoded) == result)
  }

  @Test(arguments: ["[[-1,2]]", "[[0]]", "[[500,1]]", "[[3,-1]]"])
  func aBrokenHistogramIsRefused(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(WidthHistogram.self, from: Data(text.utf8))
    }
  }
}
