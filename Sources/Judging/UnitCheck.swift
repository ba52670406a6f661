import RunRecord
import Verdicts

/// Which meter a position holds, by what it says of itself.
struct UnitCheck: Sendable {
  /// A serial number that a meter reported.
  private struct Report: Hashable {
    var position: String
    var step: String
    var number: SerialNumber
  }

  /// What is compared, in the words of profiles and scenarios.
  private static let measurement = "serial-number"
  private static let ruleID = "expected-serial-number"

  private var reports: [Report] = []

  /// Takes what a step of a verb measured.
  mutating func take(_ measured: Measured, verb: String?) {
    guard verb == "identify", measured.measurement.id == Self.measurement,
      case .text(let text) = measured.measurement.value
    else { return }
    reports.append(
      Report(position: measured.position, step: measured.step, number: SerialNumber(text))
    )
  }

  /// The rule that a step owes for a position of which it is known which meter it holds; nil where the step
  /// owes none.
  static func rule(of step: RecordedPlan.Step, for position: RecordedPlan.Position) -> Rule? {
    guard step.identifiesUnit == true, let expected = position.expected else { return nil }
    return Rule(
      id: ruleID,
      measurement: measurement,
      criterion: .text(oneOf: [expected.serialNumber.text]),
      decision: .standard,
      text: "serial-number is \(expected.serialNumber), as expected in \(position.name)",
      origin: step.origin
    )
  }

  /// What the step's measurements say of the expected meter.
  ///
  /// Another number is an error: the wrong meter in the socket, the wrong label scanned, a crossed bus.
  static func finding(
    _ rule: Rule,
    in measurements: [Measurement],
    expected: ExpectedUnit,
    among positions: [RecordedPlan.Position]
  ) -> Finding {
    let reported = measurements.filter { $0.id == measurement }
    guard !reported.isEmpty else { return rule.finding(in: []) }
    for measured in reported {
      guard case .text(let text) = measured.value else { return rule.finding(in: [measured]) }
      let number = SerialNumber(text)
      guard number != expected.serialNumber || number.isUnset else { continue }
      let owner = positions.first { $0.expected?.serialNumber == number }?.name
      let place = owner.map { ", which was to be in \($0)" } ?? ""
      return Finding(
        rule: rule,
        verdict: .error,
        reason: Reason(
          .wrongUnit,
          "the meter reports serial number \(text)\(place), and \(expected.serialNumber) was to be here; look at the label, then whether this socket's bus and address lead to this socket"
        ),
        measurement: measured
      )
    }
    return Finding(rule: rule, verdict: .passed, reason: nil, measurement: reported.last)
  }

  /// What keeps a position, or one of its steps, from telling one meter from another; nil where nothing does. A
  /// number that was never set tells nothing, and no two meters apart.
  func remark(on position: String, step: String? = nil) -> Remark? {
    for report in reports
    where report.position == position && step ?? report.step == report.step
      && !report.number.isUnset
    {
      if let other = reports.first(where: {
        $0.position != position && $0.number == report.number
      }) {
        return Remark(
          .error,
          .wrongUnit,
          "\(position) and \(other.position) report the same serial number \(report.number): one socket's meter answers for the other, or two meters were given one number",
          part: "position \(position)"
        )
      }
      if let other = reports.first(where: {
        $0.position == position && $0.number != report.number
      }) {
        let numbers = [report.number, other.number].map(\.text).joined(separator: " and ")
        return Remark(
          .error,
          .wrongUnit,
          "the meter of this position reported serial numbers \(numbers) in one run: it was exchanged, or another one answers",
          part: "position \(position)"
        )
      }
    }
    return nil
  }
}

extension Finding {
  /// What says that the meter of its step is another; nil where nothing does.
  var wrongUnit: Remark? {
    guard let reason, reason.kind == .wrongUnit else { return nil }
    return Remark(verdict, reason.kind, reason.text)
  }
}
