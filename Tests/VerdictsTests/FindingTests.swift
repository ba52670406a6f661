import Quantities
import Testing
import Verdicts

@Suite("Rule on measurements")
struct FindingTests {
  private let limits = Rule.Criterion.within(lower: -0.005, upper: 0.005, dimension: .ratio)

  private func rule(
    _ criterion: Rule.Criterion,
    of measurement: String = "error",
    decision: DecisionRule = .standard
  ) -> Rule {
    Rule(
      id: "error",
      measurement: measurement,
      criterion: criterion,
      decision: decision,
      text: "error ± 0.5 %",
      origin: Rule.Origin(file: "eol.yaml", line: 7, column: 9)
    )
  }

  private func value(
    _ number: Double,
    _ dimension: Dimension = .ratio,
    id: String = "error",
    uncertainty: Double? = 0.0005,
    at seconds: Int64 = 0
  ) -> Measurement {
    Measurement(
      id: id,
      value: .number(number, dimension),
      expandedUncertainty: uncertainty,
      coverageFactor: 2,
      from: Instant(nanoseconds: seconds * 1_000_000_000),
      to: Instant(nanoseconds: (seconds + 60) * 1_000_000_000)
    )
  }

  private func expect(
    _ finding: Finding,
    _ verdict: Verdict,
    _ kind: Reason.Kind?,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(finding.verdict == verdict, sourceLocation: sourceLocation)
    #expect(finding.reason?.kind == kind, sourceLocation: sourceLocation)
  }

  @Test("A value within its limits passes, one beyond them fails, one between is undecided")
  func numbers() {
    expect(rule(limits).finding(in: [value(0.001)]), .passed, nil)
    expect(rule(limits).finding(in: [value(0.007)]), .failed, .limit)
    expect(rule(limits).finding(in: [value(0.0049)]), .inconclusive, .undecided)
  }

  @Test("A value that passed in the outer part of its room is marked, and passes all the same")
  func marginal() {
    var banded = rule(limits)
    banded.marginal = 0.8
    for (number, isMarginal) in [
      (0.0039, false), (-0.0039, false), (0.0041, true), (-0.0041, true),
    ] {
      let finding = banded.finding(in: [value(number)])
      #expect(finding.verdict == .passed)
      #expect(finding.isMarginal == isMarginal, "\(number)")
    }
    // Beyond the limits, or open, there is nothing left to mark.
    #expect(!banded.finding(in: [value(0.0049)]).isMarginal)
    #expect(!banded.finding(in: [value(0.007)]).isMarginal)
    #expect(!rule(limits).finding(in: [value(0.0041)]).isMarginal)
  }

  @Test("A precondition that does not hold is nobody's failure, and no pass")
  func precondition() {
    var needed = rule(limits)
    needed.isPrecondition = true
    expect(needed.finding(in: [value(0.007)]), .inconclusive, .condition)
    expect(needed.finding(in: [value(0.001)]), .passed, nil)
    expect(needed.finding(in: []), .inconclusive, .missing)
  }

  @Test("An absent measurement is inconclusive")
  func absent() {
    expect(rule(limits).finding(in: []), .inconclusive, .missing)
    expect(rule(limits).finding(in: [value(0.001, id: "Error")]), .inconclusive, .missing)
  }

  @Test(
    "A value that is not finite is an error",
    arguments: [Double.nan, Double.infinity, -Double.infinity]
  )
  func notFinite(_ number: Double) {
    expect(rule(limits).finding(in: [value(number)]), .error, .notFinite)
  }

  @Test("A value without a known uncertainty decides nothing")
  func unknownUncertainty() {
    expect(rule(limits).finding(in: [value(0, uncertainty: nil)]), .inconclusive, .undecided)
    expect(rule(limits).finding(in: [value(9, uncertainty: nil)]), .inconclusive, .undecided)
  }

  @Test("A value of another dimension is an error, however well the number fits")
  func wrongDimension() {
    expect(rule(limits).finding(in: [value(0.001, .voltage)]), .error, .record)
  }

  @Test("A text where a number is due is an error, and the reverse")
  func wrongKind() {
    let text = Measurement(id: "error", value: .text("0.1 %"), from: .zero)
    expect(rule(limits).finding(in: [text]), .error, .record)
    expect(rule(.text(oneOf: ["0"])).finding(in: [value(0)]), .error, .record)
  }

  @Test("A later good value never replaces an earlier bad one, whichever way it is bad")
  func repeatedID() {
    let good = value(0.001, at: 100)
    for (bad, verdict) in [
      (value(0.009), Verdict.failed), (value(.nan), .error), (value(0.0049), .inconclusive),
      (value(0.001, .voltage), .error), (value(0, uncertainty: nil), .inconclusive),
    ] {
      #expect(rule(limits).finding(in: [bad, good]).verdict == verdict)
      #expect(rule(limits).finding(in: [good, bad]).verdict == verdict)
      #expect(rule(limits).finding(in: [good, bad, good]).verdict == verdict)
    }
  }

