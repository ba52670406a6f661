import MeterProfiles
import Modbus
import Planning
import Rig
import RunRecord
import Scenarios
import Verdicts

extension PositionRunner {
  /// `configure`: writes what differs, and reads everything back.
  ///
  /// A write is never repeated: its first copy may have been obeyed. What the setting is after
  /// all is what the read-back says.
  func configure(_ settings: [SettingAssignment], _ step: PlannedStep) async throws {
    var writes = 0
    for assignment in settings {
      guard let setting = profile.setting(assignment.setting),
        case .register(let register, _) = setting.access,
        let wanted = try? setting.number(for: assignment.value)
      else { continue }
      guard
        let before = try await number(
          at: register,
          of: setting.name,
          certainty: setting.certainty,
          step
        )
      else { continue }
      let stored = register.stored(wanted, order: profile.communication.wordOrder)
      if before == stored {
        measure(
          step,
          setting.name,
          .text(setting.text(for: before)),
          from: lane.now,
          remark: "was so already"
        )
        continue
      }
      if setting.needsPassword { try await unlock(step) }
      guard try await write(wanted, to: register, setting, step) else { continue }
      writes += 1
      lastWritten = lane.now
      guard
        let after = try await number(
          at: register,
          of: setting.name,
          certainty: setting.certainty,
          step
        )
      else { continue }
      measure(
        step,
        setting.name,
        .text(Self.text(of: after, setting, wanted: stored)),
        from: lane.now,
        remark: "written; it was \(setting.text(for: before))"
      )
    }
    if writes > 0 {
      log.append(
        .noted(
          Note(
            position: name,
            step: step.step.id,
            text:
              "\(writes) \(writes == 1 ? "setting was" : "settings were") written to the meter's memory"
          )
        )
      )
    }
  }

  /// A setting in words; where another number than the wanted one would read the same, with all its
  /// digits.
  private static func text(of number: Double, _ setting: Setting, wanted: Double) -> String {
    let text = setting.text(for: number)
    return number != wanted && text == setting.text(for: wanted) ? "\(text) (\(number))" : text
  }

  private func unlock(_ step: PlannedStep) async throws {
    guard let password = profile.password else { return }
    let words = password.unlock.encoding.encode(
      Double(password.factory),
      order: profile.communication.wordOrder
    )
    guard let words else { return }
    let answer = try await ask(
      .writeRegisters(address: password.unlock.address, values: words),
      step
    )
    if case .exception(let code) = answer {
      refused("the password", at: password.unlock, code, password.certainty, step)
    }
  }

  private func write(
    _ number: Double,
    to register: RegisterAddress,
    _ setting: Setting,
    _ step: PlannedStep
  ) async throws -> Bool {
    guard let words = register.encoding.encode(number, order: profile.communication.wordOrder)
    else {
      observe(step, .tool, "\(number) does not fit into \(register)")
      return false
    }
    let answer = try await ask(.writeRegisters(address: register.address, values: words), step)
    if case .exception(let code) = answer {
      refused("to set \(setting.name)", at: register, code, setting.certainty, step)
      return false
    }
    return true
  }
}
