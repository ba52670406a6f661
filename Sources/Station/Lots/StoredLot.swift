import Judging
import Reports

/// A lot, judged by the records of its sample.
public struct StoredLot {
  private let lot: LotJudgement

  /// Judges a lot.
  ///
  /// - Throws: where a record cannot be read, or the records are no sample.
  public init(size: Int, plan name: String, records: [String]) throws {
    guard let plan = try SamplingPlans.load(name) else {
      throw FileProblem(path: name, reason: "there is no such sampling plan")
    }
    let runs = try records.map { try StoredRun(path: $0).run }
    lot = try LotJudgement(lotSize: size, plan: plan, runs: runs)
  }

  /// For people.
  public var text: String { LotText.text(lot) }

  /// For programs.
  public var json: String { LotText.json(lot) }

  /// 0 accepted or nothing to judge, 1 rejected, 4 open.
  public var exitStatus: Int32 {
    guard !lot.meters.isEmpty else { return ExitStatus.passed }
    return switch lot.outcome {
    case .accepted: ExitStatus.passed
    case .rejected: ExitStatus.failed
    case .open: ExitStatus.inconclusive
    }
  }
}
