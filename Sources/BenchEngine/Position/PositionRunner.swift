import Benches
import MeterProfiles
import Metrology
import Planning
import Quantities
import Rig
import RunRecord
import Scenarios
import Verdicts

/// One position in a run: performs steps on its meter and says what it saw.
actor PositionRunner {
  nonisolated let position: Position
  nonisolated var name: String { position.name }
  nonisolated var unownedExecutor: UnownedSerialExecutor {
    rig.lane.asUnownedSerialExecutor()
  }

  let plan: Plan
  /// The meter's type, as its lineage has it.
  let profile: MeterProfile
  nonisolated let rig: any Rig
  let log: EventLog
  let witness: Witness
  let reference: ReferenceMonitor
  let switchboard: Switchboard

  /// The unit identifier that the meter answers to at the moment.
  var address: UInt8
  /// What settings were before the run changed them, in the order of the changes.
  var originals: [(setting: String, number: Double)] = []
  /// Settings that somebody changed in the meter's menu.
  var setByHand: Set<String> = []
  /// Whether the last wait for the meter heard bytes that are no valid reply: another unit may have talked.
  var heardGarbled = false
  /// Menu settings that nobody has set although a step asked for it, with the value that was wanted.
  var unproven: [String: String] = [:]
  /// Whether the meter answers at its position's address, and no other meter does.
  var hasOwnAddress = false
  /// Where the meter may be while it is away.
  var headedFor: [TalkSettings] = []
  /// What a meter is asked to take and should refuse, until it is known to be as it was.
  var toTakeBack: (setting: Setting, number: Double)?
  /// The meter does not talk as its position says, and must be brought back before anything else is
  /// asked of it.
  var isAway = false

  /// Why the position no longer takes part; nil while it does.
  private(set) var left: String?
  /// Since when the meter has supply; nil where it has none.
  private(set) var suppliedSince: Instant?

  /// When the password was given last; nil where that was not in this run.
  var lastUnlocked: Instant?
  /// When the meter started or a setting of it was written last; nil where that was not in this run.
  var lastChanged: Instant?

  /// Readings of the meter's own register around the gate of `compare-registers`.
  var registerReadings = ReadingWindow(margin: .zero)
  /// That gate, once it is open.
  var registerGate: RegisterGate?

  init(
    position: Position,
    plan: Plan,
    rig: any Rig,
    log: EventLog,
    witness: Witness,
    reference: ReferenceMonitor,
    switchboard: Switchboard
  ) {
    self.position = position
    self.plan = plan
    profile = plan.scenario.profile.of(lineage: position.lineage)
    self.rig = rig
    self.log = log
    self.witness = witness
    self.reference = reference
    self.switchboard = switchboard
    address = position.address
    suppliedSince = position.supply == nil ? rig.lane.now : nil
  }

  var lane: any Lane { rig.lane }

  /// Notes that a step rests on what nobody has set.
  private func noteUnproven(_ step: PlannedStep) {
    switch step.step.action {
    case .configure, .ask, .wait, .apply: return
    default: break
    }
    guard !unproven.isEmpty, !step.step.rules.isEmpty else { return }
    let settings = unproven.sorted { $0.key < $1.key }.map { "\($0.key) was to be \($0.value)" }
    observe(
      step,
      .condition,
      "\(settings.joined(separator: ", ")), and nobody has set that in the menu, so what is found here proves nothing"
    )
  }

  func leave(_ reason: String) { left = left ?? reason }

  func supplyChanged(on: Bool) { suppliedSince = on ? suppliedSince ?? lane.now : nil }

  /// Performs a step that concerns this position alone.
  func perform(_ step: PlannedStep) async -> StepResult {
    noteUnproven(step)
    do {
      switch step.step.action {
      case .identify(let identify): try await self.identify(identify, step)
      case .read(let read): try await self.read(read, step)
      case .configure(let settings): try await configure(settings, step)
      case .countPulses(let count): try await countPulses(count, step)
      case .compareRegisters(let comparison): try await compareRegisters(comparison, step)
      case .wait(let wait): try await self.wait(wait)
      case .ask(let question): try await ask(question, step)
      case .reset(let reset): try await self.reset(reset, step)
      case .restart(let restart): try await self.restart(restart, step)
      case .demand(let test): try await demand(test, step)
      case .noLoad(let test): try await noLoad(test, step)
      case .startingCurrent(let test): try await startingCurrent(test, step)
      case .remeasure(let test): try await remeasure(test, step)
      case .assignAddress(let assignment): try await assignAddress(assignment, step)
      case .communication(let test): try await communication(test, step)
      case .shippingSettings(let settings): try await shippingSettings(settings, step)
      case .restoreSettings: try await restoreSettings(step)
      case .mustRefuse(let refusals): try await mustRefuse(refusals, step)
      case .apply: break
      }
      try await checkLoad(step)
      return StepResult(how: .completed)
    } catch let silence as MeterSilence {
      return StepResult(how: .abandoned, text: silence.text, silence: silence)
    } catch let stop as Abandoned {
      return StepResult(how: .abandoned, text: stop.text)
    } catch let fault as RigFault {
      observe(step, .bench, part: fault.part, fault.text)
      return StepResult(how: .abandoned, text: fault.text)
    } catch let fault as BusFault {
      if fault.failure == .cancelled { return StepResult(how: .cancelled) }
      observe(step, .bench, part: Part(.bus, fault.bus), "\(fault.failure)")
      return StepResult(how: .abandoned, text: "\(fault)")
    } catch is CancellationError {
      return StepResult(how: .cancelled)
    } catch {
      return StepResult(how: .threw, text: "\(error)")
    }
  }

  private func wait(_ wait: Wait) async throws {
    switch wait {
    case .time(let time): try await lane.sleep(until: lane.now + time)
    case .warmUp(let time): try await lane.sleep(until: (suppliedSince ?? lane.now) + time)
    }
  }

  private func ask(_ ask: Ask, _ step: PlannedStep) async throws {
    let question = Question(
      position: name,
      step: step.step.id,
      prompt: ask.question,
      choices: ask.choices
    )
    let answer = try await rig.operator.ask(question)
    // A question that was withdrawn was not left open by the person.
    try Task.checkCancellation()
    guard let answer else {
      observe(step, .missing, "nobody answered '\(ask.question)'")
      throw Abandoned(text: "nobody answered")
    }
    measure(step, "answer", .text(answer), from: lane.now)
  }

  // MARK: Events

  /// Appends a measurement of a step. A number without a budget of its uncertainty decides nothing; one
  /// that is exact has an empty one.
  func measure(
    _ step: PlannedStep,
    _ id: String,
    _ value: Measurement.Value,
    budget: UncertaintyBudget? = nil,
    from: Instant,
    to: Instant? = nil,
    remark: String? = nil
  ) {
    log.append(
      .measured(
        Measured(
          position: name,
          step: step.step.id,
          measurement: Measurement(
            id: id,
            value: value,
            budget: budget,
            from: from,
            to: to,
            remark: remark
          )
        )
      )
    )
  }

  /// Appends something worth knowing that bears on no verdict.
  func note(_ step: PlannedStep?, _ text: String) {
    log.append(.noted(Note(position: name, step: step?.step.id, text: text)))
  }

  /// Appends something that bears on a step's verdict.
  func observe(
    _ step: PlannedStep,
    _ kind: Reason.Kind,
    gate: Int? = nil,
    part: Part? = nil,
    _ text: String
  ) {
    log.append(
      .observed(
        Observation(
          position: name,
          step: step.step.id,
          kind: kind,
          gate: gate,
          part: part.map { "\($0)" },
          text: text
        )
      )
    )
  }
}

/// A gate of `compare-registers` that has opened.
struct RegisterGate {
  var opened: Instant
  /// No closing edge can come before.
  var closesNotBefore: Instant
}

/// A step that cannot go on; the log already says why.
struct Abandoned: Error {
  var text: String
}
