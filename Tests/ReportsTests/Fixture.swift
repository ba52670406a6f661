import FoundationEssentials
import Judging
import Quantities
import RunRecord
import Verdicts

/// Records made by hand, so that what reports say comes from events, as in the product.
struct Fixture {
  var rig = "host"
  var scenario = "Integra 1221 pulse output 2"
  var bench = "line-3"
  var wallTime: String = "2026-01-05T09:14:03.120Z"
  var positions = [Self.position("A1")]
  var steps = Self.steps
  var warnings: [String] = []
  /// Between plan and end.
  var events: [(milliseconds: Int64, event: Event)] = []
  var end: RunEnd? = RunEnd(how: .completed, outputsSafe: true)
  var startsWell = true

  static let file = "Scenarios/eol.yaml"
  static let ratio = Dimension.ratio

  static func origin(_ line: Int) -> Rule.Origin { Rule.Origin(file: file, line: line, column: 9) }

  static func position(_ name: String, notApplicable: String? = nil) -> RecordedPlan.Position {
    RecordedPlan.Position(
      name: name,
      profile: "integra-1221",
      variant: "self-powered",
      bus: "dut",
      address: 1,
      notApplicable: notApplicable
    )
  }

  static func step(
    _ id: String,
    _ verb: String,
    line: Int,
    _ rules: [Rule] = [],
    isFinally: Bool = false,
    notApplicable: [RecordedPlan.Exemption] = []
  ) -> RecordedPlan.Step {
    RecordedPlan.Step(
      id: id,
      verb: verb,
      isFinally: isFinally,
      origin: origin(line),
      rules: rules,
      predictedSeconds: 1,
      notApplicable: notApplicable
    )
  }

  static let errorRule = Rule(
    id: "error",
    measurement: "error",
    criterion: .within(lower: -0.005, upper: 0.005, dimension: .ratio),
    decision: .standard,
    text: "error: ± 0.5 %",
    origin: origin(41)
  )
  static let widthRule = Rule(
    id: "width",
    measurement: "width",
    criterion: .within(lower: 0.03, upper: nil, dimension: .time),
    decision: .simple,
    text: "width: { at-least: 30 ms }",
    origin: origin(42)
  )
  static let firmwareRule = Rule(
    id: "firmware",
    measurement: "firmware",
    criterion: .text(oneOf: ["1.07"]),
    decision: .standard,
    text: "firmware: 1.07",
    origin: origin(14)
  )

  static let steps = [
    step("identify", "identify", line: 13, [firmwareRule]),
    step("wait", "wait", line: 15),
    step("count", "count-pulses", line: 36, [errorRule, widthRule]),
    step("off", "apply", line: 50, isFinally: true),
  ]

  static func number(
    _ id: String,
    _ value: Double,
    _ dimension: Dimension = .ratio,
    uncertainty: Double? = 0.0005
  ) -> Measurement {
    Measurement(
      id: id,
      value: .number(value, dimension),
      expandedUncertainty: uncertainty,
      coverageFactor: 2,
      from: .zero,
      remark: "edges 1 to 200"
    )
  }

  mutating func add(_ milliseconds: Int64, _ event: Event) { events.append((milliseconds, event)) }

  /// A step that ran from one moment to another with these values.
  mutating func run(
    _ step: String,
    on position: String = "A1",
    _ range: ClosedRange<Int64>,
    _ measurements: [Measurement] = [],
    observed: [(Reason.Kind, String)] = [],
    how: StepEnd.How = .completed
  ) {
    add(range.lowerBound, .stepStarted(StepMark(position: position, step: step)))
    for measurement in measurements {
      let measured = Measured(position: position, step: step, measurement: measurement)
      add(range.upperBound, .measured(measured))
    }
    for (kind, text) in observed {
      let observation = Observation(
        position: position,
        step: step,
        kind: kind,
        part: kind == .bench ? "bus dut" : nil,
        text: text
      )
      add(range.upperBound, .observed(observation))
    }
    add(range.upperBound, .stepEnded(StepEnd(position: position, step: step, how: how)))
  }

