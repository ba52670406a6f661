import Benches
public import Planning
import Quantities
public import Rig
public import RunRecord
import Scenarios
import Verdicts

/// Executes a plan: the order of things, and safe states. It measures and appends events; what
/// they mean is the judge's business.
public struct Engine: Sendable {
  private let plan: Plan
  private let rig: any Rig
  private let log: EventLog
  private let witness: Witness
  private let reference: ReferenceMonitor
  private let switchboard: Switchboard
  private let runners: [PositionRunner]

  /// An engine for one run.
  ///
  /// - Parameters:
  ///   - plan: what to do.
  ///   - rig: what to do it with; the engine lives on its lane.
  ///   - log: takes every event.
  public init(plan: Plan, rig: any Rig, log: EventLog) {
    self.plan = plan
    self.rig = rig
    self.log = log
    let witness = Witness()
    let reference = ReferenceMonitor(plan: plan, rig: rig, log: log, witness: witness)
    self.witness = witness
    self.reference = reference
    let switchboard = Switchboard(
      bench: plan.bench,
      outputs: rig.outputs,
      lane: rig.lane,
      log: log,
      witness: witness
    )
    self.switchboard = switchboard
    runners = plan.activePositions.map { position in
      PositionRunner(
        position: position.position,
        plan: plan,
        rig: rig,
        log: log,
        witness: witness,
        reference: reference,
        switchboard: switchboard
      )
    }
  }

  /// Runs the plan to its end, whatever comes. The log then holds a complete record.
  ///
  /// - Parameter start: the first event.
  /// - Returns: the signal that interrupted the run; nil where none did.
  public func run(_ start: RunStarted) async -> Int32? {
    log.append(.runStarted(start))
    log.append(.planned(RecordedPlan(plan)))
    do {
      return try await rig.operate {
        let ending = await conduct()
        // Still inside: a signal that comes now must not cut the record short.
        log.append(.runEnded(ending.end))
        return ending.signal
      }
    } catch {
      let fault = error as? RigFault
      log.append(
        .observed(
          Observation(
            kind: .bench,
            part: fault.map { "\($0.part)" },
            text: fault?.text ?? "\(error)"
          )
        )
      )
      // Nothing was read back, so nothing is known to be safe.
      log.append(.runEnded(RunEnd(how: .failed, text: "\(error)", outputsSafe: false)))
      return nil
    }
  }

  private struct Ending: Sendable {
    var end: RunEnd
    var signal: Int32?
  }

  /// The steps, then `finally`, then the safe state.
  private func conduct() async -> Ending {
    for remark in rig.remarks { log.append(.noted(Note(text: remark))) }
    for (runner, planned) in zip(runners, plan.activePositions) {
      if let refused = planned.refused { await runner.leave(refused) }
    }
    // A rig that is not safe before the run is not fit for it.
    guard await switchboard.makeAllSafe() else {
      let text = "the outputs were not safe when the run began"
      return Ending(end: RunEnd(how: .failed, text: text, outputsSafe: false))
    }
    var disturbedEarly = await openInterlock()
    if disturbedEarly == nil, let fault = await unprovenReference() {
      await receive(.fault(fault))
      disturbedEarly = .fault(fault)
    }
    if disturbedEarly == nil { disturbedEarly = await mainSteps() }
    let disturbedLate = await finalSteps()
    let disturbance = disturbedEarly ?? disturbedLate
    let outputsSafe = await switchboard.makeAllSafe()
    await recordBusStatistics()
    var end = RunEnd(how: .completed, outputsSafe: outputsSafe)
    if let failure = log.failure {
      end.how = .failed
      end.text = failure
      return Ending(end: end)
    }
    switch disturbance {
    case .stop(let signal):
      end.how = .interrupted
      end.text = "signal \(signal)"
      return Ending(end: end, signal: signal)
    case .interlockOpened(let name, _):
      end.how = .interrupted
      end.text = "interlock \(name) opened"
    case .fault(let fault):
      end.how = .failed
      end.text = "\(fault)"
    case .none?, nil: break
    }
    return Ending(end: end)
  }

  /// An interlock that is open before anything is energised keeps it from being.
  private func openInterlock() async -> Interruption? {
    guard let name = rig.openInterlocks.first else { return nil }
    let interruption = Interruption.interlockOpened(name, at: nil)
    await receive(interruption)
    return interruption
  }

