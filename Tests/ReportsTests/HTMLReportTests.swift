import Foundation
import Judging
import Pulses
import Quantities
import Reports
import RunRecord
import Testing
import Verdicts

@Suite("HTML report")
struct HTMLReportTests {
  private func document(_ fixture: Fixture) -> String {
    HTMLReport.document(fixture.judged, RunEvidence(fixture.recorded))
  }

  private func page(_ fixture: Fixture) throws -> HTMLReading.Page {
    let page = try #require(try HTMLReading.pages([document(fixture)]).first)
    #expect(page.faults == [])
    return page
  }

  @Test("the verdict stands at the top in words, with a form, and never another one")
  func verdict() throws {
    var failed = Fixture()
    failed.runAll(error: 0.02)
    var open = Fixture.passed
    open.end = RunEnd(how: .interrupted, text: "SIGINT", outputsSafe: true)
    var error = Fixture.passed
    error.end = nil
    let words = ["PASS", "FAIL", "INCONCLUSIVE", "ERROR"]
    for (fixture, word) in zip([.passed, failed, open, error], words) {
      let page = try page(fixture)
      #expect(page.hero.contains(word))
      for other in words where other != word { #expect(!page.hero.contains(other)) }
      #expect(document(fixture).contains("<use href=\"#i-\(fixture.judged.verdict.rawValue)\">"))
    }
  }

  @Test("a simulated rig is told beside the verdict, and a real one is not called simulated")
  func twin() throws {
    var fixture = Fixture.passed
    #expect(!document(fixture).contains("SIMULATED"))
    fixture.rig = "twin"
    #expect(try page(fixture).hero.contains("SIMULATED: TWIN"))
    fixture.startsWell = false
    #expect(try page(fixture).hero.contains("RIG UNKNOWN"))
  }

  @Test("the same run gives the same bytes, and nothing in them is to be loaded")
  func bytes() {
    let text = document(.passed)
    #expect(text == document(.passed))
    #expect(text.hasPrefix(HTMLReport.opening))
    for word in ["http:", "https:", "url(", "<script", "@import", "src="] {
      #expect(!text.contains(word))
    }
    #expect(text.contains("default-src 'none'"))
  }

  @Test("every rule has a row with value, limits, margin, uncertainty, decision rule and verdict")
  func rows() throws {
    let page = try page(.passed)
    #expect(
      page.rows.contains([
        "error", "0.100 ± 0.050 %", "± 0.5 %", "0.4 %", "0.05 % (k = 2)", "guarded, w = U", "PASS",
      ])
    )
    #expect(
      page.rows.contains([
        "width", "60.00 ± 0.10 ms", "at least 30 ms", "30 ms", "100 µs (k = 2)", "simple, U ≤ L/3",
        "PASS",
      ])
    )
    #expect(document(.passed).contains("declared at Scenarios/eol.yaml:41:9"))
  }

  @Test("a budget shows each source with its share")
  func budget() throws {
    var fixture = Fixture()
    fixture.steps = [Fixture.step("count", "count-pulses", line: 36, [Fixture.errorRule])]
    let budget = UncertaintyBudget([
      .init(
        name: "reference <accuracy>",
        evaluation: .b,
        distribution: .rectangular,
        standardUncertainty: 0.0003
      ),
      .init(
        name: "pulse jitter",
        evaluation: .a,
        distribution: .normal,
        standardUncertainty: 0.0004,
        degreesOfFreedom: 199
      ),
    ])
    fixture.run(
      "count",
      0...1000,
      [Measurement(id: "error", value: .number(0.001, .ratio), budget: budget, from: .zero)]
    )
    let rows = try page(fixture).rows
    #expect(
      rows.contains([
        "pulse jitter", "A", "normal", "0.0004", "1", "0.04 %", "199", "64 %",
      ])
    )
    #expect(rows.contains { $0.first == "reference <accuracy>" && $0.last == "36 %" })
  }

  @Test(
    "each rule that does not hold has a card with value, limit, how far beyond and decision rule"
  )
  func cards() throws {
    var fixture = Fixture()
    fixture.runAll(firmware: "1.06", error: 0.02, observed: [(.condition, "the load moved")])
    let page = try page(fixture)
    let card = try #require(page.findings.first { $0.contains("count / error") })
    for text in [
      "2.000 ± 0.050 %", "± 0.5 %", "1.5 % (3 × the room)", "guarded, w = U", "eol.yaml:41",
    ] {
      #expect(card.contains(text), "\(text)")
    }
    #expect(page.findings.contains { $0.contains("identify / firmware") && $0.contains("'1.07'") })
    #expect(page.findings.contains { $0.contains("the load moved") })
    #expect(try self.page(.passed).findings == [])
  }

  @Test(
    "what was not measured because of a remark is one card behind it, and the frames stand once"
  )
  func unmeasured() throws {
    let json = """
      {"bus":"dut","unit":1,"function":4,"outcome":"time-out","started":1,"finished":3,"skippedBytes":0,
       "frames":[{"kind":"request","at":1,"bytes":"0104000000027C0B"}]}
      """
    let exchange = try JSONDecoder().decode(RecordedExchange.self, from: Data(json.utf8))
    var fixture = Fixture.silent
    fixture.add(2500, .exchanged(exchange))
    let cards = try page(fixture).findings
    #expect(cards.count == 2)
    #expect(cards[0].contains("unit 1 gave no reply"))
    #expect(cards[1].contains("2 rules are open"))
    for rule in ["error: ± 0.5 %", "eol.yaml:41", "width: { at-least: 30 ms }", "eol.yaml:42"] {
      #expect(cards[1].contains(rule))
    }
    #expect(cards.map { $0.contains("Frames on the line") } == [true, false])
    // What scrolls sideways takes no caption with it.
    let text = document(fixture)
    #expect(text.contains("<p class=\"caption\">Frames on the line"))
    #expect(text.ranges(of: "<caption>").count == 1, "of the table of results alone")
  }

  @Test("forty-eight positions stay navigable: a link to each, and only what failed is open")
  func many() throws {
    var fixture = Fixture()
    fixture.positions = (1...48).map { Fixture.position("A\($0)") }
    for index in 1...48 {
      fixture.runAll(on: "A\(index)", serial: "\(index)", error: index == 31 ? 0.02 : 0.001)
    }
    let text = document(fixture)
    let page = try page(fixture)
    for index in 0..<48 { #expect(text.contains("<a href=\"#p\(index)\">")) }
    #expect(page.findings.count == 1)
    #expect(!text.contains("<details class=\"results\" open"))
    #expect(page.rows.count { $0.count == 4 && $0[1] == "PASS" } == 47)
    #expect(
      page.rows.contains {
        $0.count == 4 && $0[0] == "A31" && $0[3].contains("error is 2.000 ± 0.050 %")
      }
    )
    #expect(text.utf8.count < 1_000_000)
  }

  // MARK: Evidence

  /// Pulses of 40 ms every 300 ms; one is missing, and one bounces.
  private static func pulses(_ count: Int, in milliseconds: ClosedRange<Int64>) -> [Edge] {
    var edges: [Edge] = []
    for index in 0..<count where index != 20 {
      let rise = 5_000_000_000 + milliseconds.lowerBound * 1_000_000 + Int64(index) * 300_000_000
      func edge(_ after: Int64, _ isLeading: Bool) {
        edges.append(Edge(time: Instant(nanoseconds: rise + after), isLeading: isLeading))
      }
      edge(0, true)
      if index == 10 {
        edge(200_000, false)
        edge(400_000, true)
      }
      edge(40_000_000, false)
    }
    return edges
  }

  private func pulseRun(_ count: Int, error: Double = 0.02) throws -> Fixture {
    var fixture = Fixture()
    let last = 2000 + Int64(count) * 300 + 1000
    fixture.run("identify", 1000...1412)
    fixture.run("wait", 1412...2000)
    fixture.add(2000, .stepStarted(StepMark(position: "A1", step: "count")))
    let edges = Self.pulses(count, in: 2000...last)
    for start in stride(from: 0, to: edges.count, by: 1024) {
      let batch = Array(edges[start..<min(start + 1024, edges.count)])
      fixture.add(last, .edges(try #require(RecordedEdges(line: "A1.pulse-2", batch))))
    }
    for measurement in [
      Fixture.number("error", error), Fixture.number("width", 0.04, .time, uncertainty: 0.0001),
      Fixture.number("expected-rate", 1 / 0.3, .pulseRate),
    ] {
      fixture.add(
        last,
        .measured(Measured(position: "A1", step: "count", measurement: measurement))
      )
    }
    fixture.add(last, .stepEnded(StepEnd(position: "A1", step: "count", how: .completed)))
    return fixture
  }

  @Test("plots tell the period, the expected one, lost pulses and bounce; widths with their limits")
  func plots() throws {
    let charts = try page(pulseRun(60)).charts
    let periods = try #require(charts.first { $0.contains("Pulse period over time, A1.pulse-2") })
    #expect(periods.contains("58 periods, median 300 ms, from 300 ms to 600 ms; expected 300 ms"))
    #expect(periods.contains("1 period as long as if pulses were lost"))
    #expect(periods.contains("2 edges within 5 ms of another"))
    let widths = try #require(charts.first { $0.contains("Pulse widths, A1.pulse-2") })
    #expect(widths.contains("from 40 ms to 40 ms; limits: at least 30 ms"))
  }

  @Test("a hundred thousand pulses make no greater report than a thousand")
  func constant() throws {
    let small = try document(pulseRun(1000)).utf8.count
    let great = try document(pulseRun(100_000)).utf8.count
    #expect(great < small + 20_000)
  }

  @Test("there is no plot where the record has no data for it")
  func noPlot() throws {
    #expect(try page(.passed).charts == [])
    var fixture = Fixture.passed
    fixture.add(63_000, try Fixture.busStatistics())
    #expect(try page(fixture).charts.map { $0.contains("42 replies") } == [true])
  }

  @Test(
    "numbers that no run gives spoil a plot, and not the report",
    arguments: [
      #"{"count":1,"upTo":-1}"#, #"{"count":-1,"upTo":45056000}"#,
      #"{"count":9223372036854775807,"upTo":1000},{"count":9223372036854775807,"upTo":2000}"#,
    ]
  )
  func absurdStatistics(buckets: String) throws {
    var fixture = Fixture.passed
    fixture.add(63_000, try Fixture.busStatistics(buckets: buckets, longest: -1))
    #expect(document(fixture).contains("Response times"))
  }

  @Test("the error is drawn against the load only where there was more than one")
  func loads() throws {
    func fixture(_ energies: [Double], hours: Double = 1) -> Fixture {
      var fixture = Fixture()
      fixture.steps = energies.indices.map {
        Fixture.step("count \($0)", "count-pulses", line: $0 + 1, [Fixture.errorRule])
      }
      for (index, energy) in energies.enumerated() {
        let hour = Instant(nanoseconds: Int64(hours * 3_600_000_000_000))
        let values = [
          ("reference-energy", Measurement.Value.number(energy, .activeEnergy)),
          ("error", .number(index == 2 ? 0.02 : 0.001, .ratio)),
        ]
        fixture.run(
          "count \(index)",
          Int64(index) * 1000...Int64(index) * 1000 + 900,
          values.map {
            Measurement(id: $0, value: $1, expandedUncertainty: 0.0001, from: .zero, to: hour)
          }
        )
      }
      return fixture
    }
    let chart = try #require(try page(fixture([100, 1000, 3000])).charts.first)
    #expect(chart.contains("Error against load") && chart.contains("from 0.1 kW to 3 kW"))
    #expect(chart.contains("1 value is beyond it"))
    #expect(try page(fixture([1000, 1001])).charts == [])
    // An energy that is finite, and a power that is not: a thousandth of an hour.
    #expect(try page(fixture([100, 1000, 3000, 1e308], hours: 0.001)).charts.count == 1)
  }
}
