import Testing
import Verdicts

@testable import ResultStore

/// Statistics against numbers that were computed by hand.
@Suite("Statistics")
struct StatisticsTests {
  private let folder: Folder
  private let real = Statistics.Subject(rig: "host", judgesBench: false)

  init() throws { folder = try Folder() }

  private func run(
    _ day: Int,
    _ meters: [MadeRun.Meter],
    _ change: (inout MadeRun) -> Void = { _ in }
  )
    -> MadeRun
  {
    var run = MadeRun("r\(day)", meters)
    run.day = day
    change(&run)
    return run
  }

  @Test("yield is passed of passed and failed; first pass takes each meter's first decided test")
  func yield() throws {
    let history = try folder.filled([
      run(1, [.init("A1", "S1", 0.009), .init("A2", "S2", 0.001)]),
      // S1 passes when it is tested again, S3 stays open, S4's bench fails.
      run(2, [.init("A1", "S1", 0.001), .init("A2", "S3", 0.0049)]),
      run(3, [.init("A1", "S4", 0.001, fault: "bus dut"), .init("A2", nil, 0.001)]),
      run(4, [.init("A1", "S4", 0.001)]),
    ])
    let statistics = try history.statistics(of: real)
    let all = try #require(statistics.yields.first)
    #expect((all.tests.passed, all.tests.failed) == (4, 1))
    #expect((all.tests.inconclusive, all.tests.errors) == (1, 1))
    #expect(all.tests.share == 0.8)
    // S1 failed first, S2 and S4 passed first, S3 is not decided.
    #expect((all.firstPass.passed, all.firstPass.failed) == (2, 1))
    #expect(all.firstPass.inconclusive == 1 && all.firstPass.errors == 0)
    #expect((all.decidedLater, all.withoutSerial) == (1, 1))
    #expect(statistics.runs == 4)
  }

  @Test("where a part of the bench failed, no value beyond its limit is a meter's failure")
  func benchFault() throws {
    let history = try folder.filled([run(1, [.init("A1", "S1", 0.009, fault: "bus dut")])])
    let statistics = try history.statistics(of: real)
    #expect(statistics.yields[0].tests.failed == 0 && statistics.yields[0].tests.errors == 1)
    #expect(statistics.yields[0].tests.share == nil && statistics.failures.isEmpty)
    #expect(statistics.obstacles.map(\.what) == ["bus dut"])
    #expect(statistics.obstacles.map(\.reason) == ["bench"])
    #expect(statistics.measurements.isEmpty)
  }

  @Test("the interval of a yield is Wilson's: 8 of 10 is 0.4815 … 0.9456")
  func wilson() throws {
    var yield = Yield()
    for _ in 0..<8 { yield.take(.passed) }
    for _ in 0..<2 { yield.take(.failed) }
    let interval = try #require(yield.interval)
    // (0.8 + 4/20 ± 2 √(0.016 + 4/400)) / 1.4
    #expect(abs(interval.lowerBound - (1 - 2 * 0.026.squareRoot()) / 1.4) < 1e-12)
    #expect(abs(interval.upperBound - (1 + 2 * 0.026.squareRoot()) / 1.4) < 1e-12)
  }

  @Test("runs of a twin and of a rig are never in one statistic, nor are known-good meters")
  func apart() throws {
    let history = try folder.filled([
      run(1, [.init("A1", "S1", 0.001)]),
      run(2, [.init("A1", "S2", 0.009)]) { $0.rig = "twin" },
      run(3, [.init("A1", "G1", 0.002)]) { $0.judgesBench = true },
      // A good meter beyond its limit is the bench's error, and its value shows the drift.
      run(4, [.init("A1", "G2", 0.009)]) { $0.judgesBench = true },
    ])
    // What the selection says of the rig does not bring them together.
    for rig in [nil, "host", "twin"] {
      var selection = Selection()
      selection.rig = rig
      let statistics = try history.statistics(selection, of: real)
      #expect(statistics.runs == 1 && statistics.yields[0].tests.share == 1)
      #expect(statistics.measurements.map(\.mean) == [0.001])
    }
    let twins = try history.statistics(of: .init(rig: "twin", judgesBench: false))
    #expect(twins.runs == 1 && twins.yields[0].tests.share == 0)
    let golden = try history.statistics(of: .init(rig: "host", judgesBench: true))
    #expect(golden.runs == 2 && golden.measurements.map(\.n) == [2])
    #expect(golden.failures.isEmpty && golden.yields[0].tests.failed == 0)
    #expect(golden.measurements[0].greatest == 0.009)
  }

  @Test("other limits, another decision rule or another scenario make a group of their own")
  func neverPooled() throws {
    let meters = { (serial: String) in [MadeRun.Meter("A1", serial, 0.001)] }
    let history = try folder.filled([
      run(1, meters("S1")), run(2, meters("S2")),
      run(3, meters("S3")) { $0.limit = 0.01 },
      run(4, meters("S4")) { $0.decision = .simple },
      run(5, meters("S5")) { $0.scenario = "other" },
    ])
    let found = try history.statistics(of: real).measurements
    #expect(found.map(\.n) == [2, 1, 1, 1])
    #expect(found.map(\.upper) == [0.005, 0.01, 0.005, 0.005])
  }