  /// While all meters of its bus are without supply, only the reference can answer at its address. One that does not
  /// cannot be told later from a meter that has the same address.
  private func unprovenReference() async -> RigFault? {
    guard let meter = reference.meter, (plan.steps + plan.finally).contains(where: \.needsReference)
    else { return nil }
    let neighbours = plan.bench.positions.filter { $0.bus == meter.busName }
    guard !neighbours.isEmpty, neighbours.allSatisfy({ $0.supply?.safeOn == false }) else {
      return nil
    }
    for _ in 0..<3 where await meter.answers(on: meter.busName) { return nil }
    return RigFault(
      Part(.reference, ""),
      "it does not answer while the meters on its bus are without supply, so a meter with its address could be taken for it; check it, or give it a bus of its own"
    )
  }

  private func recordBusStatistics() async {
    for wiring in plan.bench.buses {
      guard let bus = rig.bus(wiring.name) else { continue }
      log.append(
        .busStatistics(RecordedBusStatistics(bus: wiring.name, await bus.statistics))
      )
    }
  }

  /// Runs the steps until they are done or something ends them.
  private func mainSteps() async -> Interruption? {
    await withTaskGroup(of: Interruption?.self) { group in
      group.addTask { await rig.nextInterruption() }
      group.addTask {
        for step in plan.steps {
          if Task.isCancelled || log.failure != nil { break }
          await perform(step, on: runners, isFinally: false)
        }
        return nil
      }
      var disturbance: Interruption?
      for await result in group {
        group.cancelAll()
        guard let result, result != .none else { continue }
        await receive(result)
        disturbance = result
      }
      return disturbance
    }
  }

  /// Runs `finally`. Nothing cancels it; an interlock that opens meanwhile still cuts the power.
  private func finalSteps() async -> Interruption? {
    await withTaskGroup(of: Interruption?.self) { group in
      group.addTask {
        var first: Interruption?
        while true {
          let interruption = await rig.nextInterruption()
          if interruption == .none { return first }
          await receive(interruption)
          first = first ?? interruption
        }
      }
      for runner in runners { await runner.comeBack(nil) }
      for step in plan.finally { await perform(step, on: runners, isFinally: true) }
      group.cancelAll()
      return await group.next() ?? nil
    }
  }

  /// What an interruption means at once, before the steps have ended. They are cancelled by then,
  /// and what they still do energises nothing.
  private func receive(_ interruption: Interruption) async {
    switch interruption {
    case .none, .stop: break
    case .interlockOpened(let name, let moment):
      let isSafe = await switchboard.halt("interlock \(name) opened")
      log.append(
        .observed(
          Observation(
            kind: .interlock,
            part: "interlock \(name)",
            text: "interlock \(name) opened; " + timeToSafe(isSafe, since: moment)
          )
        )
      )
    case .fault(let fault):
      _ = await switchboard.halt("\(fault)")
      log.append(.observed(Observation(kind: .bench, part: "\(fault.part)", text: fault.text)))
    }
  }

  private func timeToSafe(_ isSafe: Bool, since moment: Instant?) -> String {
    guard isSafe else { return "not every output is known to be safe" }
    guard let moment else { return "every output was made safe" }
    let time = Quantity(rig.lane.now.duration(since: moment).inSeconds, .second).readable
    return "every output was known to be safe \(time) later"
  }

  // MARK: One step on all positions

  private func perform(
    _ step: PlannedStep,
    on runners: [PositionRunner],
    isFinally: Bool
  ) async {
    var taking: [PositionRunner] = []
    for runner in runners {
      if let reason = await runner.left, !isFinally {
        log.append(
          .stepEnded(
            StepEnd(position: runner.name, step: step.step.id, how: .skipped, text: reason)
          )
        )
      } else {
        taking.append(runner)
      }
    }
    guard !taking.isEmpty else { return }
    if step.talks { await restoreBuses(waiting: !isFinally) }
    for runner in taking {
      log.append(.stepStarted(StepMark(position: runner.name, step: step.step.id)))
    }
    let suspended = rig.suspendedTime
    var results: [StepResult]
    switch step.step.action {
    case .apply(let apply):
      results = await switchboard.apply(apply, for: taking, step: step)
    case .demand(let test):
      let apply = Apply(supply: nil, load: .on(test.load))
      results = await switchboard.apply(apply, for: taking, step: step)
      if Self.allSwitched(&results) {
        results = await measure(step, on: taking, isFinally: isFinally)
      }
    case .assignAddress, .shippingSettings:
      let off = Apply(supply: false, load: .off)
      results = await switchboard.apply(off, for: taking, step: step)
      if Self.allSwitched(&results) {
        results = await oneByOne(step, on: taking)
        if case .assignAddress = step.step.action { await switchOn(taking, step, &results) }
      }
    case .communication:
      results = await oneByOne(step, on: taking)
    default:
      results = await measure(step, on: taking, isFinally: isFinally)
    }
    await resolveSilences(&results, step, among: taking)
    await noteDeviations(step, among: taking, isFinally: isFinally)
    noteSuspend(of: rig.suspendedTime - suspended, step, among: taking)
    var leaving: [PositionRunner] = []
    for (runner, result) in zip(taking, results) {
      log.append(
        .stepEnded(
          StepEnd(position: runner.name, step: step.step.id, how: result.how, text: result.text)
        )
      )
      if await conclude(step, on: runner, isFinally: isFinally) { leaving.append(runner) }
    }
    var nobodyStays = true
    for runner in runners where await runner.left == nil { nobodyStays = false }
    await switchboard.makeSafe(leaving, nobodyStays: nobodyStays)
  }

