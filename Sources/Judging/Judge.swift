import Quantities
public import RunRecord
public import Verdicts

/// Turns events into verdicts: one pure fold, the same live and when a record is judged again.
///
/// It fails closed. A rule passes on its own evidence only; what is missing, unfinished or
/// contradictory is inconclusive or an error, never passed.
public struct Judge: Sendable {
  private struct Key: Hashable {
    var position: String
    var step: String
  }

  private struct StepState {
    var from: Instant?
    var to: Instant?
    var end: StepEnd?
    var measurements: [Measurement] = []
    var observations: [Observation] = []
    var silences: [Silence] = []

    var isOpen: Bool { from != nil && end == nil }
  }

  private var start: RunStarted?
  private var plan: RecordedPlan?
  private var steps: [Key: StepState] = [:]
  private var positionObservations: [Observation] = []
  private var runRemarks: [Remark] = []
  private var notes: [Note] = []
  private var buses: [RecordedBusStatistics] = []
  private var end: RunEnd?
  private var from: Instant?
  private var to = Instant.zero
  private var last: Instant?
  /// The step that each position began last, as an index into the plan.
  private var begun: [String: Int] = [:]
  private var count = 0
  private var units = UnitCheck()

  /// A judge who has seen nothing.
  public init() {}

  /// Judges a whole record.
  public static func judge(_ events: some Sequence<RecordedEvent>) -> JudgedRun {
    var judge = Judge()
    for event in events { judge.take(event) }
    return judge.judged()
  }

  /// Takes the next event.
  public mutating func take(_ recorded: RecordedEvent) {
    if recorded.sequence != count {
      contradiction("event \(recorded.sequence) came where \(count) was due")
    }
    if end != nil { contradiction("event \(recorded.sequence) came after the end of the run") }
    count = recorded.sequence &+ 1
    if let last, recorded.at < last {
      contradiction("event \(recorded.sequence) happened before the event that stands before it")
    }
    last = recorded.at
    from = from ?? recorded.at
    to = max(to, recorded.at)
    switch recorded.event {
    case .runStarted(let value):
      if count != 1 { contradiction("the run's start is not its first event") }
      if value.format != RunStarted.currentFormat {
        contradiction(
          "its format is \(value.format), and this tool reads format \(RunStarted.currentFormat)"
        )
      }
      start = value
    case .planned(let value):
      if count != 2 { contradiction("the plan is not its second event") }
      plan = value
      checkNames(value)
    case .stepStarted(let mark):
      checkOrder(mark)
      checkRefusal(mark)
      update(mark.position, mark.step) { state in
        let isFirst = state.from == nil
        state.from = state.from ?? recorded.at
        if state.end != nil {
          return "step '\(mark.step)' started on \(mark.position) after it had ended"
        }
        return isFirst ? nil : "step '\(mark.step)' started twice on \(mark.position)"
      }
    case .stepEnded(let ended):
      update(ended.position, ended.step) { state in
        let isFirst = state.end == nil
        state.end = state.end ?? ended
        state.to = recorded.at
        if (state.from == nil) != (ended.how == .skipped) {
          return state.from == nil
            ? "step '\(ended.step)' ended on \(ended.position) without a start"
            : "step '\(ended.step)' was skipped on \(ended.position) after it had started"
        }
        return isFirst ? nil : "step '\(ended.step)' ended twice on \(ended.position)"
      }
    case .measured(let measured):
      units.take(measured, verb: plan?.steps.first { $0.id == measured.step }?.verb)
      update(measured.position, measured.step) { state in
        let isRepeated = state.measurements.contains(measured.measurement)
        state.measurements.append(measured.measurement)
        if !measured.measurement.isConsistent {
          return
            "the uncertainty of '\(measured.measurement.id)' of '\(measured.step)' is not the one that its budget gives"
        }
        if isRepeated {
          return "'\(measured.measurement.id)' of '\(measured.step)' stands twice, word for word"
        }
        return state.isOpen ? nil : "a value of '\(measured.step)' came outside the step"
      }
    case .observed(let observation):
      take(observation)
    case .silent(let silence):
      update(silence.position, silence.step) { state in
        state.silences.append(silence)
        return state.isOpen ? nil : "a silence of '\(silence.step)' came outside the step"
      }
    case .busStatistics(let statistics): buses.append(statistics)
    case .noted(let note): notes.append(note)
    case .runEnded(let value): end = value
    case .exchanged, .edges, .switched: break
    }
  }

