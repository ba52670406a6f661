import Quantities
import ResultStore

/// The name of a run.
enum RunIdentity {
  /// A twin's run is named by its inputs alone, so that equal inputs give equal records.
  static func twin(_ inputs: [String]) -> String { "twin-" + hash(inputs) }

  /// A real run is named by its moment and its inputs.
  static func host(_ inputs: [String], millisecondsSinceEpoch: Int64) -> String {
    let time = UTC.text(millisecondsSinceEpoch: millisecondsSinceEpoch)
      .replacing("-", with: "").replacing(":", with: "").prefix(15)
    return "\(time)Z-" + hash(inputs + ["\(millisecondsSinceEpoch)"]).prefix(8)
  }

  /// Of the inputs, each with its length before it.
  private static func hash(_ inputs: [String]) -> String {
    var fingerprint = Fingerprint()
    for input in inputs {
      fingerprint.take("\(input.utf8.count):".utf8)
      fingerprint.take(input.utf8)
    }
    return fingerprint.text
  }
}