  /// Brings lines back whose adapters were pulled since the last step, where the bench file lets a
  /// run wait for them. What cannot come back fails the step that uses it.
  ///
  /// - Parameter waiting: false on the way to the end, where outputs may be on and nobody wants to
  ///   wait.
  private func restoreBuses(waiting: Bool) async {
    for wiring in plan.bench.buses {
      guard let bus = rig.bus(wiring.name) else { continue }
      do throws(BusFault) {
        if let remark = try await bus.restore(waiting: waiting) {
          log.append(.noted(Note(text: remark)))
        }
      } catch {
        log.append(.noted(Note(text: "\(error)")))
      }
    }
  }

  /// Every position at once; the reference is watched meanwhile where the step needs it.
  private func measure(
    _ step: PlannedStep,
    on runners: [PositionRunner],
    isFinally: Bool
  ) async -> [StepResult] {
    let needsReference = step.needsReference
    if needsReference { await reference.begin(step) }
    return await withTaskGroup(of: (Int, StepResult)?.self) { group in
      if needsReference {
        group.addTask {
          await reference.watch()
          return nil
        }
      }
      for (index, runner) in runners.enumerated() {
        group.addTask { (index, await limited(runner, step)) }
      }
      var results: [StepResult?] = Array(repeating: nil, count: runners.count)
      var open = runners.count
      while open > 0, let finished = await group.next() {
        guard let (index, result) = finished else { continue }
        results[index] = result
        open -= 1
      }
      group.cancelAll()
      return results.map { $0 ?? StepResult(how: .threw, text: "the step vanished") }
    }
  }

  /// Whether the outputs of all obeyed; where those of one did not, the step begins on none.
  private static func allSwitched(_ results: inout [StepResult]) -> Bool {
    guard let obstacle = results.first(where: { $0.how != .completed }) else { return true }
    for index in results.indices where results[index].how == .completed {
      results[index] = StepResult(
        how: .cancelled,
        text: "the step did not begin: \(obstacle.text ?? "an output did not obey")"
      )
    }
    return false
  }

  /// One position after the other: the step sets the bus's line, or leaves it to a single meter.
  private func oneByOne(_ step: PlannedStep, on runners: [PositionRunner]) async -> [StepResult] {
    var results: [StepResult] = []
    for runner in runners {
      let result = Task.isCancelled ? StepResult(how: .cancelled) : await limited(runner, step)
      results.append(result)
      // Nothing else is asked on this bus before the meter is back, nor is the line left as it is.
      if !Task.isCancelled { await runner.comeBack(step) }
      guard step.wakesOneByOne else { continue }
      // The next meter wakes alone, however this one ended.
      await switchboard.makeSafe([runner], nobodyStays: false)
      guard await noteDeviations(step, among: runners, isFinally: false, onAll: true) else {
        continue
      }
      // Who has supply is no longer known, so nothing is written at an address that meters share.
      let text = "an output did not obey, so it is not known which meters have supply"
      while results.count < runners.count {
        results.append(StepResult(how: .abandoned, text: text))
      }
      break
    }
    return results
  }

  /// Supplies come back for all whose meters are waited for.
  private func switchOn(
    _ runners: [PositionRunner],
    _ step: PlannedStep,
    _ results: inout [StepResult]
  ) async {
    // One that has not its own address would answer for another.
    var ready: [Int] = []
    for index in runners.indices where results[index].how == .completed {
      if await runners[index].hasOwnAddress { ready.append(index) }
    }
    let apply = Apply(supply: true, load: nil)
    let on = await switchboard.apply(apply, for: ready.map { runners[$0] }, step: step)
    for (index, result) in zip(ready, on) {
      results[index] = result
      if result.how == .completed { _ = await runners[index].settleAfterStart() }
    }
  }

