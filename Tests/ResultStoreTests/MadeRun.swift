import FoundationEssentials
import Judging
import Quantities
import ResultStore
import RunRecord
import Verdicts

/// A run made by hand: each position tells its meter's identity, and measures an error that is judged.
struct MadeRun {
  /// A meter in a socket.
  struct Meter {
    var position: String
    var serial: String?
    var error: Double
    var firmware = "107"
    /// A part of the bench that failed in its measurement; nil where none did.
    var fault: String?

    init(_ position: String, _ serial: String?, _ error: Double, fault: String? = nil) {
      (self.position, self.serial, self.error, self.fault) = (position, serial, error, fault)
    }
  }

  var name: String
  var day = 0
  var rig = "host"
  var scenario = "end of line"
  var scenarioText = "scenario: end of line"
  var bench = "line-3"
  var limit = 0.005
  var decision = DecisionRule.standard
  var uncertainty = 0.001
  var judgesBench = false
  var isComplete = true
  var meters: [Meter]

  static let step = "count-pulses pulse-2"

  init(_ name: String, _ meters: [Meter]) { (self.name, self.meters) = (name, meters) }

  private var started: RunStarted {
    RunStarted(
      tool: "meterbench 0",
      run: name,
      rig: rig,
      host: "line",
      wallTime: UTC.text(millisecondsSinceEpoch: 1_767_225_600_000 + Int64(day) * 86_400_000),
      wallClockIsSynchronised: true,
      bench: .init(path: "bench.yaml", text: bench),
      scenario: .init(path: "eol.yaml", text: scenarioText),
      profiles: [],
      scenarioName: scenario,
      benchName: bench,
      parameters: [.init(name: "firmware", value: "107")]
    )
  }

  private var plan: RecordedPlan {
    func step(_ id: String, _ rules: [Rule]) -> RecordedPlan.Step {
      RecordedPlan.Step(
        id: id,
        verb: id.split(separator: " ").first.map { String($0) } ?? id,
        isFinally: false,
        origin: Rule.Origin(file: "eol.yaml", line: 10, column: 5),
        rules: rules,
        predictedSeconds: 1,
        notApplicable: []
      )
    }
    let rule = Rule(
      id: "error",
      measurement: "error",
      criterion: .within(lower: -limit, upper: limit, dimension: .ratio),
      decision: decision,
      text: "error",
      origin: Rule.Origin(file: "eol.yaml", line: 12, column: 9)
    )
    return RecordedPlan(
      positions: meters.map {
        RecordedPlan.Position(
          name: $0.position,
          profile: "integra-1221",
          variant: "self-powered",
          bus: "dut",
          address: 1,
          notApplicable: nil
        )
      },
      steps: [step("identify", []), step(Self.step, [rule])],
      judgesBench: judgesBench ? true : nil,
      warnings: []
    )
  }

  private func events(of meter: Meter) -> [Event] {
    func measured(_ step: String, _ id: String, _ value: Verdicts.Measurement.Value, _ u: Double?)
      -> Event
    {
      .measured(
        Measured(
          position: meter.position,
          step: step,
          measurement: Verdicts.Measurement(
            id: id,
            value: value,
            expandedUncertainty: u,
            from: .zero
          )
        )
      )
    }
    var events: [Event] = [.stepStarted(StepMark(position: meter.position, step: "identify"))]
    if let serial = meter.serial {
      events.append(measured("identify", "serial-number", .text(serial), nil))
    }
    events.append(measured("identify", "firmware", .text(meter.firmware), nil))
    events += [
      .stepEnded(StepEnd(position: meter.position, step: "identify", how: .completed)),
      .stepStarted(StepMark(position: meter.position, step: Self.step)),
      measured(Self.step, "error", .number(meter.error, .ratio), uncertainty),
    ]
    if let fault = meter.fault {
      events.append(
        .observed(
          Observation(
            position: meter.position,
            step: Self.step,
            kind: .bench,
            part: fault,
            text: "it failed"
          )
        )
      )
    }
    events.append(.stepEnded(StepEnd(position: meter.position, step: Self.step, how: .completed)))
    return events
  }

  /// The record.
  var events: [RecordedEvent] {
    let all: [Event] =
      [.runStarted(started), .planned(plan)] + meters.flatMap(events)
      + (isComplete ? [.runEnded(RunEnd(how: .completed, outputsSafe: true))] : [])
    return all.enumerated().map { index, event in
      RecordedEvent(
        sequence: index,
        at: Instant(nanoseconds: Int64(index) * 10_000_000),
        event: event
      )
    }
  }

  /// What the history keeps of it.
  ///
  /// - Parameter record: where its record lies; the folder of its name where nil.
  func entry(at record: String? = nil) throws -> RunEntry {
    let events = events
    return try RunEntry(
      Judge.judge(events),
      record: record ?? "/results/\(name)/record.ndjson",
      fingerprint: Fingerprint.of("\(events)".utf8),
      events: events.count
    )
  }
}

/// A folder of its own for a test's history.
final class Folder {
  let path: String
  var history: String { "\(path)/history.sqlite" }

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("meterbench-history-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A history with these runs.
  func filled(_ runs: [MadeRun]) throws -> History {
    let history = try History(self.history, ifAbsent: .made)
    for run in runs { try history.add(try run.entry()) }
    return history
  }
}
