import Markup
import Quantities
import Verdicts

/// What a finding rests on, in words; the same in every report.
extension Finding {
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

  /// The margin in a handy unit, and whether it is marginal.
  var marginText: String? {
    guard let margin, let dimension else { return nil }
    let text = Measurement.text(margin, dimension, digits: 3)
    return isMarginal ? "\(text), marginal" : text
  }

  /// Everything that decided, a label and a text each.
  var basis: [(label: String, text: String)] {
    var lines: [(String, String)] = [("value", measurement?.text ?? "not measured")]
    if let uncertaintyText { lines.append(("uncertainty", uncertaintyText)) }
    lines.append((judgesText ? "expected" : "limits", limitsText))
    if let marginText { lines.append(("margin", marginText)) }
    if !judgesText { lines.append(("decision", rule.decision.description)) }
    if let budget { lines += budget.ranked.map { ("part of u", $0.text(dimension ?? .ratio)) } }
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

extension UncertaintyBudget.Component {
  /// `0.05774 % reference accuracy (B, rectangular)`.
  func text(_ dimension: Dimension) -> String {
    let freedom =
      degreesOfFreedom.map { ", \(Decimal.text($0, digits: 3)) degrees of freedom" } ?? ""
    return
      "\(Measurement.text(contribution, dimension, digits: 3)) \(name) (\(evaluation.rawValue), \(distribution.rawValue)\(freedom))"
  }
}
