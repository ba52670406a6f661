import Benches
import MeterProfiles
import Metrology
import Planning
import Quantities
import Rig
import Scenarios
import Verdicts

extension PositionRunner {
  /// `demand`: the load has just come; the demand rises with it until a whole window has passed.
  ///
  /// A sliding window of length T shows P·t/T a time t after the load P came, so T is the final value over
  /// the slope, whatever moment the readings belong to: their age moves the line and does not tilt it.
  func demand(_ test: DemandTest, _ step: PlannedStep) async throws {
    guard let expected = step.demand, let moments = profile.readings,
      let quantity = profile.quantity(test.quantity)
    else { return }
    let came = witness.lastSwitched ?? lane.now
    let maximum = test.maximum.flatMap(profile.quantity)
    var maximumBefore: Double?
    if let maximum { maximumBefore = try await value(of: maximum, step) }
    let age = moments.updateInterval + moments.latency
    let full = lane.now + expected.period + age
    // A window that is longer than it is set to is still filling then.
    let latest = full + expected.period
    let pause = max(.seconds(1), expected.period / 200)
    var rise = DemandRise(came: came)
    var plateau: [Double] = []
    var settled = Instant.zero
    while !DemandRise.isFlat(plateau), lane.now < latest || plateau.count < 5 {
      let asked = lane.now
      guard let value = try await value(of: quantity, step) else {
        throw Abandoned(text: "\(test.quantity) cannot be read")
      }
      guard value.isFinite else {
        observe(step, .notFinite, "\(test.quantity) reads \(value)")
        throw Abandoned(text: "\(test.quantity) is no number")
      }
      rise.add(value, at: asked)
      // Readings that are closer together are always flat.
      if asked >= full, asked >= settled {
        plateau = plateau.suffix(4) + [value]
        settled = asked + pause
      }
      // What the load did when it came leaves the window again about now, and the demand is at its greatest.
      let peak = came + expected.period + age
      let isNear = asked > peak - Self.peakMargin && asked < peak + Self.peakMargin
      let next = isNear ? min(pause, max(.milliseconds(100), moments.updateInterval / 4)) : pause
      try await lane.sleep(until: asked + next)
    }
    if !DemandRise.isFlat(plateau) {
      note(step, "the demand was still rising after twice the window that is set")
    }
    // One that still rose among them must not pull it down.
    let final = plateau.sorted()[plateau.count / 2]
    let unit = quantity.unit.dimension
    let shown = quantity.budget(ofReading: final)
    measure(
      step,
      "value",
      .number(final, unit),
      budget: shown,
      from: min(full, lane.now),
      to: lane.now
    )
    let moved =
      expected.watchesReference
      ? try await expectValue(test, expected, unit, since: came, step) : nil
    let range = (plateau.max() ?? final) - (plateau.min() ?? final)
    measureWindow(
      rise,
      final: final,
      [
        .rectangular(
          "final value as the register shows it",
          halfWidth: max(range, quantity.step(at: final)) / 2 / final
        ),
        .loadInstability((moved ?? 0) / 2),
      ],
      expected,
      moments,
      since: came,
      step
    )
    if let maximum, let value = try await value(of: maximum, step) {
      if let before = maximumBefore, before == value, before > rise.greatest {
        return observe(
          step,
          .missing,
          "\(maximum.name) held \(Measurement.text(before, unit, digits: 4)) already, of an earlier load; do a reset before"
        )
      }
      measure(
        step,
        "maximum",
        .number(value, unit),
        budget: maximum.budget(ofReading: value),
        from: lane.now
      )
      measure(
        step,
        "greatest-value",
        .number(rise.greatest, unit),
        budget: shown,
        from: came,
        to: lane.now
      )
    }
  }

  /// A quantity's value in its base unit; nil where the meter refused.
  private func value(of quantity: MeasuredQuantity, _ step: PlannedStep) async throws -> Double? {
    guard let unit = quantity.unit.unit(where: step.value) else {
      observe(step, .missing, "the unit of \(quantity.name) is not known")
      return nil
    }
    return try await number(
      at: quantity.register,
      of: quantity.name,
      certainty: quantity.certainty,
      step
    ).map { $0 * unit.factor }
  }

  /// Measures what the reference saw; returns how far that moved, relative to it.
  private func expectValue(
    _ test: DemandTest,
    _ expected: DemandExpectation,
    _ dimension: Dimension,
    since came: Instant,
    _ step: PlannedStep
  ) async throws -> Double? {
    guard let power = try await attributingFaults(step, { try await reference.powerSeen() }) else {
      observe(step, .condition, "the reference does not show the power of the load")
      return nil
    }
    let spread = (power.most - power.least) / power.nominal
    if spread > Self.steadyDemand {
      observe(
        step,
        .condition,
        "the load moved by \(Measurement.text(spread, .ratio, digits: 3)) while the demand rose"
      )
    }
    await noteDips(step)
    guard test.needsReference else { return spread }
    let shown = power.nominal * expected.scale
    let given = position.given(
      shown,
      dimension,
      by: step.load,
      on: plan.bench.source,
      share: expected.scale
    )
    measure(
      step,
      "expected-value",
      .number(given.value, dimension),
      budget: UncertaintyBudget(
        (plan.bench.referenceComponents + [.loadInstability(spread / 2)]).map {
          $0.scaled(by: shown)
        } + given.components
      ),
      from: came,
      to: lane.now
    )
    return spread
  }

  private func measureWindow(
    _ rise: DemandRise,
    final: Double,
    _ ofFinal: [UncertaintyBudget.Component],
    _ expected: DemandExpectation,
    _ moments: ReadingMoments,
    since came: Instant,
    _ step: PlannedStep
  ) {
    measure(
      step,
      "set-integration-time",
      .number(expected.period.inSeconds, .time),
      budget: UncertaintyBudget(),
      from: came
    )
    guard let fit = rise.fit(final: final) else {
      return observe(
        step,
        .undecided,
        "the demand did not rise evenly, so its window cannot be told; was the demand 0 when the load came?"
      )
    }
    guard abs(fit.start) <= 0.02 * final else {
      return observe(
        step,
        .condition,
        "the demand was \(Measurement.text(fit.start / final, .ratio, digits: 3)) of its final value when the load came, so the window held an earlier load; let a whole window pass without load, or do a reset"
      )
    }
    // A reading may be an update older than another: one over the span of the fit, at both its ends.
    let half = moments.updateInterval.inSeconds / fit.span * fit.window
    measure(
      step,
      "integration-time",
      .number(fit.window, .time),
      budget: UncertaintyBudget(
        [
          .hostClockRate(partsPerMillion: plan.bench.clockRateLimit).scaled(by: fit.window),
          .init(
            name: "update of the register, both ends",
            evaluation: .b,
            distribution: .triangular,
            standardUncertainty: half / UncertaintyBudget.Distribution.triangular.divisor
          ),
          .init(
            name: "readings about the line",
            evaluation: .a,
            distribution: .normal,
            standardUncertainty: fit.deviation,
            degreesOfFreedom: Double(fit.readings - 2)
          ),
        ] + ofFinal.map { $0.scaled(by: fit.window) }
      ),
      from: came,
      to: lane.now
    )
  }

  private static let steadyDemand = 0.01
  /// How long a load may take to settle, which the greatest demand remembers.
  private static let peakMargin = Duration.seconds(10)
}
