import Judging
import RunRecord
import Verdicts

extension JudgedPosition {
  /// What the meter told of itself under a name; nil where it did not.
  func told(_ name: String) -> String? { identity.first { $0.name == name }?.text }

  /// The serial number that the run was told, where the meter did not tell its own: evidence of a meter that
  /// never answered has a name as well. Nil where the meter told it, or nobody did.
  var expectedSerialNumber: String? {
    told("serial-number") == nil ? position.expected?.serialNumber.text : nil
  }

  /// What the meter said of itself, and which one it was to be where it did not say that.
  var aboutMeter: [String] {
    identity.map { "\($0.name) \($0.text)" }
      + (expectedSerialNumber.map { ["serial-number \($0) expected"] } ?? [])
  }
}
