import MeterProfiles
import Modbus
import Planning
import Quantities
import Rig
import RunRecord
import Scenarios
import Verdicts

/// Writing settings, whichever step does it.
extension PositionRunner {
  /// What became of a write.
  enum Written {
    /// The meter had the value already.
    case same(Double)
    /// It was written, and this stood there before.
    case changed(from: Double)
    /// It was refused; the log says so. The meter is to blame, or it may be right.
    case refused(blamesMeter: Bool)
  }

  /// The register number of a setting; nil where the meter refused, and the log says so then.
  func read(_ setting: Setting, _ step: PlannedStep) async throws -> Double? {
    guard case .register(let register, _) = setting.access else { return nil }
    return try await number(
      at: register,
      of: setting.name,
      certainty: setting.certainty,
      step
    )
  }

  /// Writes a setting where it differs. A write is never repeated: its first copy may have been obeyed.
  ///
  /// - Parameter remembers: whether `restore-settings` is to give the old value back.
  func write(
    _ setting: Setting,
    _ wanted: Double,
    _ step: PlannedStep,
    remembers: Bool = true
  ) async throws -> Written {
    guard case .register(let register, _) = setting.access,
      let before = try await read(setting, step)
    else { return .refused(blamesMeter: false) }
    if before == register.stored(wanted, order: profile.communication.wordOrder) {
      return .same(before)
    }
    if setting.needsPassword { try await unlock(step) }
    if remembers, !originals.contains(where: { $0.setting == setting.name }) {
      originals.append((setting.name, before))
    }
    let code = try await attempt(wanted, at: register, step)
    if let code {
      refused("to set \(setting.name)", at: register, code, setting.certainty, step)
      let mayBeRight = code == .serverDeviceBusy || setting.certainty == .inferred
      return .refused(blamesMeter: !mayBeRight)
    }
    lastChanged = lane.now
    return .changed(from: before)
  }

  /// Writes a number; the exception where the meter refused it.
  func attempt(
    _ number: Double,
    at register: RegisterAddress,
    _ step: PlannedStep
  ) async throws -> ExceptionCode? {
    guard let words = register.encoding.encode(number, order: profile.communication.wordOrder)
    else {
      observe(step, .tool, "\(number) does not fit into \(register)")
      throw Abandoned(text: "\(number) does not fit into \(register)")
    }
    let answer = try await ask(.writeRegisters(address: register.address, values: words), step)
    if case .exception(let code) = answer { return code }
    return nil
  }

  func unlock(_ step: PlannedStep) async throws {
    guard let password = profile.password else { return }
    if let code = try await attempt(Double(password.factory), at: password.unlock, step) {
      refused("the password", at: password.unlock, code, password.certainty, step)
    }
    lastUnlocked = lane.now
  }

  /// Says how often the meter's memory was written.
  func noteWrites(_ count: Int, _ step: PlannedStep) {
    guard count > 0 else { return }
    let settings = count == 1 ? "setting was" : "settings were"
    note(step, "\(count) \(settings) written to the meter's memory")
  }

  /// Asks the person at the bench to do something in the meter's menu; true where that is done.
  func byHand(
    _ work: Question.HandWork,
    _ prompt: String,
    _ step: PlannedStep
  ) async throws -> Bool {
    let question = Question(
      position: name,
      step: step.step.id,
      prompt: prompt,
      choices: ["done", "not possible"],
      work: work
    )
    let answer = try await rig.operator.ask(question)
    try Task.checkCancellation()
    lastChanged = lane.now
    switch answer {
    case "done"?: return true
    case nil: observe(step, .missing, "nobody answered '\(prompt)'")
    case let answer?: observe(step, .missing, "'\(prompt)' was answered with '\(answer)'")
    }
    return false
  }
}
