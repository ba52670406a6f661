import Benches
import MeterProfiles
import Metrology
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
    guard let ready = try await awaitReady(within: restart.patience, since: start, step) else {
      throw await silence(
        "unit \(address) on bus \(position.bus) gave no answer within \(Quantity(restart.patience.inSeconds, .second).readable) after its supply came",
        heard: heardGarbled
      )
    }
    // It became ready between the last request without an answer and the first with one.
    measure(
      step,
      "start-up-time",
      .number(start.duration(to: ready).inSeconds, .time),
      budget: UncertaintyBudget([
        .rectangular(
          "time between two requests",
          halfWidth: ready.upperBound.duration(since: ready.lowerBound).inSeconds / 2
        )
      ]),
      from: start,
      to: ready.upperBound
    )
    if heardGarbled, ready.lowerBound.duration(since: start) > restart.limit {
      observe(
        step,
        .condition,
        "bytes came meanwhile that are no valid reply, so another unit may have talked at the same time"
      )
    } else if ready.lowerBound.duration(since: start) > restart.limit,
      !witness.anotherAnswered(than: name, on: position.bus, in: start..<(start + restart.limit))
    {
      observe(
        step,
        .condition,
        "no other unit on bus \(position.bus) answered meanwhile, so it may have been the line that was away"
      )
    }
    if let test = profile.startUp?.selfTest {
      measure(step, "self-test", .text(try await result(of: test, step)), from: lane.now)
    }
    guard !restart.kept.isEmpty else { return }
    try await waitForFreshValues()
    let after = try await numbers(of: restart.kept, step)
    for name in restart.kept {
      guard let old = before[name], let new = after[name] else { continue }
      judge(name, old, new, mustBeCleared: false, step)
    }
  }
}

extension Instant {
  /// The time to the middle of an interval.
  fileprivate func duration(to interval: Range<Instant>) -> Duration {
    (interval.lowerBound.duration(since: self) + interval.upperBound.duration(since: self)) / 2
  }
}
