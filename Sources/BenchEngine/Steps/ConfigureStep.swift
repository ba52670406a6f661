import MeterProfiles
import Planning
import Rig
import Scenarios
import Verdicts

extension PositionRunner {
  /// `configure`: writes what differs, and reads everything back. What stands in the meter's menu only is
  /// done by a person, whose word is all there is.
  func configure(_ settings: [SettingAssignment], _ step: PlannedStep) async throws {
    var writes = 0
    for assignment in settings {
      guard let setting = profile.setting(assignment.setting),
        let wanted = try? setting.number(for: assignment.value)
      else { continue }
      if case .menu(let menu) = setting.access {
        let prompt = "Set '\(menu)' (\(setting.title)) to \(assignment.value) in the meter's menu."
        guard
          try await byHand(.set(setting: setting.name, value: assignment.value), prompt, step)
        else {
          if !setting.isOfDisplay { unproven[setting.name] = assignment.value }
          continue
        }
        unproven[setting.name] = nil
        setByHand.insert(setting.name)
        measure(
          step,
          setting.name,
          .text(assignment.value),
          from: lane.now,
          remark: "set by hand in the menu; nobody read it back"
        )
        continue
      }
      switch try await write(setting, wanted, step) {
      case .refused: continue
      case .same(let number):
        measure(
          step,
          setting.name,
          .text(setting.text(for: number)),
          from: lane.now,
          remark: "was so already"
        )
      case .changed(let before):
        writes += 1
        try await readBack(
          setting,
          wanted,
          step,
          remark: "written; it was \(setting.text(for: before))"
        )
      }
    }
    noteWrites(writes, step)
  }

  /// Measures what a setting is now.
  func readBack(
    _ setting: Setting,
    _ wanted: Double,
    _ step: PlannedStep,
    remark: String
  ) async throws {
    guard case .register(let register, _) = setting.access,
      let after = try await read(setting, step)
    else { return }
    let stored = register.stored(wanted, order: profile.communication.wordOrder)
    measure(
      step,
      setting.name,
      .text(Self.text(of: after, setting, wanted: stored)),
      from: lane.now,
      remark: remark
    )
  }

  /// A setting in words; where another number than the wanted one would read the same, with all its
  /// digits.
  static func text(of number: Double, _ setting: Setting, wanted: Double) -> String {
    let text = setting.text(for: number)
    return number != wanted && text == setting.text(for: wanted) ? "\(text) (\(number))" : text
  }
}
