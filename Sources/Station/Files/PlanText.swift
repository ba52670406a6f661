import Benches
import MeterProfiles
public import Planning
import Quantities
import Scenarios
import Verdicts

/// A plan as people and programs read it.
public enum PlanText {
  /// What will happen, step by step.
  public static func table(_ plan: Plan) -> String {
    var lines = [
      "\(plan.scenario.name) on \(plan.bench.name)\(plan.bench.twin == nil ? "" : " (a twin: nothing here is real)")"
    ]
    lines.append("")
    for planned in plan.positions {
      let position = planned.position
      let place = "\(position.profile), bus \(position.bus), address \(position.address)"
      lines.append(
        "  \(position.name)  \(planned.notApplicable.map { "takes no part: \($0)" } ?? place)"
      )
    }
    lines.append("")
    let steps = plan.steps.map { ($0, "") } + plan.finally.map { ($0, "finally  ") }
    let width = steps.map { $0.1.count + $0.0.step.id.count }.max() ?? 0
    for (index, (step, prefix)) in steps.enumerated() {
      let name = (prefix + step.step.id).padded(to: width)
      let time = duration(step.predictedDuration).padded(to: 8, left: true)
      lines.append(
        "\("\(index + 1)".padded(to: 3, left: true))  \(name)  \(time)  \(details(step))"
      )
      let indent = String(repeating: " ", count: 5)
      lines += step.predictions.map { indent + "\($0.rule): \(text($0, of: step))" }
    }
    lines.append("")
    lines.append("about \(duration(plan.predictedDuration)) in all")
    for warning in plan.warnings { lines.append("note: \(warning)") }
    return lines.joined(separator: "\n")
  }

  /// The plan as JSON.
  public static func json(_ plan: Plan) -> String {
    func entry(_ step: PlannedStep, _ isFinally: Bool) -> StepEntry {
      StepEntry(
        id: step.step.id,
        verb: step.step.action.verb,
        finally: isFinally,
        seconds: step.predictedDuration.inSeconds,
        timeoutSeconds: step.timeout.inSeconds,
        rules: step.step.rules.map { RuleEntry(id: $0.id, text: $0.text, line: $0.origin.line) },
        constant: step.pulses?.output.constant.description,
        expectedRate: step.pulses?.rate,
        expectedPeriods: step.pulses?.periods,
        predictions: step.predictions.map {
          PredictionEntry(
            rule: $0.rule,
            unit: $0.dimension.baseUnit.symbol,
            limit: $0.limit,
            expandedUncertainty: $0.expanded,
            leastUncertainty: $0.span?.lowerBound,
            greatestUncertainty: $0.span?.upperBound,
            testUncertaintyRatio: $0.testUncertaintyRatio,
            acceptance: $0.acceptance,
            recommendedPeriods: $0.recommended?.periods,
            recommendedSeconds: $0.recommended?.length.inSeconds
          )
        }
      )
    }
    return JSON.text(
      PlanEntry(
        scenario: plan.scenario.name,
        bench: plan.bench.name,
        twin: plan.bench.twin != nil,
        seconds: plan.predictedDuration.inSeconds,
        positions: plan.positions.map {
          PositionEntry(
            name: $0.position.name,
            profile: $0.position.profile,
            bus: $0.position.bus,
            address: $0.position.address,
            notApplicable: $0.notApplicable
          )
        },
        steps: plan.steps.map { entry($0, false) } + plan.finally.map { entry($0, true) },
        warnings: plan.warnings
      )
    )
  }

  private struct PlanEntry: Encodable {
    var scenario: String
    var bench: String
    var twin: Bool
    var seconds: Double
    var positions: [PositionEntry]
    var steps: [StepEntry]
    var warnings: [String]
  }

  private struct PositionEntry: Encodable {
    var name: String
    var profile: String
    var bus: String
    var address: UInt8
    var notApplicable: String?
  }

  private struct StepEntry: Encodable {
    var id: String
    var verb: String
    var finally: Bool
    var seconds: Double
    var timeoutSeconds: Double
    var rules: [RuleEntry]
    var constant: String?
    var expectedRate: Double?
    var expectedPeriods: Int?
    var predictions: [PredictionEntry]
  }

  private struct PredictionEntry: Encodable {
    var rule: String
    /// The unit of the limit and the uncertainty.
    var unit: String
    var limit: Double
    var expandedUncertainty: Double
    /// Where the gate falls best between two updates of a register, and where it falls worst.
    var leastUncertainty: Double?
    var greatestUncertainty: Double?
    var testUncertaintyRatio: Double
    /// How far from the middle of its limits a value may be and pass.
    var acceptance: Double
    var recommendedPeriods: Int?
    var recommendedSeconds: Double?
  }

  private struct RuleEntry: Encodable {
    var id: String
    var text: String
    var line: Int
  }

  private static func text(_ prediction: Prediction, of step: PlannedStep) -> String {
    func value(_ number: Double) -> String {
      Measurement.text(number, prediction.dimension, digits: 3)
    }
    let span =
      prediction.span.map {
        " (\(value($0.lowerBound)) to \(value($0.upperBound)), as the gate falls between two updates)"
      } ?? ""
    // With two thirds of the limit there is room enough for most meters.
    let accepted =
      prediction.acceptance < prediction.limit * 2 / 3
      ? ", accepts up to \(value(prediction.acceptance))" : ""
    let uncertainty =
      "U about \(value(prediction.expanded))\(span) against ± \(value(prediction.limit)), ratio \(Decimal.text(prediction.testUncertaintyRatio, digits: 3))\(accepted)"
    guard step.pulses != nil, !["repeatability", "standard-deviation"].contains(prediction.rule)
    else { return uncertainty }
    let gate = prediction.recommended.map {
      "U is a third of the limit from \($0.periods) \($0.periods == 1 ? "pulse" : "pulses") on (\(duration($0.length)))"
    }
    return "\(uncertainty); \(gate ?? "no gate of a day brings U to a third of the limit")"
  }

  private static func details(_ step: PlannedStep) -> String {
    var parts: [String] = []
    if let pulses = step.pulses {
      parts.append("\(pulses.output.constant)")
      if let rate = pulses.rate {
        parts.append("\(Quantity(rate, .impulsesPerSecond).rounded)")
        parts.append("\(pulses.periods) periods")
      }
    }
    if !step.step.rules.isEmpty {
      parts.append(step.step.rules.map(\.text).joined(separator: "; "))
    }
    return parts.joined(separator: ", ")
  }

  /// A duration as people read it.
  public static func duration(_ duration: Duration) -> String {
    let seconds = duration.inSeconds
    if seconds < 1 { return Quantity(Decimal.round(seconds * 1000), .millisecond).description }
    if seconds < 120 { return Quantity(Decimal.round(seconds * 10) / 10, .second).description }
    let minutes = Int(seconds) / 60
    return minutes < 120
      ? "\(minutes) min \(Int(seconds) % 60) s" : "\(minutes / 60) h \(minutes % 60) min"
  }
}

extension Quantity {
  /// With four significant digits.
  var rounded: String { "\(Decimal.text(value, digits: 4)) \(unit)" }
}

extension Decimal {
  static func round(_ value: Double) -> Double { value.rounded() }
}

extension String {
  /// Filled with blanks to a width, on the right or on the left.
  func padded(to width: Int, left: Bool = false) -> String {
    let fill = String(repeating: " ", count: max(0, width - count))
    return left ? fill + self : self + fill
  }
}
