import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

/// Ways in which other test systems have passed a bad unit; docs/false-passes.md lists them with
/// the test that guards each.
@Suite("False passes of other systems")
struct FalsePassTests {
  @Test("The sample that these tests spoil passes as it stands")
  func sound() {
    #expect(Sample().verdict == .passed)
    #expect(Sample().run.verdict(of: "A1") == .passed)
    #expect(Sample().run.verdict(of: "A3") == .notApplicable)
  }

  @Test("A failed measurement fails its step, its position and the run")
  func failedMeasurement() {
    var sample = Sample()
    sample.forget("error", on: "A1")
    sample.add(
      [Sample.measured("A1", "count-pulses pulse-2", "error", .number(0.02, .ratio))],
      to: "count-pulses pulse-2",
      on: "A1"
    )
    let run = sample.run
    #expect(run.step("count-pulses pulse-2", on: "A1")?.verdict == .failed)
    #expect(run.verdict(of: "A1") == .failed)
    #expect(run.verdict(of: "A2") == .passed)
    #expect(run.verdict == .failed)
  }

  @Test("No word of a step's author overrules a rule")
  func nothingOverrulesARule() {
    var sample = Sample.reading([.number(999, .voltage)], rule: Sample.voltage)
    sample.events.insert(.noted(Note(position: "A1", step: "read", text: "passed")), at: 2)
    #expect(sample.verdict == .failed)
  }

  @Test("A step in which the tool failed is an error, though its rules hold")
  func thrownStep() {
    var sample = Sample()
    sample.end("read", on: "A1", .threw)
    #expect(sample.run.step("read", on: "A1")?.findings.map(\.verdict) == [.passed])
    #expect(sample.run.verdict(of: "A1") == .error)
    #expect(sample.verdict == .error)
  }

  @Test("A step that ran out of its time never passes, though its rules hold")
  func timedOutStep() {
    var sample = Sample()
    sample.end("read", on: "A1", .timedOut)
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
    sample.end("read", on: "A1", .abandoned)
    #expect(sample.run.verdict(of: "A1") == .error)
    sample.end("read", on: "A1", .cancelled)
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
  }

  @Test("A run of no steps, of no positions or of nothing at all proves nothing")
  func emptyRun() {
    var noSteps = Sample()
    noSteps.steps = []
    noSteps.events = []
    #expect(noSteps.verdict == .inconclusive)
    var noPositions = Sample()
    noPositions.positions = []
    noPositions.events = []
    #expect(noPositions.verdict == .inconclusive)
    #expect(Judge().judged().verdict == .error)
  }

  @Test("A run whose steps were all skipped proves nothing")
  func allSkipped() {
    var sample = Sample()
    sample.events = []
    #expect(sample.verdict >= .inconclusive)
    sample.steps.removeAll(where: \.isFinally)
    sample.events = ["A1", "A2"].flatMap { position in
      sample.steps.map { Sample.ended(position, $0.id, .skipped, "left") }
    }
    #expect(sample.verdict == .inconclusive)
  }

  @Test("An error that a good repetition follows stays an error")
  func errorThenGood() {
    var sample = Sample.reading(
      [.number(.nan, .voltage), .number(230, .voltage)],
      rule: Sample.voltage
    )
    #expect(sample.verdict == .error)
    sample = .reading([.number(230, .voltage)], rule: Sample.voltage)
    sample.add([Sample.observed("A1", "read", .bench)], to: "read", on: "A1")
    sample.add([.noted(Note(text: "the second attempt went well"))], to: "read", on: "A1")
    #expect(sample.verdict == .error)
  }

  @Test("A comparison that cannot be made is an error, never a pass")
  func impossibleComparison() {
    for value in [Measurement.Value.text("230 V"), .number(230, .current)] {
      #expect(Sample.reading([value], rule: Sample.voltage).verdict == .error)
    }
  }

  @Test("A run without an outcome is an error, for each position too")
  func noOutcome() {
    var sample = Sample()
    sample.end = nil
    #expect(sample.verdict == .error)
    #expect(sample.run.verdict(of: "A1") == .error)
  }