  /// Passes over an event of evidence that bears on no verdict: a frame or an edge.
  public mutating func skip(_ sequence: Int) {
    if sequence != count { contradiction("event \(sequence) came where \(count) was due") }
    if end != nil { contradiction("event \(sequence) came after the end of the run") }
    count = sequence &+ 1
  }

  /// Takes note that the record does not hold what this judge was told.
  public mutating func distrust(record reason: String) {
    runRemarks.append(
      Remark(.error, .tool, "the record is incomplete: \(reason)", part: "record")
    )
  }

  /// The verdict on one step so far; what a step's failure means for its position is decided on
  /// it.
  public func verdict(of step: String, on position: String) -> Verdict {
    guard let plan, let planned = plan.steps.first(where: { $0.id == step }),
      let socket = plan.positions.first(where: { $0.name == position })
    else { return .error }
    return judged(planned, on: socket, wrongUnit: wrongUnit(on: socket)).verdict
  }

  /// Everything so far, judged. Before the run's end is in the record, nothing is passed.
  public func judged() -> JudgedRun {
    var remarks = runRemarks
    if start == nil {
      remarks.append(Remark(.error, .record, "the record does not say what was run"))
    }
    if plan == nil { remarks.append(Remark(.error, .record, "the record holds no plan")) }
    remarks += calibrations
    switch end {
    case nil:
      remarks.append(
        Remark(.error, .record, "the record has no end: the run was killed or is not over")
      )
    case let end?:
      if !end.outputsSafe {
        remarks.append(
          Remark(
            .error,
            .bench,
            "not every output reached its safe value; check the rig before you open it"
          )
        )
      }
      switch end.how {
      case .completed: break
      case .interrupted:
        remarks.append(
          Remark(
            .inconclusive,
            .interrupted,
            "the run was interrupted\(end.text.map { ": \($0)" } ?? "")"
          )
        )
      case .failed:
        remarks.append(Remark(.error, .tool, end.text ?? "the run could not go on"))
      }
    }
    let positions = (plan?.positions ?? []).map { judged($0, runRemarks: remarks) }
    var verdict = Verdict.combining(positions.map(\.verdict))
    if verdict == .notApplicable || verdict == .skipped {
      remarks.append(Remark(.inconclusive, .noRule, "no position took part, so nothing was proven"))
      verdict = .inconclusive
    }
    verdict = remarks.map(\.verdict).reduce(verdict, max)
    return JudgedRun(
      start: start,
      positions: positions,
      verdict: verdict,
      judgesBench: plan?.judgesBench == true,
      remarks: remarks,
      warnings: plan?.warnings ?? [],
      notes: notes,
      buses: buses,
      end: end,
      from: from ?? .zero,
      to: to
    )
  }

  /// What the run's date says of the calibrations that it rests on; empty where all hold.
  private var calibrations: [Remark] {
    guard let start, let plan else { return [] }
    let duration = to.duration(since: from ?? .zero)
    return [
      plan.reference.flatMap { Remark.on($0, in: start, lasting: duration) },
      plan.timeBase.flatMap { Remark.on($0, "time base", in: start, lasting: duration) },
    ].compactMap(\.self)
  }

  // MARK: Folding

  private mutating func contradiction(_ text: String) {
    runRemarks.append(Remark(.error, .record, "the record contradicts itself: \(text)"))
  }

  /// Names carry the evidence: two of one name would share it.
  private mutating func checkNames(_ plan: RecordedPlan) {
    if Set(plan.positions.map(\.name)).count != plan.positions.count {
      contradiction("two positions of the plan have one name")
    }
    if Set(plan.steps.map(\.id)).count != plan.steps.count {
      contradiction("two steps of the plan have one id")
    }
    for step in plan.steps where Set(step.rules.map(\.id)).count != step.rules.count {
      contradiction("two rules of step '\(step.id)' have one id")
    }
  }

