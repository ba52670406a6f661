public import Judging
import RunRecord
import Verdicts

/// What the process says to its caller; some readers of reports look at nothing else.
public enum ExitStatus {
  /// The run passed.
  public static let passed: Int32 = 0
  /// A meter broke a rule, and the bench was fit.
  public static let failed: Int32 = 1
  /// The bench, the record or the tool failed.
  public static let benchError: Int32 = 3
  /// Nothing failed, and not everything is proven.
  public static let inconclusive: Int32 = 4

  /// The status of a judged run.
  ///
  /// The root's verdict decides: an error outranks failed rules here, while the reports list both.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - signal: the number of the signal that stopped it, where one did. A run that ended
  ///     interrupted, with its outputs safe, answers 128 + `signal`, as shells expect; where the
  ///     outputs are not known to be safe, that is the more important thing to say.
  public static func of(_ run: JudgedRun, signal: Int32? = nil) -> Int32 {
    if let signal, signal > 0, signal < 128, let end = run.end, end.how == .interrupted,
      end.outputsSafe
    {
      return 128 + signal
    }
    return switch run.verdict {
    case .passed: passed
    case .failed: failed
    case .error: benchError
    case .inconclusive, .skipped, .notApplicable: inconclusive
    }
  }
}
