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
    measure(
      step,
      name,
      .text(CounterChange(from: old, to: new, mustBeCleared: mustBeCleared).rawValue),
      from: lane.now,
      remark: remark
    )
  }

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

/// What became of a counter or a maximum that was above 0.
enum CounterChange: String {
  case cleared, kept, changed

  /// - Parameter mustBeCleared: what is to be cleared and only went down is neither cleared nor kept.
  init(from old: Double, to new: Double, mustBeCleared: Bool) {
    // Counting goes on, so what is cleared need not be 0 any more; a tenth of what was there is more than
    // a few seconds bring.
    if new <= old * 0.1 {
      self = .cleared
    } else if new >= old || (!mustBeCleared && new >= old * Self.rounding) {
      self = .kept
    } else {
      self = .changed
    }
  }

  /// Registers of maxima and energies never fall without a reset; single precision may round.
  private static let rounding = 1 - 1e-6
}
