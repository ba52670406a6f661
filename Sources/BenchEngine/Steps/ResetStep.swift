import MeterProfiles
import Planning
import Quantities
import Rig
import Scenarios
import Verdicts

extension PositionRunner {
  /// `reset`: looks before and after. What was 0 before proves nothing.
  func reset(_ reset: Reset, _ step: PlannedStep) async throws {
    guard let known = profile.reset(reset.reset) else { return }
    let names = reset.cleared + reset.kept
    try await waitForFreshValues()
    let before = try await numbers(of: names, step)
    switch known.access {
    case .menu(let menu):
      guard
        try await byHand(.reset(known.name), "Do the reset '\(menu)' in the meter's menu.", step)
      else { throw Abandoned(text: "the reset was not done") }
    case .register(let register, let code):
      if let exception = try await attempt(code, at: register, step) {
        refused("the reset \(known.name)", at: register, exception, known.certainty, step)
        throw Abandoned(text: "the reset was refused")
      }
      lastChanged = lane.now
    }
    try await waitForFreshValues()
    let after = try await numbers(of: names, step)
    for name in names {
      guard let old = before[name], let new = after[name] else { continue }
      judge(name, old, new, mustBeCleared: reset.cleared.contains(name), step)
    }
  }

  func judge(
    _ name: String,
    _ old: Double,
    _ new: Double,
    mustBeCleared: Bool,
    _ step: PlannedStep
  ) {
    let remark = "\(Decimal.text(old)) before, \(Decimal.text(new)) after"
    guard old.isFinite, new.isFinite else {
      return observe(step, .notFinite, "\(name): \(remark), which is no number")
    }
    guard old > 0 else {
      return observe(
        step,
        .missing,
        "\(name) was \(Decimal.text(old)) before, so it proves nothing; let something be counted first"
      )
    }
    // Counting goes on, so what is cleared need not be 0 any more; a tenth of what was there is more than
    // a few seconds bring.
    let text =
      new <= old * Self.clearedShare
      ? "cleared" : mustBeCleared || new < old * Self.keptShare ? "changed" : "kept"
    measure(
      step,
      name,
      .text(mustBeCleared && new >= old ? "kept" : text),
      from: lane.now,
      remark: remark
    )
  }

  private static let clearedShare = 0.1
  /// Registers of maxima and energies never fall without a reset; single precision may round.
  private static let keptShare = 1 - 1e-6

  /// The numbers in the registers of quantities, by name; what the meter refused is missing.
  func numbers(of names: [String], _ step: PlannedStep) async throws -> [String: Double] {
    var numbers: [String: Double] = [:]
    for quantity in names.compactMap(profile.quantity) {
      numbers[quantity.name] = try await number(
        at: quantity.register,
        of: quantity.name,
        certainty: quantity.certainty,
        step
      )
    }
    return numbers
  }
}
