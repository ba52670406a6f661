import Judging
import RunRecord
import Testing
import Verdicts

/// A run is dated by the record's wall time; the reference must have been calibrated on that day.
@Suite("Calibration")
struct CalibrationTests {
  private func sample(
    until: String?,
    on wallTime: String = "2026-01-05T12:00:00.000Z",
    synchronised: Bool = true
  ) -> Sample {
    var started = Sample.started
    started.wallTime = wallTime
    started.wallClockIsSynchronised = synchronised
    var sample = Sample()
    sample.start = .runStarted(started)
    sample.reference = RecordedPlan.Reference(calibratedUntil: until, certificate: "K-1234")
    return sample
  }

  @Test(
    "A calibration holds to the end of its last day",
    arguments: [
      ("2026-01-04", Verdict.error), ("2025-12-31", .error), ("2026-01-05", .passed),
      ("2026-01-06", .passed), ("2027-01-01", .passed),
    ]
  )
  func expiry(until: String, verdict: Verdict) {
    let run = sample(until: until).run
    #expect(run.verdict == verdict)
    guard verdict == .error else { return }
    #expect(run.remarks.map(\.part) == ["reference"])
    #expect(run.remarks[0].reason.text.contains("K-1234"))
    #expect(run.remarks[0].reason.text.contains(until))
  }

  @Test("A run past midnight rests on the calibration of the day on which it ends")
  func midnight() {
    let late = "2026-01-05T23:59:59.999Z"
    #expect(sample(until: "2026-01-05", on: late).run.verdict == .error)
    #expect(sample(until: "2026-01-06", on: late).run.verdict == .passed)
  }

  @Test("A wall clock that nobody vouches for dates no calibration, whatever it shows")
  func unsynchronised() {
    for until in ["2025-01-01", "2027-01-01"] {
      let run = sample(until: until, synchronised: false).run
      #expect(run.verdict == .inconclusive)
      #expect(run.remarks.map(\.part) == ["clock"])
    }
  }

  @Test("Without a stated end, and without a reference in use, there is nothing to judge")
  func nothingStated() {
    #expect(sample(until: nil, synchronised: false).verdict == .passed)
    var sample = sample(until: "2000-01-01")
    sample.reference = nil
    #expect(sample.verdict == .passed)
  }
}
