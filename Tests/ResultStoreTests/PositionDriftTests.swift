import SimulatedMeasurements
import Testing
import Verdicts

@testable import ResultStore

/// A bad socket is found, and a good set gives no alarm.
@Suite("Position drift")
struct PositionDriftTests {
  /// A history of runs in which every position holds a new meter.
  private func drifts(
    runs: Int,
    positions: Int = 4,
    serial: (Int, Int) -> String? = { "S\($0)-\($1)" },
    value: (_ run: Int, _ position: Int) -> Double
  ) -> [PositionDrift] {
    var sample = HistorySample()
    for run in 0..<runs {
      for position in 0..<positions {
        sample.meters.append(
          TestedMeter(
            run: "r\(run)",
            day: Double(run),
            scenario: "end of line",
            bench: "line-3",
            position: "A\(position + 1)",
            profile: "p",
            unit: serial(run, position).map { .init(profile: "p", serial: $0) },
            firmware: nil,
            outcome: .passed,
            findings: [Self.finding(value(run, position))]
          )
        )
      }
    }
    return PositionDrift.all(ValueSeries.all(sample), sample.meters)
  }

  private static func finding(_ value: Double) -> FindingEntry {
    FindingEntry(
      step: "count-pulses pulse-2",
      verb: "count-pulses",
      rule: "error",
      verdict: .passed,
      value: value,
      unit: "1",
      lower: -1,
      upper: 1,
      decision: "guarded, w = U",
      form: "within",
      limits: "-1 … 1",
      isSound: true
    )
  }

  private func normal(_ random: inout SeededRandom) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
  }

  // The highest of three in each of 8 runs: ranks 1 above the expectation, with a variance of 2/3 each, so that
  // z = (8 − 0.5) / √(16/3) = 3.2476.
  @Test("the statistic is the one that is computed by hand")
  func byHand() throws {
    let found = drifts(runs: 8, positions: 3) { run, position in
      position == 2 ? 10 : Double((run + position) % 2)
    }
    let third = try #require(found.first { $0.position == "A3" })
    #expect(third.n == 8 && third.shift == 9.5 && third.others == 2)
    #expect(abs(third.probability - 0.001_164) < 2e-6)
    // Three comparisons at 1 % together.
    #expect(third.isSignificant)
    #expect(found.filter(\.isSignificant).map(\.position) == ["A3"])
    // Seven meters are too few to say anything.
    #expect(drifts(runs: 7, positions: 3) { _, position in position == 2 ? 10 : 0 }.isEmpty)
  }

  @Test("of two sockets that differ one is named, with the word that it may be the other")
  func pair() {
    let found = drifts(runs: 20, positions: 2) { _, position in Double(position) }
      .filter(\.isSignificant)
    #expect(found.count == 1 && found.first?.others == 1)
  }

  @Test("a bad socket is found among good ones, and it alone, whatever the runs have in common")
  func badSocket() {
    var random = SeededRandom(seed: 3)
    var found = 0
    var others = 0
    for _ in 0..<60 {
      var common = 0.0
      let odd = drifts(runs: 40) { _, position in
        if position == 0 { common = 5 * normal(&random) }
        return common + normal(&random) + (position == 2 ? 1.2 : 0)
      }.filter(\.isSignificant)
      found += odd.contains { $0.position == "A3" && $0.shift > 0 } ? 1 : 0
      others += odd.count { $0.position != "A3" }
    }
    #expect(found >= 58)
    #expect(others <= 2)
  }

  @Test("a good set gives an alarm in 1 % of the cases at most, whatever the distribution")
  func goodSet() {
    let count = 1500
    var random = SeededRandom(seed: 11)
    var alarms = [0, 0, 0]
    for _ in 0..<count {
      // Normal, one-sided, and of three values only.
      let forms: [(inout SeededRandom) -> Double] = [
        { normal(&$0) },
        {
          let x = normal(&$0); return x * x * x * x
        },
        { Double(Int.random(in: 0..<3, using: &$0)) },
      ]
      for (index, form) in forms.enumerated() {
        let odd = drifts(runs: 15) { run, _ in form(&random) + Double(run * run) }
          .contains(where: \.isSignificant)
        alarms[index] += odd ? 1 : 0
      }
    }
    // 1 % of 1500; but an alarm must be possible.
    for alarm in alarms { #expect(alarm <= 15) }
    #expect(alarms.reduce(0, +) > 0)
  }

  @Test("a meter that stays in its socket does not stand for it")
  func sameMeters() {
    let same = drifts(runs: 40) { _, position in
      "S\(position)"
    } value: { _, position in
      position == 2 ? 10 : 0
    }
    #expect(same.isEmpty)
    let nameless = drifts(runs: 40) { _, _ in
      nil
    } value: { _, position in
      position == 2 ? 10 : 0
    }
    #expect(nameless.isEmpty)
  }
}
