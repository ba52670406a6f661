import FoundationEssentials
import Judging
import Quantities
import RunRecord
import Verdicts

/// A run made by hand: a plan, and what happened. As it stands it passes.
struct Sample {
  var positions = [position("A1"), position("A2"), position("A3", notApplicable: "disabled: worn")]
  var steps = [
    step("apply supply on"),
    step("read", [Self.voltage]),
    step("count-pulses pulse-2", [Self.error, Self.rate]),
    step("apply supply off", isFinally: true),
  ]
  /// Between the plan and the end.
  var events: [Event] = Self.lockstep(["A1", "A2"])
  var start: Event? = .runStarted(Self.started)
  var reference: RecordedPlan.Reference?
  var end: RunEnd? = RunEnd(how: .completed, outputsSafe: true)

  // MARK: The plan

  static let voltage = rule(
    "voltage-l1",
    .within(lower: 220, upper: 240, dimension: .voltage),
    "voltage-l1 at least 220 V, at most 240 V"
  )
  static let error = rule(
    "error",
    .within(lower: -0.005, upper: 0.005, dimension: .ratio),
    "error ± 0.5 %"
  )
  static let rate = rule(
    "rate",
    .around(nominal: "expected-rate", relative: 0.01, absolute: 0, dimension: .pulseRate),
    "rate expected ± 1 %"
  )