  @Test("Of several worst values the first is shown")
  func firstOfTheWorst() {
    let finding = rule(limits).finding(in: [value(0.001), value(0.008), value(0.009)])
    #expect(finding.measurement?.number == 0.008)
  }

  private var around: Rule {
    rule(
      .around(nominal: "expected-rate", relative: 0.01, absolute: 0, dimension: .pulseRate),
      of: "rate"
    )
  }

  private func rate(_ number: Double, _ uncertainty: Double? = 0.001, at seconds: Int64 = 0)
    -> Measurement
  { value(number, .pulseRate, id: "rate", uncertainty: uncertainty, at: seconds) }

  private func expected(_ number: Double, _ uncertainty: Double? = 0.001, at seconds: Int64 = 0)
    -> Measurement
  { value(number, .pulseRate, id: "expected-rate", uncertainty: uncertainty, at: seconds) }

  @Test("A value around a measured nominal value passes within the allowance only")
  func aroundNominal() {
    expect(around.finding(in: [rate(3.07), expected(3.067)]), .passed, nil)
    expect(around.finding(in: [rate(3.2), expected(3.067)]), .failed, .limit)
  }

  @Test("Without its nominal value a value is inconclusive")
  func aroundNothing() {
    expect(around.finding(in: [rate(3.07)]), .inconclusive, .missing)
  }

  @Test(
    "A nominal value that is not finite is an error",
    arguments: [Double.nan, Double.infinity]
  )
  func aroundNotFinite(_ number: Double) {
    for absolute in [0, 1, Double.infinity] {
      let rule = rule(
        .around(nominal: "expected-rate", relative: 0, absolute: absolute, dimension: .pulseRate),
        of: "rate"
      )
      expect(rule.finding(in: [rate(3), expected(number)]), .error, .notFinite)
    }
  }

  @Test("A nominal value that leaves no room between the limits decides nothing")
  func aroundZero() {
    expect(around.finding(in: [rate(3), expected(0)]), .inconclusive, .undecided)
    expect(around.finding(in: [rate(0, 0), expected(0, 0)]), .inconclusive, .undecided)
  }

  @Test("A nominal value of another dimension is an error")
  func aroundWrongDimension() {
    let nominal = value(3.07, .frequency, id: "expected-rate")
    expect(around.finding(in: [rate(3.07), nominal]), .error, .record)
  }

  @Test("The uncertainty of the nominal value counts too")
  func aroundUncertainty() throws {
    let finding = around.finding(in: [rate(3.07, 0.003), expected(3.067, 0.004)])
    #expect(abs(try #require(finding.uncertainty) - 0.005) < 1e-12)
    expect(around.finding(in: [rate(3.07), expected(3.067, nil)]), .inconclusive, .undecided)
  }

  @Test("Each gate is compared with its own nominal value, so a second one cannot excuse the first")
  func aroundPairs() {
    let second = [rate(3.5, at: 100), expected(3.5, at: 100)]
    expect(around.finding(in: [rate(3.5), expected(3.067)] + second), .failed, .limit)
    expect(around.finding(in: [rate(3.067), expected(3.067)] + second), .passed, nil)
  }

  @Test("Where no nominal value is of the same interval, the worst of them decides")
  func aroundForeignNominals() {
    let nominals = [expected(3.5, at: 100), expected(3.067, at: 200)]
    expect(around.finding(in: [rate(3.067)] + nominals), .failed, .limit)
    expect(around.finding(in: [rate(3.067)] + nominals.reversed()), .failed, .limit)
  }

  @Test("A text passes where it is one of the demanded, letter for letter")
  func texts() {
    let firmware = rule(.text(oneOf: ["1.07", "1.08"]))
    func text(_ text: String) -> Measurement {
      Measurement(id: "error", value: .text(text), from: .zero)
    }
    expect(firmware.finding(in: [text("1.08")]), .passed, nil)
    expect(firmware.finding(in: [text("1.7")]), .failed, .mismatch)
    expect(firmware.finding(in: [text("1.07 ")]), .failed, .mismatch)
    expect(firmware.finding(in: [text("")]), .failed, .mismatch)
    expect(firmware.finding(in: [text("1.06"), text("1.07")]), .failed, .mismatch)
    expect(rule(.text(oneOf: [])).finding(in: [text("1.07")]), .failed, .mismatch)
    expect(firmware.finding(in: []), .inconclusive, .missing)
  }
}