  /// A position takes the steps one after the other, as the plan orders them.
  private mutating func checkOrder(_ mark: StepMark) {
    guard let plan, let index = plan.steps.firstIndex(where: { $0.id == mark.step }) else { return }
    if let other = begun[mark.position], plan.steps.indices.contains(other), other != index {
      let before = plan.steps[other].id
      if other > index {
        contradiction("step '\(mark.step)' began on \(mark.position) after '\(before)'")
      } else if steps[Key(position: mark.position, step: before)]?.end == nil {
        contradiction("step '\(mark.step)' began on \(mark.position) before '\(before)' ended")
      }
    }
    begun[mark.position] = index
  }

  /// A meter that was refused is not tested.
  private mutating func checkRefusal(_ mark: StepMark) {
    guard plan?.positions.first(where: { $0.name == mark.position })?.refused != nil,
      plan?.steps.first(where: { $0.id == mark.step })?.isFinally == false
    else { return }
    contradiction("step '\(mark.step)' ran on \(mark.position), whose meter was refused")
  }

  private mutating func update(
    _ position: String,
    _ step: String,
    _ change: (inout StepState) -> String?
  ) {
    guard let socket = plan?.positions.first(where: { $0.name == position }),
      let planned = plan?.steps.first(where: { $0.id == step })
    else {
      contradiction("step '\(step)' on '\(position)' is not in the plan")
      return
    }
    if socket.notApplicable != nil
      || planned.notApplicable.contains(where: { $0.position == position })
    {
      contradiction("step '\(step)' ran on '\(position)', to which it does not apply")
    }
    if let text = change(&steps[Key(position: position, step: step), default: StepState()]) {
      contradiction(text)
    }
  }

  private mutating func take(_ observation: Observation) {
    switch (observation.position, observation.step) {
    case (let position?, let step?):
      update(position, step) { state in
        state.observations.append(observation)
        return state.isOpen ? nil : "an observation of '\(step)' came outside the step"
      }
    case (let position?, nil):
      switch plan?.positions.first(where: { $0.name == position }) {
      case nil:
        contradiction("an observation names the position '\(position)', which is not in the plan")
      case let socket? where socket.notApplicable != nil:
        // Its own verdict stays not-applicable, and the fact must not get lost with it.
        runRemarks.append(
          Remark(
            observation.kind.verdict,
            observation.kind,
            "\(position): \(observation.text)",
            part: observation.part
          )
        )
      default: break
      }
      if !positionObservations.contains(observation) { positionObservations.append(observation) }
    case (nil, _):
      let remark = Remark(
        observation.kind.verdict,
        observation.kind,
        observation.text,
        part: observation.part
      )
      // A part that is lost says so to everybody who asks it; once is enough.
      if !runRemarks.contains(remark) { runRemarks.append(remark) }
    }
  }

  // MARK: Judging

  private func judged(_ position: RecordedPlan.Position, runRemarks: [Remark]) -> JudgedPosition {
    let wrongUnit = wrongUnit(on: position)
    if let reason = position.notApplicable {
      let remark = Remark(.notApplicable, .notRun, reason)
      return JudgedPosition(
        position: position,
        verdict: .notApplicable,
        remarks: [remark],
        steps: (plan?.steps ?? []).map { judged($0, on: position, wrongUnit: wrongUnit) }
      )
    }
    let steps = (plan?.steps ?? []).map { judged($0, on: position, wrongUnit: wrongUnit) }
    var remarks = positionObservations.filter { $0.position == position.name }
      .map { Remark($0.kind.verdict, $0.kind, $0.text, part: $0.part) }
    if let refused = position.refused {
      remarks.append(Remark(.inconclusive, .notRun, refused))
    }
    if position.expected != nil, plan?.steps.contains(where: { $0.identifiesUnit == true }) != true
    {
      remarks.append(
        Remark(.inconclusive, .missing, "no step compares the meter with the expected one")
      )
    }
    for step in steps where step.step.isFinally {
      guard step.verdict != .passed, step.verdict != .notApplicable else { continue }
      remarks.append(
        Remark(
          .error,
          .bench,
          "'\(step.step.id)' of finally is \(step.verdict.rawValue); check the rig"
        )
      )
    }
    var verdict = Verdict.combining(steps.map(\.verdict))
    if verdict == .notApplicable {
      remarks.append(Remark(.inconclusive, .noRule, "no step applies to this position"))
    } else if verdict == .skipped {
      remarks.append(Remark(.inconclusive, .notRun, "no step ran on this position"))
    } else if verdict == .passed, !steps.contains(where: \.hasPassedRule) {
      remarks.append(Remark(.inconclusive, .noRule, "no rule was evaluated, so nothing was proven"))
    }
    verdict = remarks.map(\.verdict).reduce(verdict, max)
    // An error of the whole rig is one of every position on it.
    verdict = runRemarks.map(\.verdict).filter { $0 >= .inconclusive }.reduce(verdict, max)
    return JudgedPosition(position: position, verdict: verdict, remarks: remarks, steps: steps)
  }

