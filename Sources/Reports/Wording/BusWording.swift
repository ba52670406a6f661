import Quantities
import RunRecord
import Verdicts

extension RecordedBusStatistics.Counts {
  /// `412 replies, median 41.2 ms, longest 53.4 ms; 2 time-outs`: what went well, then what did not.
  var words: String {
    let answered = [(replies, "reply", "replies"), (exceptions, "exception", "exceptions")]
    let troubles = [
      (timeOuts, "time-out", "time-outs"),
      (crcErrors, "CRC error", "CRC errors"),
      (mismatches, "reply that fits no request", "replies that fit no request"),
      (lateReplies, "late reply", "late replies"),
      (strangers, "frame of another unit", "frames of other units"),
      (collisions, "collision", "collisions"),
      (skippedBytes, "stray byte", "stray bytes"),
    ]
    var good = answered.compactMap(Self.counted)
    if good.isEmpty { good = ["no reply"] }
    if let times = responseTimes {
      good.append("median \(Self.time(times.median))")
      good.append("longest \(Self.time(times.longest))")
    }
    let bad = troubles.compactMap(Self.counted)
    return good.joined(separator: ", ") + (bad.isEmpty ? "" : "; " + bad.joined(separator: ", "))
  }

  private static func counted(_ count: Int, _ one: String, _ many: String) -> String? {
    count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
  }

  private static func time(_ nanoseconds: Int64) -> String {
    Measurement.text(Double(nanoseconds) / 1e9, .time, digits: 3)
  }
}
