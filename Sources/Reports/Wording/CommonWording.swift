import Quantities
import RunRecord
import Verdicts

extension Verdict {
  /// The word that stands out.
  var word: String {
    switch self {
    case .passed: "PASS"
    case .failed: "FAIL"
    case .inconclusive: "INCONCLUSIVE"
    case .error: "ERROR"
    case .skipped: "SKIPPED"
    case .notApplicable: "N/A"
    }
  }
}

extension Note {
  var line: String {
    [position, step, text].compactMap { $0 }.joined(separator: ": ")
  }
}

extension Duration {
  /// `850 ms`, `12.3 s`, `3 min 12 s`, `2 h 5 min`.
  var words: String {
    let seconds = inSeconds
    if seconds < 60 {
      return Quantity(base: (seconds * 1000).rounded() / 1000, .time).readable.description
    }
    let whole = Int64(min(seconds.rounded(), 9e15))
    return whole < 3600
      ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
  }
}