  /// - Parameter wrongUnit: what says that the position's meter is another.
  private func judged(
    _ planned: RecordedPlan.Step,
    on position: RecordedPlan.Position,
    wrongUnit: Remark?
  ) -> JudgedStep {
    var step = planned
    let unitRule = UnitCheck.rule(of: planned, for: position)
    if let unitRule { step.rules.append(unitRule) }
    let exemption =
      position.notApplicable
      ?? step.notApplicable.first { $0.position == position.name }?.reason
    let state = steps[Key(position: position.name, step: step.id)]
    if let exemption, state == nil {
      return JudgedStep(
        step: step,
        verdict: .notApplicable,
        findings: [],
        remarks: [],
        measurements: [],
        notApplicable: exemption
      )
    }
    guard let state, state.from != nil || state.end?.how != .skipped else {
      let text = state?.end?.text ?? "the step did not run"
      return JudgedStep(
        step: step,
        verdict: .skipped,
        findings: step.rules.map {
          Finding(rule: $0, verdict: .skipped, reason: Reason(.notRun, text))
        },
        remarks: [Remark(.skipped, .notRun, text)],
        measurements: []
      )
    }
    var own = self.remarks(on: state)
    if let remark = units.remark(on: position.name, step: step.id) { own.append(remark) }
    let wasCutOff = state.end?.how == .cancelled
    var findings = planned.rules.map { $0.finding(in: state.measurements) }
    let unit = unitFinding(of: planned, on: position)
    let fault =
      Remark.bench(in: own) ?? wrongUnit
      ?? faultBehind(step, position, wasCutOff: wasCutOff)
      ?? openSettings(before: step, on: position)
    let condition = own.first { $0.reason.kind == .condition }
    var remarks = own.map { $0.doubted(for: fault ?? condition) }
    let calibration = calibrations.max { $0.verdict < $1.verdict }
    for index in findings.indices {
      findings[index].doubt(for: remarks, fault)
      findings[index].doubt(calibration: calibration)
      findings[index].doubt(load: step.trustedLoad)
    }
    if let unit { findings.append(unit) }
    if plan?.judgesBench == true {
      findings = findings.map(\.ofBench)
      remarks = remarks.map(\.ofBench)
    }
    // A step that ran without rules has the one part that it was completed.
    let verdict = (findings.map(\.verdict) + remarks.map(\.verdict)).reduce(.passed, max)
    return JudgedStep(
      step: step,
      verdict: verdict,
      findings: findings,
      remarks: remarks,
      measurements: state.measurements,
      from: state.from,
      to: state.to
    )
  }

  /// How the serial number that a step reads compares with the expected one; nil where the step owes no comparison.
  private func unitFinding(
    of step: RecordedPlan.Step,
    on position: RecordedPlan.Position
  ) -> Finding? {
    guard let rule = UnitCheck.rule(of: step, for: position), let expected = position.expected
    else { return nil }
    let state = steps[Key(position: position.name, step: step.id)]
    return UnitCheck.finding(
      rule,
      in: state?.measurements ?? [],
      expected: expected,
      among: plan?.positions ?? []
    )
  }

  /// What says that the position's meter is another, or was for a while: no failure of any of its steps, before or
  /// after, is then known to be this meter's.
  private func wrongUnit(on position: RecordedPlan.Position) -> Remark? {
    units.remark(on: position.name)
      ?? plan?.steps.lazy.compactMap { unitFinding(of: $0, on: position)?.wrongUnit }.first
  }

