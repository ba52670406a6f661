import Judging
import Quantities
import Reports
import RunRecord
import Testing
import Verdicts

@Suite("Summary")
struct SummaryTests {
  @Test("a run with problems reads as the golden text")
  func golden() throws {
    try Tools.expect(Summary.text(JUnitReportTests.mixed.judged), isGolden: "mixed.txt")
  }

  @Test("a passed run is short: who, where, the values near their limits, the verdict")
  func passed() {
    #expect(
      Summary.text(Fixture.passed.judged) == """
        Integra 1221 pulse output 2
          bench    line-3 (Benches/line-3.yaml)
          rig      host
          run      r-0001
          time     2026-01-05 09:14:03 UTC, 1 min 4 s

        A1 PASS serial 21034567, firmware 1.07
          count / error  0.100 ± 0.050 %  ± 0.5 %         margin 0.4 %
          count / width  60.00 ± 0.10 ms  at least 30 ms  margin 30 ms
          and 1 more rule that passed

        PASS 1 position: 1 passed; 3 rules: 3 passed

        """
    )
  }

  @Test("each bus has a line: what went well, then what did not")
  func buses() throws {
    var fixture = Fixture.passed
    fixture.add(63_000, try Fixture.busStatistics(timeOuts: 1, crcErrors: 3))
    #expect(
      Summary.text(fixture.judged, width: 100).contains(
        "Bus dut: 41 replies, 1 exception, median 41.1 ms, longest 43.8 ms; 1 time-out, 3 CRC errors\n"
      )
    )
    let json = JSONReport.document(fixture.judged)
    #expect(json.contains("\"response-median\": 0.041145834"))
    #expect(json.contains("\"time-outs\": 1"))
  }

  @Test("a passed position shows at most six values, those nearest to their limits, in order")
  func nearest() {
    var fixture = Fixture()
    let rules = (0..<9).map { index in
      var rule = Fixture.errorRule
      rule.id = "rule-\(index)"
      rule.measurement = "value-\(index)"
      return rule
    }
    fixture.steps = [Fixture.step("read", "read", line: 1, rules)]
    // The even ones are nearest to the limit.
    fixture.run(
      "read",
      0...1000,
      (0..<9).map { Fixture.number("value-\($0)", $0 % 2 == 0 ? 0.004 : Double($0) * 0.0001) }
    )
    let text = Summary.text(fixture.judged)
    let shown = (0..<9).filter { text.contains("rule-\($0) ") }
    #expect(shown == [0, 2, 4, 6, 7, 8])
  }

  @Test("a twin is said before anything else and again beside the verdict")
  func twin() {
    var fixture = Fixture.passed
    fixture.rig = "twin"
    let lines = Summary.text(fixture.judged).split(separator: "\n")
    #expect(lines[1].contains("*** TWIN ***"))
    #expect(lines.last?.hasPrefix("PASS [rig: twin]") == true)
    #expect(!Summary.text(Fixture.passed.judged).contains("simulated"))
  }

  @Test("colour only repeats what the words say")
  func colour() {
    for fixture in [JUnitReportTests.mixed, .passed] {
      let coloured = Summary.text(fixture.judged, style: .ansi)
      let plain = Summary.text(fixture.judged)
      #expect(coloured != plain && !plain.contains("\u{1B}"))
      #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
    }
  }

  @Test("no line is wider than the terminal", arguments: [40, 60, 80, 120])
  func width(columns: Int) {
    for fixture in [JUnitReportTests.mixed, .passed] {
      let lines = Summary.text(fixture.judged, width: columns).split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= columns })
    }
  }

  @Test("a remark on the run is said once, and no position hides it")
  func runRemark() {
    var fixture = JUnitReportTests.mixed
    fixture.end = RunEnd(how: .completed, outputsSafe: false)
    let text = Summary.text(fixture.judged)
    #expect(text.ranges(of: "not every output reached its safe value").count == 1)
    #expect(text.ranges(of: "and what is said of the run below").count == 3)
  }

  @Test("what was not measured because of a remark is one block behind it, with every rule")
  func unmeasured() {
    #expect(
      Summary.text(Fixture.silent.judged).contains(
        """
          FAIL count (no-communication)
              unit 1 gave no reply
              Scenarios/eol.yaml:36
          INCONCLUSIVE count (missing)
              2 rules are open, because what they need was not measured:
              Scenarios/eol.yaml:41 error: ± 0.5 %
              Scenarios/eol.yaml:42 width: { at-least: 30 ms }

        """
      )
    )
    var alone = Fixture.silent
    alone.events.removeAll { if case .observed = $0.event { true } else { false } }
    let text = Summary.text(alone.judged)
    for rule in ["error", "width"] { #expect(text.contains("'\(rule)' was not measured")) }
  }

  @Test("a remark that did not pass is counted beside rules that did, wherever rules are counted")
  func counts() {
    var fixture = Fixture()
    fixture.runAll(observed: [(.refused, "the meter refused a write")])
    let counts = ["3 rules: 3 passed", "1 remark: 1 failed"]
    #expect(
      Summary.text(fixture.judged)
        .hasSuffix("FAIL 1 position: 1 failed; \(counts.joined(separator: "; "))\n")
    )
    let page = HTMLReport.document(fixture.judged)
    #expect(page.contains("<p>1 position: 1 failed · \(counts.joined(separator: " · "))</p>"))
    #expect(page.contains("All results: \(counts.joined(separator: " · "))<"))
    #expect(!Summary.text(Fixture.passed.judged).contains("remark"))
  }

  @Test("a record of nothing still has a summary")
  func nothing() {
    let text = Summary.text(Judge().judged())
    #expect(text.hasPrefix("The record does not say what was run\n"))
    #expect(text.contains("the record has no end"))
    #expect(text.hasSuffix("ERROR [rig: unknown] no positions; no rules; 3 remarks: 3 error\n"))
  }
}

@Suite("JSON report")
struct JSONReportTests {
  @Test("the report is, to the byte, the golden one")
  func golden() throws {
    try Tools.expect(JSONReport.document(JUnitReportTests.mixed.judged), isGolden: "mixed.json")
  }

  @Test("the same record gives the same bytes")
  func deterministic() {
    let events = JUnitReportTests.mixed.recorded
    #expect(JSONReport.document(Judge.judge(events)) == JSONReport.document(Judge.judge(events)))
  }

  @Test(
    "numbers that JSON cannot hold are words",
    arguments: [
      (Double.nan, "\"NaN\""), (.infinity, "\"+Inf\""), (-.infinity, "\"-Inf\""),
    ]
  )
  func notFinite(value: Double, word: String) {
    var fixture = Fixture()
    fixture.runAll(error: value)
    #expect(JSONReport.document(fixture.judged).contains("\"number\": \(word)"))
  }
}
