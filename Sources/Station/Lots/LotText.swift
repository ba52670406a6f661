import Judging
import Verdicts

/// What is said of a lot.
enum LotText {
  /// For people.
  static func text(_ lot: LotJudgement) -> String {
    let plan = lot.plan
    var lines = [
      "Lot of \(lot.lotSize) by \(plan.title)",
      "  sample of \(lot.row.sample), accepted with at most \(lot.row.accept) nonconforming (\(plan.source))",
    ]
    if !plan.isCertain {
      lines.append(
        "  These numbers were not compared with the document itself; do so before a lot rests on them."
      )
    }
    guard !lot.meters.isEmpty else { return lines.joined(separator: "\n") }
    lines += [
      "",
      "  \(lot.conforming) conforming, \(lot.nonconforming) nonconforming, \(lot.undecided.count) undecided, \(lot.row.sample - lot.conforming - lot.nonconforming) still to decide",
    ]
    lines += lot.meters.filter { $0.verdict != .passed }.map {
      "  \($0.serial)  \($0.verdict.rawValue)  in \($0.runs.joined(separator: ", "))"
    }
    let rig = lot.isTwin ? " [rig: twin]" : ""
    let word =
      switch lot.outcome {
      case .accepted: "ACCEPTED"
      case .rejected: "REJECTED"
      case .open: "OPEN"
      }
    return (lines + ["", word + rig]).joined(separator: "\n")
  }

  /// For programs.
  static func json(_ lot: LotJudgement) -> String {
    JSON.text(
      Entry(
        lotSize: lot.lotSize,
        plan: lot.plan.name,
        sample: lot.row.sample,
        acceptanceNumber: lot.row.accept,
        conforming: lot.conforming,
        nonconforming: lot.nonconforming,
        undecided: lot.undecided.map(\.serial),
        twin: lot.isTwin,
        outcome: lot.meters.isEmpty ? nil : lot.outcome.rawValue
      )
    )
  }

  private struct Entry: Encodable {
    var lotSize: Int
    var plan: String
    var sample: Int
    var acceptanceNumber: Int
    var conforming: Int
    var nonconforming: Int
    var undecided: [String]
    var twin: Bool
    var outcome: String?
  }
}