  /// The settings that a step before was to write, and of which nobody knows whether it did: what the meter does
  /// next may be right for the settings that it had.
  private func openSettings(
    before step: RecordedPlan.Step,
    on position: RecordedPlan.Position
  ) -> Remark? {
    // What a meter says of a write, or of itself, does not depend on other settings.
    guard !["configure", "must-refuse", "identify"].contains(step.verb) else { return nil }
    var open: [String] = []
    for earlier in (plan?.steps ?? []).prefix(while: { $0.id != step.id })
    where earlier.verb == "configure" {
      guard let state = steps[Key(position: position.name, step: earlier.id)], state.from != nil,
        !remarks(on: state).contains(where: { $0.verdict == .failed })
      else { continue }
      for rule in earlier.rules {
        open.removeAll { $0 == rule.measurement }
        if !state.measurements.contains(where: { $0.id == rule.measurement }) {
          open.append(rule.measurement)
        }
      }
    }
    guard !open.isEmpty else { return nil }
    return Remark(
      .inconclusive,
      .missing,
      "it is not known whether \(open.joined(separator: " and ")) \(open.count == 1 ? "was" : "were") set"
    )
  }

  /// What happened before or beside a step and may show in what it found: a step that was cut off may
  /// show what a fault of the whole rig did, and one of `finally` what any did that came before it.
  private func faultBehind(
    _ step: RecordedPlan.Step,
    _ position: RecordedPlan.Position,
    wasCutOff: Bool
  ) -> Remark? {
    guard wasCutOff || step.isFinally else { return nil }
    if let fault = Remark.bench(in: runRemarks) { return fault }
    guard step.isFinally else { return nil }
    let inSteps = (plan?.steps ?? []).flatMap {
      steps[Key(position: position.name, step: $0.id)]?.observations ?? []
    }
    let observed = positionObservations.filter { $0.position == position.name } + inSteps
    let remarks = observed.map { Remark($0.kind.verdict, $0.kind, $0.text, part: $0.part) }
    if let fault = Remark.bench(in: remarks) { return fault }
    guard case .interrupted? = end?.how else { return nil }
    return Remark(.inconclusive, .interrupted, "the run was interrupted")
  }

  private func remarks(on state: StepState) -> [Remark] {
    var remarks = state.observations.map { observation in
      Remark(
        observation.kind.verdict,
        observation.kind,
        observation.text,
        part: observation.part
      )
    }
    let gaps = state.observations.filter { $0.kind == .unexplainedGap }.map(\.gate)
    if Set(gaps).count < gaps.count {
      remarks.append(
        Remark(.failed, .unexplainedGap, "the unexplained gap came again when measured once more")
      )
    }
    remarks += state.silences.map(Remark.on)
    switch state.end?.how {
    case .completed, .skipped: break
    case nil: remarks.append(Remark(.error, .record, "the step has no end"))
    case .abandoned:
      if remarks.allSatisfy({ $0.verdict == .passed }) {
        remarks.append(Remark(.error, .tool, state.end?.text ?? "the step was abandoned"))
      }
    case .timedOut:
      remarks.append(
        Remark(.inconclusive, .stepTimeout, state.end?.text ?? "the step ran out of its time")
      )
    case .cancelled:
      remarks.append(Remark(.inconclusive, .interrupted, state.end?.text ?? "the run was stopped"))
    case .threw:
      remarks.append(Remark(.error, .tool, state.end?.text ?? "the step failed in the tool"))
    }
    return remarks
  }
}

extension JudgedStep {
  var hasPassedRule: Bool { findings.contains { $0.verdict == .passed } }

  init(
    step: RecordedPlan.Step,
    verdict: Verdict,
    findings: [Finding],
    remarks: [Remark],
    measurements: [Measurement],
    notApplicable: String? = nil
  ) {
    self.init(
      step: step,
      verdict: verdict,
      findings: findings,
      remarks: remarks,
      measurements: measurements,
      notApplicable: notApplicable,
      from: nil,
      to: nil
    )
  }
}
