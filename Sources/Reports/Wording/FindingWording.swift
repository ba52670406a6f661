import Markup
import Quantities
import Verdicts

/// What a finding rests on, in words; the same in every report.
extension Finding {
  /// The distance from the value to the nearer limit, in the base unit of the limits: positive
  /// within them, negative beyond; nil where nothing finite was compared.
  var margin: Double? {
    guard let value = measurement?.number, value.isFinite else { return nil }
    let distances = [lower.map { value - $0 }, upper.map { $0 - value }].compactMap { $0 }
    return distances.min().flatMap { $0.isFinite ? $0 : nil }
  }

  /// The dimension of a measured number.
  var dimension: Dimension? {
    if case .number(_, let dimension) = measurement?.value { dimension } else { nil }
  }

  /// The limits that applied, or would apply; or the texts that are allowed.
  var limitsText: String {
    switch rule.criterion {
    case .within(let lower, let upper, let dimension):
      Rule.text(lower: lower, upper: upper, dimension)
    case .around(_, _, _, let dimension):
      lower == nil && upper == nil ? rule.text : Rule.text(lower: lower, upper: upper, dimension)
    case .text(let allowed):
      allowed.map { "'\($0)'" }.joined(separator: " or ")
    }
  }

  private var judgesText: Bool {
    if case .text = rule.criterion { true } else { false }
  }

  /// The expanded uncertainty with its coverage factor; nil where there is no number.
  var uncertaintyText: String? {
    guard let measurement, let dimension else { return nil }
    guard let expanded = uncertainty ?? measurement.expandedUncertainty else { return "not known" }
    let factor = measurement.coverageFactor.map { " (k = \(Decimal.text($0, digits: 3)))" } ?? ""
    return Measurement.text(expanded, dimension, digits: 3) + factor
  }

  /// The margin in a handy unit.
  var marginText: String? {
    guard let margin, let dimension else { return nil }
    return Measurement.text(margin, dimension, digits: 3)
  }

  /// Everything that decided, a label and a text each.
  var basis: [(label: String, text: String)] {
    var lines: [(String, String)] = [("value", measurement?.text ?? "not measured")]
    if let uncertaintyText { lines.append(("uncertainty", uncertaintyText)) }
    lines.append((judgesText ? "expected" : "limits", limitsText))
    if let marginText { lines.append(("margin", marginText)) }
    if !judgesText { lines.append(("decision", rule.decision.description)) }
    lines.append(("rule", rule.text))
    lines.append(("declared at", rule.origin.text))
    if let remark = measurement?.remark { lines.append(("evidence", remark)) }
    return lines
  }
}

extension Rule.Origin {
  /// `file:line:column`, as editors understand it.
  var text: String { "\(file):\(line):\(column)" }
}