  /// A position's step within its time.
  private func limited(_ runner: PositionRunner, _ step: PlannedStep) async -> StepResult {
    let deadline = rig.lane.now + step.timeout
    return await withTaskGroup(of: StepResult?.self) { group in
      group.addTask { await runner.perform(step) }
      group.addTask {
        try? await rig.lane.sleep(until: deadline)
        return nil
      }
      var result: StepResult?
      var timedOut = false
      for await finished in group {
        if let finished {
          result = finished
        } else if result == nil, rig.lane.now >= deadline {
          timedOut = true
        }
        group.cancelAll()
      }
      guard let result else { return StepResult(how: .threw, text: "the step vanished") }
      guard timedOut, result.how == .cancelled else { return result }
      let limit = Quantity(step.timeout.inSeconds, .second).readable
      return StepResult(how: .timedOut, text: "the step was not done within \(limit)")
    }
  }

  /// Looks at the outputs once more before a step ends and anybody is blamed for what it found.
  ///
  /// - Parameter onAll: a fault of one position's output concerns all of them.
  /// - Returns: whether an output did something that it was not told.
  @discardableResult
  private func noteDeviations(
    _ step: PlannedStep,
    among runners: [PositionRunner],
    isFinally: Bool,
    onAll: Bool = false
  ) async -> Bool {
    var found = await switchboard.deviations()
    // The guard cuts the power before the run hears why; 'finally' runs without. That outputs fell off
    // then is no fault of their relays.
    if !isFinally, let fault = rig.firstFault { found = [(nil, fault)] }
    for (position, fault) in found {
      for runner in runners where onAll || position == nil || position == runner.name {
        note(fault, step, on: runner)
      }
    }
    return !found.isEmpty
  }

  /// Meters go on while the machine stands still, so nothing that a step timed meanwhile holds.
  private func noteSuspend(of gap: Duration, _ step: PlannedStep, among runners: [PositionRunner]) {
    guard gap > .zero, step.talks else { return }
    let time = Quantity(gap.inSeconds, .second).readable
    let fault = RigFault(
      Part(.host, ""),
      "the machine was suspended for \(time) in this step; forbid suspend on a test host"
    )
    for runner in runners { note(fault, step, on: runner) }
  }

  private func note(_ fault: RigFault, _ step: PlannedStep, on runner: PositionRunner) {
    log.append(
      .observed(
        Observation(
          position: runner.name,
          step: step.step.id,
          kind: fault.part.kind == .interlock ? .interlock : .bench,
          part: "\(fault.part)",
          text: fault.text
        )
      )
    )
  }

  /// What the end of a step means for its position; true where its outputs must be made safe.
  private func conclude(
    _ step: PlannedStep,
    on runner: PositionRunner,
    isFinally: Bool
  ) async -> Bool {
    guard !isFinally, await runner.left == nil else { return false }
    let verdict = log.verdict(of: step.step.id, on: runner.name)
    if verdict == .error {
      await runner.leave("the position left the run after an error in '\(step.step.id)'")
      return true
    } else if step.step.isPrecondition, verdict != .passed {
      await runner.leave("'\(step.step.id)' found that the meter is not as this scenario needs it")
    } else if verdict == .failed, step.step.onFailure == .stop {
      await runner.leave("the position left the run when '\(step.step.id)' failed")
    }
    return false
  }

  /// Asks another unit on the bus of each silent meter: only then is it known whose fault the
  /// silence is.
  private func resolveSilences(
    _ results: inout [StepResult],
    _ step: PlannedStep,
    among runners: [PositionRunner]
  ) async {
    let silent = zip(runners, results).filter { $0.1.silence != nil }.map(\.0.position)
    for (index, runner) in runners.enumerated() {
      guard let silence = results[index].silence else { continue }
      var before = silence.busProvenBefore
      if !before, await someoneElseAnswers(besides: silent, on: runner.position.bus) {
        // Nobody had answered before; now somebody has, and the meter is asked once more.
        before = !(await runner.answers())
      }
      let after = await someoneElseAnswers(besides: silent, on: runner.position.bus)
      // The line may have been away for a moment only: whoever answers now was not to blame alone.
      let again = before && after ? await runner.answers() : false
      guard !Task.isCancelled else {
        results[index] = StepResult(how: .cancelled)
        continue
      }
      log.append(
        .silent(
          Silence(
            position: runner.name,
            step: step.step.id,
            cause: .meter(
              bus: runner.position.bus,
              supplyProven: silence.supplyProven,
              busProvenBefore: before,
              busProvenAfter: after,
              answersAgain: again,
              heard: silence.heard
            ),
            text: silence.text
          )
        )
      )
    }
  }

  private func someoneElseAnswers(besides silent: [Position], on bus: String) async -> Bool {
    for runner in runners where runner.position.bus == bus && !silent.contains(runner.position) {
      if await runner.answers() { return true }
    }
    return await reference.meter?.answers(on: bus) ?? false
  }
}