  /// Every step of the usual plan, passed unless told otherwise.
  mutating func runAll(
    on position: String = "A1",
    serial: String = "21034567",
    firmware: String = "1.07",
    error: Double = 0.001,
    width: Double = 0.06,
    observed: [(Reason.Kind, String)] = []
  ) {
    let identity = [("serial", serial), ("firmware", firmware)].map {
      Measurement(id: $0, value: .text($1), from: .zero)
    }
    run("identify", on: position, 1000...1412, identity)
    run("wait", on: position, 1412...2000)
    run(
      "count",
      on: position,
      2000...62_000,
      [
        Self.number("error", error),
        Self.number("width", width, .time, uncertainty: 0.0001),
      ],
      observed: observed
    )
    run("off", on: position, 62_000...62_500)
  }

  /// A meter that fell silent while its pulses were counted.
  static var silent: Fixture {
    var fixture = Fixture()
    fixture.run(
      "identify",
      1000...1412,
      [Measurement(id: "firmware", value: .text("1.07"), from: .zero)]
    )
    fixture.run("wait", 1412...2000)
    fixture.run("count", 2000...3000, observed: [(.noCommunication, "unit 1 gave no reply")])
    fixture.run("off", 62_000...62_500)
    return fixture
  }

  /// What a run that went well says of its bus, and one whose line was noisy.
  static func busStatistics(
    timeOuts: Int = 0,
    crcErrors: Int = 0,
    buckets: String = #"{"count":42,"upTo":45056000}"#,
    longest: Int64 = 43_800_000
  ) throws -> Event {
    let counts = """
      {"broadcasts":0,"collisions":0,"crcErrors":\(crcErrors),"echoes":0,"exceptions":1,
       "framesSent":44,"lateReplies":0,"mismatches":0,"probes":0,"replies":41,
       "responseTimes":{"buckets":[\(buckets)],"longest":\(longest),
                        "median":41145834,"percentile99":43000000},
       "skippedBytes":0,"strangers":0,"timeOuts":\(timeOuts)}
      """
    let line = """
      {"#":0,"at":0,"bus":"dut","event":"bus-statistics","total":\(counts),
       "units":[{"counts":\(counts),"unit":1}]}
      """
    return try RecordedEvent(line: Data(line.utf8)).event
  }

  /// A run in which everything passes.
  static var passed: Fixture {
    var fixture = Fixture()
    fixture.runAll()
    return fixture
  }

  var recorded: [RecordedEvent] {
    var all: [(milliseconds: Int64, event: Event)] = []
    if startsWell {
      all.append((0, .runStarted(start)))
      all.append(
        (0, .planned(RecordedPlan(positions: positions, steps: steps, warnings: warnings)))
      )
    }
    // A record is in the order of its clock; positions run side by side.
    all += events.enumerated()
      .sorted { ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset) }
      .map(\.element)
    if let end { all.append((63_500, .runEnded(end))) }
    return all.enumerated().map { index, entry in
      RecordedEvent(
        sequence: index,
        at: Instant(nanoseconds: 5_000_000_000 + entry.milliseconds * 1_000_000),
        event: entry.event
      )
    }
  }

  var judged: JudgedRun { Judge.judge(recorded) }

  private var start: RunStarted {
    RunStarted(
      tool: "meterbench 0.1.0",
      run: "r-0001",
      rig: rig,
      host: rig == "twin" ? "twin" : "station-2",
      wallTime: wallTime,
      wallClockIsSynchronised: true,
      bench: RunStarted.SourceText(path: "Benches/line-3.yaml", text: ""),
      scenario: RunStarted.SourceText(path: Self.file, text: ""),
      profiles: [],
      scenarioName: scenario,
      benchName: bench,
      parameters: [RunStarted.Parameter(name: "firmware", value: "1.07")]
    )
  }
}
