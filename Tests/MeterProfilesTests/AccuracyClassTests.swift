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
    #expect((0.001...0.005).contains(found.startingCurrent))
    #expect(found.limits.allSatisfy { $0.limit > 0 && $0.from > 0 && !$0.clause.isEmpty })
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

  /// The table of annex 3, clause 3.1, of the French order of 1 August 2013, to the printed digit.
  @Test(
    "The law's table of class D is reproduced",
    arguments: [
      (0.01, 1, nil, false, 0.4), (0.0499, 1, nil, false, 0.4), (0.05, 1, nil, false, 0.2),
      (1.2, 1, nil, false, 0.2), (0.02, 0.5, false, false, 0.5), (0.02, 0.8, true, false, 0.5),
      (0.0999, 0.9, false, false, 0.5), (0.1, 0.5, false, false, 0.3),
      (0.1, 0.7, false, false, 0.3),
      (1, 0.8, true, false, 0.3), (0.05, 1, nil, true, 0.3), (0.1, 0.5, false, true, 0.4),
      // Beyond what it sets.
      (0.009, 1, nil, false, nil), (0.019, 0.5, false, false, nil), (1, 0.49, false, false, nil),
      (1, 0.79, true, false, nil), (0.049, 1, nil, true, nil), (1, 0.8, true, true, nil),
    ] as [(Double, Double, Bool?, Bool, Double?)]
  )
  func classD(current: Double, factor: Double, capacitive: Bool?, single: Bool, percent: Double?)
    throws
  {
    let table = try #require(try AccuracyClasses.load("arrete-2013-d"))
    for side in capacitive.map({ [$0] }) ?? [false, true] {
      let found = table.limit(
        current: current,
        factor: factor,
        isCapacitive: side,
        isSingle: single
      )
      #expect(found.map { ($0.limit * 1000).rounded() / 10 } == percent)
      #expect(found.map { $0.certainty == .standard } ?? true)
    }
  }

  /// Directive 2014/32/EU, annex V, table 2, first column of temperatures.
  @Test(
    "The directive's table is reproduced",
    arguments: [
      ("mid-a", 3.5, 3.5, 4.0), ("mid-b", 2, 2, 2.5), ("mid-c", 1, 0.7, 1),
      ("mid-a-ct", 3.5, 3.5, 4.0), ("mid-b-ct", 2, 2, 2.5), ("mid-c-ct", 1, 0.7, 1),
    ] as [(String, Double, Double, Double)]
  )
  func directive(name: String, low: Double, full: Double, single: Double) throws {
    let table = try #require(try AccuracyClasses.load(name))
    let transition = name.hasSuffix("ct") ? 0.05 : 0.1
    func percent(_ current: Double, _ factor: Double, _ capacitive: Bool, _ single: Bool) -> Double?
    {
      table.limit(
        current: current,
        factor: factor,
        isCapacitive: capacitive,
        isSingle: single
      ).map { ($0.limit * 1000).rounded() / 10 }
    }
    for (factor, capacitive) in [(1, false), (0.5, false), (0.8, true), (0.66, false)] {
      #expect(percent(transition * 0.9, factor, capacitive, false) == low)
      #expect(percent(transition, factor, capacitive, false) == full)
      #expect(percent(transition, factor, capacitive, true) == single)
      #expect(percent(transition * 0.9, factor, capacitive, true) == nil)
    }
    #expect(percent(1, 0.4, false, false) == nil)
    #expect(percent(1, 0.7, true, false) == nil)
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
