import Benches
import Planning
import Quantities
import Rig
import Scenarios
import Verdicts

extension PositionRunner {
  /// `restart`: a power cycle, the time until the meter answers, and its self-test.
  func restart(_ restart: Restart, _ step: PlannedStep) async throws {
    if !restart.kept.isEmpty { try await waitForFreshValues() }
    let before = try await numbers(of: restart.kept, step)
    try await powerCycle(offFor: restart.offTime)
    let start = lane.now
    guard let ready = try await awaitReady(within: restart.patience, step) else {
      throw await silence(
        "unit \(address) on bus \(position.bus) gave no answer within \(Quantity(restart.patience.inSeconds, .second).readable) after its supply came"
      )
    }
    // It became ready between the last request without an answer and the first with one.
    measure(
      step,
      "start-up-time",
      .number(ready.at.duration(since: start).inSeconds, .time),
      uncertainty: 2 * ready.doubt.inSeconds / 12.0.squareRoot(),
      coverageFactor: 2,
      from: start,
      to: ready.at
    )
    measure(step, "self-test", .text(try await selfTest(step)), from: lane.now)
    guard !restart.kept.isEmpty else { return }
    try await waitForFreshValues()
    let after = try await numbers(of: restart.kept, step)
    for name in restart.kept {
      guard let old = before[name], let new = after[name] else { continue }
      judge(name, old, new, mustBeCleared: false, step)
    }
  }
}
