import Judging
import Quantities
import Reports
import RunRecord
import Testing
import Verdicts

@Suite("Live block")
struct LiveBlockTests {
  /// What is seen after so many events of a run, a while after the last of them.
  private func block(
    _ fixture: Fixture,
    _ count: Int,
    later: Duration = .zero,
    width: Int = 100,
    height: Int = 30,
    style: Summary.Style = .plain
  ) -> [String] {
    let events = fixture.recorded.prefix(count)
    var judge = Judge()
    var block = LiveBlock()
    for event in events {
      judge.take(event)
      block.take(event) { judge.verdict(of: $0, on: $1) }
    }
    let now = (events.last?.at ?? .zero) + later
    return block.lines(at: now, width: width, height: height, style: style)
  }

  private var slow: Fixture {
    var fixture = Fixture.passed
    for index in fixture.steps.indices { fixture.steps[index].predictedSeconds = 60 }
    return fixture
  }

  private func index(_ fixture: Fixture, _ isWanted: (Event) -> Bool) throws -> Int {
    try #require(fixture.recorded.firstIndex { isWanted($0.event) }) + 1
  }

  @Test("each position shows its step, how long it has run and how long it should")
  func running() throws {
    let started = try index(slow) { $0 == .stepStarted(StepMark(position: "A1", step: "count")) }
    #expect(
      block(slow, started, later: .seconds(20)) == [
        "Integra 1221 pulse output 2",
        "[3/4] count (0:22 gone, about 1:40 left)",
        "A1 good so far  count (0:20, about 0:40 left)",
      ]
    )
    // A plan that was wrong is told, and takes nothing from the rest.
    #expect(
      block(slow, started, later: .seconds(75)).suffix(2) == [
        "[3/4] count (1:17 gone, about 1:00 left)",
        "A1 good so far  count (1:15, 1:00 were planned)",
      ]
    )
  }

  @Test("before anything is known nothing is shown, and at the end nothing is left")
  func ends() {
    #expect(block(slow, 1).isEmpty)
    #expect(block(slow, 2).last == "A1 -            waits")
    #expect(block(slow, slow.recorded.count)[1] == "ended after 1:04")
  }

  @Test("nothing is passed before the run is over, and what is wrong stays to be seen")
  func verdicts() {
    var fixture = Fixture()
    fixture.runAll(firmware: "1.06")
    let shown = block(fixture, fixture.recorded.count)
    #expect(shown.last?.hasPrefix("A1 FAIL ") == true)
    #expect(!block(slow, slow.recorded.count).joined().contains("PASS"))
  }

  @Test("a simulated run says so, and colours only repeat what words say")
  func twin() {
    var fixture = slow
    fixture.rig = "twin"
    #expect(block(fixture, 5)[0].hasSuffix("[rig: twin]"))
    let coloured = block(fixture, 9, style: .ansi).map {
      $0.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    }
    #expect(coloured == block(fixture, 9) && block(fixture, 9, style: .ansi) != coloured)
  }

  @Test("no line wraps and the block fits, at any size; what went wrong is kept in sight")
  func fits() {
    var fixture = Fixture()
    fixture.scenario = String(repeating: "宽 wide\u{1B}[2J ", count: 20)
    fixture.positions = (1...48).map { Fixture.position("A\($0)") }
    for number in 1...48 { fixture.runAll(on: "A\(number)", firmware: number == 40 ? "1" : "1.07") }
    for (width, height) in [(20, 5), (40, 10), (80, 24), (300, 100)] {
      let shown = block(fixture, fixture.recorded.count, width: width, height: height)
      #expect(shown.count < height)
      // A wide character fills two columns.
      #expect(shown.allSatisfy { line in line.reduce(0) { $0 + ($1 == "宽" ? 2 : 1) } < width })
      #expect(!shown.joined().contains("\u{1B}"))
      #expect(shown.contains { $0.hasPrefix("A40") && $0.contains("FAIL") }, "\(width)")
    }
  }
}

@Suite("Result board")
struct ResultBoardTests {
  @Test("each position has its card with its number, and the run's verdict is large")
  func cards() {
    var fixture = Fixture()
    fixture.positions = [Fixture.position("A1"), Fixture.position("A2")]
    fixture.rig = "twin"
    for name in ["A1", "A2"] {
      fixture.runAll(on: name, firmware: name == "A2" ? "1.06" : "1.07")
      fixture.add(
        1400,
        .measured(
          Measured(
            position: name,
            step: "identify",
            measurement: Measurement(
              id: "serial-number",
              value: .text(name == "A1" ? "21034567" : "21034568"),
              from: .zero
            )
          )
        )
      )
    }
    #expect(
      ResultBoard.text(fixture.judged) == """
        ┌────────────┐ ┌────────────┐
        │     A1     │ │     A2     │
        │    PASS    │ │    FAIL    │
        │  21034567  │ │  21034568  │
        └────────────┘ └────────────┘

        █████  ███  ███ █    
        █     █   █  █  █    
        ████  █████  █  █    
        █     █   █  █  █    
        █     █   █ ███ █████

        [rig: twin]

        """
    )
  }

  @Test(
    "cards stand in rows that fit, and a word without room is written small",
    arguments: [20, 40, 80]
  )
  func fits(width: Int) {
    var fixture = Fixture()
    fixture.positions = (1...48).map { Fixture.position("A\($0)") }
    let text = ResultBoard.text(fixture.judged, width: width)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
    for number in 1...48 { #expect(text.contains(" A\(number) ")) }
  }

  @Test("every verdict has its letters", arguments: Verdict.allCases)
  func letters(verdict: Verdict) {
    var run = Fixture.passed.judged
    run.verdict = verdict
    #expect(ResultBoard.text(run).contains("█") == (verdict != .notApplicable))
  }

  @Test(
    "a meter that never told its number is shown under the one that was expected, in every report"
  )
  func expected() {
    var fixture = Fixture()
    fixture.positions[0].expected = ExpectedUnit(
      label: "21034567",
      serialNumber: SerialNumber("21034567")
    )
    let run = fixture.judged
    #expect(ResultBoard.text(run).contains("(21034567)"))
    #expect(Summary.text(run).contains("serial-number 21034567 expected"))
    #expect(HTMLReport.document(run, RunEvidence()).contains("serial-number 21034567 expected"))
    #expect(JUnitReport.document(run).contains("\"dut.expected-serial-number\" value=\"21034567\""))
    // What the meter says itself stands alone.
    fixture.positions[0].expected = nil
    #expect(!Summary.text(fixture.judged).contains("expected"))
  }
}
