import Judging
import Quantities
import RunRecord
import Testing
import Verdicts

/// Whose fault a silence is.
@Suite("Silence")
struct SilenceTests {
  private func judged(_ cause: Silence.Cause) -> JudgedStep? {
    var sample = Sample()
    sample.add(
      [.silent(Silence(position: "A1", step: "read", cause: cause, text: "no reply"))],
      to: "read",
      on: "A1"
    )
    sample.end("read", on: "A1", .abandoned)
    return sample.run.step("read", on: "A1")
  }

  @Test(
    "A silent meter is blamed only where its supply and the bus are proven",
    arguments: [
      (true, true, true, Verdict.failed, Reason.Kind.noCommunication),
      (true, true, false, .error, .bench),
      (true, false, true, .error, .bench),
      (true, false, false, .error, .bench),
      (false, true, true, .inconclusive, .noCommunication),
      (false, true, false, .error, .bench),
      (false, false, true, .error, .bench),
      (false, false, false, .error, .bench),
    ]
  )
  func meter(
    supply: Bool,
    before: Bool,
    after: Bool,
    verdict: Verdict,
    kind: Reason.Kind
  ) throws {
    let step = try #require(
      judged(
        .meter(
          bus: "dut",
          supplyProven: supply,
          busProvenBefore: before,
          busProvenAfter: after,
          answersAgain: false,
          heard: false
        )
      )
    )
    #expect(step.verdict == verdict)
    let remark = try #require(step.remarks.first)
    #expect(step.remarks.count == 1)
    #expect(remark.reason.kind == kind)
    #expect(remark.part == (kind == .bench ? "bus dut" : nil))
  }

  @Test("A meter is not blamed where bytes came that may be another's")
  func heard() throws {
    let step = try #require(
      judged(
        .meter(
          bus: "dut",
          supplyProven: true,
          busProvenBefore: true,
          busProvenAfter: true,
          answersAgain: false,
          heard: true
        )
      )
    )
    #expect(step.verdict == .inconclusive)
  }

  @Test("A meter that answers again, all else proven, is not blamed alone")
  func answersAgain() throws {
    let step = try #require(
      judged(
        .meter(
          bus: "dut",
          supplyProven: true,
          busProvenBefore: true,
          busProvenAfter: true,
          answersAgain: true,
          heard: false
        )
      )
    )
    #expect(step.verdict == .inconclusive)
  }

  @Test(
    "A silent output is blamed only where pulses were due and its input is proven",
    arguments: [
      (100, true, Verdict.failed), (5, true, .failed), (4.999, true, .inconclusive),
      (0, true, .inconclusive), (100, false, .inconclusive), (0, false, .inconclusive),
      (.nan, true, .inconclusive), (.infinity, true, .inconclusive), (-100, true, .inconclusive),
    ]
  )
  func output(expected: Double, proven: Bool, verdict: Verdict) throws {
    let step = try #require(
      judged(.output(line: "A1.pulse-2", expected: expected, lineProven: proven))
    )
    #expect(step.verdict == verdict)
    #expect(step.remarks.map(\.reason.kind) == [.silentOutput])
  }

  @Test("A silence never lets a step pass, even one whose end says completed")
  func completedStep() {
    var sample = Sample()
    let cause = Silence.Cause.output(line: "A1.pulse-2", expected: 0, lineProven: false)
    sample.add(
      [.silent(Silence(position: "A1", step: "read", cause: cause, text: "no pulse"))],
      to: "read",
      on: "A1"
    )
    #expect(sample.run.verdict(of: "A1") == .inconclusive)
  }
}
