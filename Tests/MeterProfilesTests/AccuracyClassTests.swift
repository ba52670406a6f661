import MeterProfiles
import Testing

@Suite("Classes of accuracy") struct AccuracyClassTests {
  private static func active() throws -> AccuracyClass {
    try #require(try AccuracyClasses.load("iec-62053-22-0.5S"))
  }

  @Test("Every built-in class can be read", arguments: AccuracyClasses.names)
  func files(name: String) throws {
    let found = try #require(try AccuracyClasses.load(name))
    #expect(!found.limits.isEmpty)
    #expect(found.startingCurrent == 0.001)
    #expect(found.noLoad.timeFactor == 600)
  }

  @Test(
    "The limit is that of the range, the factor and the kind of load",
    arguments: [
      (1, 1, false, false, 0.005), (0.05, 1, false, false, 0.005), (0.049, 1, false, false, 0.01),
      (0.01, 1, false, false, 0.01), (0.1, 0.5, false, false, 0.006),
      (0.099, 0.5, false, false, 0.01), (1, 0.8, true, false, 0.006),
      (1, 0.5, true, false, 0.01), (1, 1, false, true, 0.006), (1, 0.5, false, true, 0.01),
    ] as [(Double, Double, Bool, Bool, Double)]
  )
  func limits(current: Double, factor: Double, capacitive: Bool, single: Bool, limit: Double) throws
  {
    let found = try Self.active().limit(
      current: current,
      factor: factor,
      isCapacitive: capacitive,
      isSingle: single
    )
    #expect(found?.limit == limit)
  }

  @Test(
    "Where the standard sets no limit there is none",
    arguments: [(0.009, 1, false), (0.019, 0.5, false), (1, 0.6, false), (0.04, 1, true)]
      as [(Double, Double, Bool)]
  )
  func none(current: Double, factor: Double, single: Bool) throws {
    let found = try Self.active().limit(
      current: current,
      factor: factor,
      isCapacitive: false,
      isSingle: single
    )
    #expect(found == nil)
  }
}