  static func rule(_ id: String, _ criterion: Rule.Criterion, _ text: String) -> Rule {
    Rule(
      id: id,
      measurement: id,
      criterion: criterion,
      decision: .standard,
      text: text,
      origin: Rule.Origin(file: "eol.yaml", line: 12, column: 9)
    )
  }

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
    _ rules: [Rule] = [],
    isFinally: Bool = false,
    notApplicable: [RecordedPlan.Exemption] = []
  ) -> RecordedPlan.Step {
    RecordedPlan.Step(
      id: id,
      verb: id.split(separator: " ").first.map { String($0) } ?? id,
      isFinally: isFinally,
      origin: Rule.Origin(file: "eol.yaml", line: 10, column: 5),
      rules: rules,
      predictedSeconds: 1,
      notApplicable: notApplicable
    )
  }

  static let started = RunStarted(
    tool: "meterbench 0",
    run: "1",
    rig: "twin",
    host: "twin",
    wallTime: "2026-01-05T09:00:00.000Z",
    wallClockIsSynchronised: true,
    bench: .init(path: "bench.yaml", text: "…"),
    scenario: .init(path: "eol.yaml", text: "…"),
    profiles: [],
    scenarioName: "end of line",
    benchName: "line-3",
    parameters: []
  )

  // MARK: What happened

  static func measured(
    _ position: String,
    _ step: String,
    _ id: String,
    _ value: Measurement.Value,
    uncertainty: Double? = 0,
    at seconds: Int64 = 0
  ) -> Event {
    .measured(
      Measured(
        position: position,
        step: step,
        measurement: Measurement(
          id: id,
          value: value,
          expandedUncertainty: uncertainty,
          from: Instant(nanoseconds: seconds * 1_000_000_000)
        )
      )
    )
  }

  static func began(_ position: String, _ step: String) -> Event {
    .stepStarted(StepMark(position: position, step: step))
  }

  static func ended(
    _ position: String,
    _ step: String,
    _ how: StepEnd.How = .completed,
    _ text: String? = nil
  ) -> Event {
    .stepEnded(StepEnd(position: position, step: step, how: how, text: text))
  }

  static func observed(_ position: String?, _ step: String?, _ kind: Reason.Kind) -> Event {
    .observed(Observation(position: position, step: step, kind: kind, text: "as seen"))
  }

  /// What a passing position says in a step.
  static func values(_ step: String, _ position: String) -> [Event] {
    switch step {
    case "read": [measured(position, step, "voltage-l1", .number(230, .voltage), uncertainty: 1)]
    case "count-pulses pulse-2":
      [
        measured(position, step, "pulses", .number(200, .pulseCount)),
        measured(position, step, "expected-rate", .number(3.067, .pulseRate)),
        measured(position, step, "rate", .number(3.07, .pulseRate)),
        measured(position, step, "error", .number(0.001, .ratio), uncertainty: 0.0005),
      ]
    default: []
    }
  }

  private static func lockstep(_ positions: [String]) -> [Event] {
    var events: [Event] = [
      .noted(Note(text: "for the reader")),
      .switched(Switching(output: "A1.supply", on: true, readBack: true)),
    ]
    events += evidence
    for step in ["apply supply on", "read", "count-pulses pulse-2", "apply supply off"] {
      events += positions.map { began($0, step) }
      events += positions.flatMap { values(step, $0) }
      events += positions.map { ended($0, step) }
    }
    return events
  }

  /// Events that only a rig makes, as the record words them.
  private static let evidence: [Event] = [
    ##"{"#":0,"at":0,"event":"edges","firstIsLeading":true,"line":"A1.pulse-2","repeated":[],"times":[1,2,3]}"##,
    ##"{"#":0,"at":0,"bus":"dut","event":"exchanged","finished":9,"frames":[],"function":4,"outcome":"response","skippedBytes":0,"started":3,"unit":1}"##,
  ].compactMap { (try? RecordedEvent(line: Data($0.utf8)))?.event }

  // MARK: Changing it

  /// Puts events before the end of a step.
  mutating func add(_ new: [Event], to step: String, on position: String) {
    let index = events.firstIndex {
      if case .stepEnded(let end) = $0 {
        end.step == step && end.position == position
      } else {
        false
      }
    }
    events.insert(contentsOf: new, at: index ?? events.endIndex)
  }

  /// Replaces how a step ended.
  mutating func end(_ step: String, on position: String, _ how: StepEnd.How) {
    events = events.map { event in
      guard case .stepEnded(let end) = event, end.step == step, end.position == position else {
        return event
      }
      return Self.ended(position, step, how)
    }
  }

  /// Removes the values of an id.
  mutating func forget(_ id: String, on position: String) {
    events.removeAll {
      if case .measured(let one) = $0 {
        one.measurement.id == id && one.position == position
      } else {
        false
      }
    }
  }

  /// A sample with one position and a `read` of what is given, under one rule.
  static func reading(_ values: [Measurement.Value], rule: Rule, uncertainty: Double? = 0) -> Sample
  {
    var sample = Sample()
    sample.positions = [position("A1")]
    sample.steps = [step("read", [rule])]
    sample.events =
      [began("A1", "read")]
      + values.enumerated().map { index, value in
        measured("A1", "read", rule.measurement, value, uncertainty: uncertainty, at: Int64(index))
      } + [ended("A1", "read")]
    return sample
  }

  /// The record: numbered, 10 ms from event to event.
  var record: [RecordedEvent] {
    let plan = RecordedPlan(
      positions: positions,
      steps: steps,
      reference: reference,
      warnings: []
    )
    let all = [start, .planned(plan)] + events.map { $0 } + [end.map { .runEnded($0) }]
    return all.compactMap { $0 }.enumerated().map { index, event in
      RecordedEvent(
        sequence: index,
        at: Instant(nanoseconds: Int64(index) * 10_000_000),
        event: event
      )
    }
  }

  var run: JudgedRun { Judge.judge(record) }
  var verdict: Verdict { run.verdict }

  /// The reasons of everything that is not passed, in the order of the plan.
  var kinds: [Reason.Kind] {
    let run = run
    let steps = run.positions.flatMap(\.steps).flatMap { step in
      step.findings.compactMap(\.reason) + step.remarks.map(\.reason)
    }
    return (run.remarks + run.positions.flatMap(\.remarks)).map(\.reason.kind) + steps.map(\.kind)
  }
}

extension JudgedRun {
  func step(_ id: String, on position: String) -> JudgedStep? {
    positions.first { $0.position.name == position }?.steps.first { $0.step.id == id }
  }

  func verdict(of position: String) -> Verdict? {
    positions.first { $0.position.name == position }?.verdict
  }
}
