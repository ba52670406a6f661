import Quantities
import RunRecord
import Verdicts

extension Remark {
  /// What the run's days say about the calibration of the reference or the time base; nil where it is valid, or
  /// where the bench does not state how long it is.
  ///
  /// The days are those of UTC. A wall clock that nobody vouches for dates nothing.
  static func on(
    _ reference: RecordedPlan.Reference,
    _ part: String = "reference",
    in run: RunStarted,
    lasting duration: Duration
  ) -> Remark? {
    guard let until = reference.calibratedUntil else { return nil }
    let certificate = reference.certificate.map { " (certificate \($0))" } ?? ""
    guard run.wallClockIsSynchronised else {
      return Remark(
        .inconclusive,
        .condition,
        "the host's wall clock is not synchronised, so nobody knows whether the \(part)'s calibration\(certificate) of \(until) still held; set the clock by NTP",
        part: "clock"
      )
    }
    // A run that goes on past midnight rests on the calibration of the next day, too.
    let end = UTC.milliseconds(parsing: run.wallTime).map {
      // A damaged record may say anything.
      UTC.text(millisecondsSinceEpoch: $0 + max(0, duration.nanoseconds / 1_000_000))
    }
    let day = String((end ?? run.wallTime).prefix(10))
    // Dates of this form sort as texts.
    guard day > until else { return nil }
    return Remark(
      .error,
      .bench,
      "the calibration of the \(part)\(certificate) ended on \(until), and this run lasted until \(day); have it calibrated, and state the new date in the bench file",
      part: part
    )
  }
}