  @Test("A declared measurement that never came leaves its rule open")
  func undeclaredSilence() {
    var sample = Sample()
    sample.forget("error", on: "A2")
    #expect(sample.run.verdict(of: "A1") == .passed)
    #expect(sample.run.verdict(of: "A2") == .inconclusive)
    #expect(sample.verdict == .inconclusive)
    #expect(sample.kinds.contains(.missing))
  }

  @Test("An event of a step or position that the plan does not know is an error, not dropped")
  func unknownName() {
    for event in [
      Sample.began("A1", "raed"), Sample.ended("A9", "read"),
      Sample.measured("A9", "read", "voltage-l1", .number(230, .voltage)),
      Sample.observed("A9", nil, .condition), Sample.observed("A1", "raed", .condition),
    ] {
      var sample = Sample()
      sample.events.append(event)
      #expect(sample.verdict == .error)
      #expect(sample.kinds.contains(.record))
    }
  }

  @Test("A passing second attempt erases nothing of the first")
  func secondAttempt() {
    let sample = Sample.reading(
      [.number(999, .voltage), .number(230, .voltage)],
      rule: Sample.voltage
    )
    #expect(sample.verdict == .failed)
    #expect(sample.run.positions[0].steps[0].measurements.map(\.number) == [999, 230])
    #expect(sample.run.positions[0].steps[0].findings[0].measurement?.number == 999)
  }

  @Test("A stage that failed early fails a run whose later stages pass")
  func earlierStage() {
    var sample = Sample()
    sample.forget("voltage-l1", on: "A1")
    sample.add(
      [Sample.measured("A1", "read", "voltage-l1", .number(180, .voltage))],
      to: "read",
      on: "A1"
    )
    #expect(sample.run.step("count-pulses pulse-2", on: "A1")?.verdict == .passed)
    #expect(sample.verdict == .failed)
  }

  @Test("A run that matched no position proves nothing, and says so")
  func nothingMatched() {
    var sample = Sample()
    sample.positions = [Sample.position("A1", notApplicable: "its meter is A10KZ3XF")]
    sample.events = []
    #expect(sample.verdict == .inconclusive)
    #expect(sample.run.remarks.map(\.reason.kind) == [.noRule])
  }

  @Test("A rule without a limit passes nothing")
  func noComparison() {
    let rule = Sample.rule(
      "voltage-l1",
      .within(lower: nil, upper: nil, dimension: .voltage),
      "voltage-l1"
    )
    #expect(Sample.reading([.number(230, .voltage)], rule: rule).verdict == .inconclusive)
  }

  @Test("A one-sided limit is reported as the side it is")
  func limitSides() throws {
    for (criterion, lower, upper, words) in [
      (Rule.Criterion.within(lower: nil, upper: 240, dimension: .voltage), nil, 240, "at most"),
      (.within(lower: 220, upper: nil, dimension: .voltage), 220, nil, "at least"),
    ] as [(Rule.Criterion, Double?, Double?, String)] {
      let bad = lower == nil ? 250.0 : 200
      let rule = Sample.rule("voltage-l1", criterion, "voltage-l1")
      let run = Sample.reading([.number(bad, .voltage)], rule: rule).run
      let finding = try #require(run.positions.first?.steps.first?.findings.first)
      #expect(finding.verdict == .failed)
      #expect(finding.lower == lower)
      #expect(finding.upper == upper)
      #expect(finding.reason?.text.contains(words) == true)
    }
  }

  @Test(
    "NaN and infinity are errors, alone and among good values",
    arguments: [Double.nan, Double.infinity, -Double.infinity]
  )
  func notFinite(_ number: Double) {
    let bad = Measurement.Value.number(number, .voltage)
    let good = Measurement.Value.number(230, .voltage)
    for values in [[bad], [bad, good], [good, bad]] {
      #expect(Sample.reading(values, rule: Sample.voltage).verdict == .error)
    }
  }

  @Test("A meter constant is judged as measured, not rounded to three digits")
  func unroundedConstant() {
    let rule = Sample.rule(
      "constant",
      .within(lower: 3190.4, upper: 3209.6, dimension: .activeConstant),
      "constant 3200 imp/kWh ± 0.3 %"
    )
    func verdict(_ constant: Double) -> Verdict {
      Sample.reading([.number(constant, .activeConstant)], rule: rule, uncertainty: 0.5).verdict
    }
    #expect(verdict(3188) == .failed)
    #expect(verdict(3193) == .passed)
  }
}
