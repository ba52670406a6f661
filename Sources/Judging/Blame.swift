import Quantities
import RunRecord
public import Verdicts

extension Remark {
  /// Whose fault a silence is.
  static func on(_ silence: Silence) -> Remark {
    switch silence.cause {
    case .meter(let bus, let supplyProven, let before, let after, let again, let heard):
      guard before, after else {
        return Remark(
          .error,
          .bench,
          "\(silence.text); no other unit on the bus answered \(before ? "after" : "before") it, so the bus itself is not proven",
          part: "bus \(bus)"
        )
      }
      guard !again else {
        return Remark(
          .inconclusive,
          .noCommunication,
          "\(silence.text); asked once more it answers, so the meter or the line was away for a while only"
        )
      }
      guard !heard else {
        return Remark(
          .inconclusive,
          .noCommunication,
          "\(silence.text); bytes came that are no valid reply, so another unit on bus \(bus) may have talked at the same time; try this meter alone"
        )
      }
      guard supplyProven else {
        return Remark(
          .inconclusive,
          .noCommunication,
          "\(silence.text); other units on the bus answer, but this meter's supply is not proven"
        )
      }
      return Remark(
        .failed,
        .noCommunication,
        "\(silence.text); its supply is proven, and another unit on bus \(bus) answered before and after"
      )
    case .output(let line, let expected, let lineProven):
      let count = Decimal.text(expected, digits: 3)
      guard expected >= 5, expected.isFinite else {
        return Remark(
          .inconclusive,
          .silentOutput,
          "\(silence.text); only \(count) periods were due for certain, too few to blame anything"
        )
      }
      guard lineProven else {
        return Remark(
          .inconclusive,
          .silentOutput,
          "\(silence.text) although \(count) periods were due: the meter's output, or the wiring of \(line), which gave no pulse yet in this run"
        )
      }
      return Remark(
        .failed,
        .silentOutput,
        "\(silence.text) although \(count) periods were due, and \(line) gave pulses earlier in this run"
      )
    }
  }
}

extension Reason.Kind {
  /// What an observation of this kind says about a step.
  public var verdict: Verdict {
    switch self {
    case .limit, .mismatch, .notFinite, .noCommunication, .refused, .silentOutput: .failed
    case .undecided, .missing, .unexplainedGap, .condition, .interrupted, .notRun, .stepTimeout,
      .noRule:
      .inconclusive
    case .lostEdges, .bench, .wrongUnit, .interlock, .record, .tool: .error
    }
  }
}