  @Test("the first value of each meter counts, or all where that is asked for")
  func repeats() throws {
    let history = try folder.filled([
      run(1, [.init("A1", "S1", 0.001)]), run(2, [.init("A1", "S1", 0.003)]),
      run(3, [.init("A1", nil, 0.002)]), run(4, [.init("A1", nil, 0.002)]),
      // Undecided, and a value all the same: to leave it out would cut the tail off.
      run(5, [.init("A1", "S2", 0.0049)]),
    ])
    let first = try #require(try history.statistics(of: real).measurements.first)
    #expect((first.n, first.repeats) == (4, 1))
    #expect(first.greatest == 0.0049)
    let all = try #require(
      try history.statistics(of: real, takesRepeats: true).measurements.first
    )
    #expect((all.n, all.repeats) == (5, 0))
    #expect(abs(all.mean - 0.01 * 1.29 / 5) < 1e-15)
  }

  @Test("groups are by what is asked for")
  func groups() throws {
    let history = try folder.filled([
      run(1, [.init("A1", "S1", 0.001), .init("A2", "S2", 0.009)]),
      run(2, [.init("A1", "S3", 0.001)]) { $0.meters[0].firmware = "108" },
    ])
    let statistics = try history.statistics(of: real, by: [.firmware, .position])
    #expect(
      statistics.yields.map(\.group) == [
        "", "firmware 107, position A1", "firmware 107, position A2", "firmware 108, position A1",
      ]
    )
    #expect(statistics.yields.map(\.tests.share) == [2.0 / 3, 1, 0, 1])
    #expect(statistics.measurements.map(\.n) == [1, 1, 1])
  }

  @Test("failures are counted by step, rule and reason, the most frequent first")
  func pareto() throws {
    let history = try folder.filled([
      run(1, [.init("A1", "S1", 0.009), .init("A2", "S2", 0.009)]),
      run(2, [.init("A1", "S1", 0.009), .init("A2", "S3", 0.0049)]),
    ])
    let statistics = try history.statistics(of: real)
    #expect(statistics.failures.map(\.what) == ["count-pulses pulse-2 / error"])
    #expect(statistics.failures.map(\.tests) == [3] && statistics.failures.map(\.meters) == [2])
    #expect(statistics.failures.map(\.reason) == ["limit"])
    #expect(statistics.obstacles.map(\.reason) == ["undecided"])
  }

  // The numbers −12 … 12 have s² = 1300/24, so that limits of ± 30 give Cp² = 100/(1300/24).
  @Test("Cp, Cpk and its interval, from 25 values on")
  func capability() throws {
    let s = (1300.0 / 24).squareRoot()
    let found = try #require(Capability(n: 25, mean: 0, deviation: s, lower: -30, upper: 30))
    #expect(abs((found.cp ?? 0) - 1.358_732) < 1e-6 && found.cp == found.cpk)
    // 2 √(1/225 + 1.846154/48)
    #expect(abs(found.lower - (1.358_732 - 0.414_275)) < 1e-5)
    #expect(abs(found.upper - (1.358_732 + 0.414_275)) < 1e-5)
    let shifted = try #require(Capability(n: 25, mean: 6, deviation: s, lower: -30, upper: 30))
    #expect(abs(shifted.cpk - 24 / (3 * s)) < 1e-12 && shifted.cp == found.cp)
    let oneSided = try #require(Capability(n: 25, mean: 6, deviation: s, lower: nil, upper: 30))
    #expect(oneSided.cp == nil && oneSided.cpk == shifted.cpk)
    #expect(Capability(n: 24, mean: 0, deviation: s, lower: -30, upper: 30) == nil)
    #expect(Capability(n: 25, mean: 0, deviation: 0, lower: -30, upper: 30) == nil)
    #expect(Capability(n: 25, mean: 0, deviation: s, lower: nil, upper: nil) == nil)
  }

  @Test("mean, deviation, least and greatest of a history")
  func spread() throws {
    let runs = (-12...12).map { run($0 + 12, [.init("A1", "S\($0)", Double($0) * 1e-4)]) }
    let found = try #require(try folder.filled(runs).statistics(of: real).measurements.first)
    #expect(found.n == 25 && abs(found.mean) < 1e-18)
    #expect(abs((found.deviation ?? 0) - (1300.0 / 24).squareRoot() * 1e-4) < 1e-15)
    #expect(abs(found.least + 12e-4) < 1e-15 && abs(found.greatest - 12e-4) < 1e-15)
    #expect(abs((found.capability?.cpk ?? 0) - 1.358_732 * 5 / 3) < 1e-5)
    // One step a day, exactly.
    #expect(abs((found.trend?.slope ?? 0) - 1e-4) < 1e-15 && found.trend?.isSignificant == true)
  }

  @Test("the slope of 1, 3, 5, 8 over four days is 2.3 with U = 4.527 · √0.03")
  func trend() throws {
    let found = try #require(Trend([(0, 1), (1, 3), (2, 5), (3, 8)]))
    #expect(abs(found.slope - 2.3) < 1e-12)
    #expect(abs(found.uncertainty - 4.527 * 0.03.squareRoot()) < 1e-3)
    #expect(found.isSignificant)
    #expect(Trend([(0, 1), (1, 3)]) == nil)
    #expect(Trend([(5, 1), (5, 3), (5, 2)]) == nil)
    #expect(Trend([(0, 1), (1, 3), (2, 1), (3, 3)])?.isSignificant == false)
  }
}
