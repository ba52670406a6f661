import Planning
import Quantities
import Scenarios
import Verdicts

/// What the engine has to know of a step before it runs it.
extension PlannedStep {
  /// Whether it asks the meter or watches it.
  var talks: Bool {
    switch step.action {
    case .apply, .wait, .ask: false
    default: true
    }
  }

  /// Whether one meter alone has supply at a time.
  var wakesOneByOne: Bool {
    switch step.action {
    case .assignAddress, .shippingSettings: true
    default: false
    }
  }

  /// Whether anything that it finds rests on the reference.
  var needsReference: Bool {
    if reliedOnLoad != nil || restsOnCertificate { return true }
    return switch step.action {
    case .read(let read): !read.compared.isEmpty
    case .countPulses(let count): count.needsReference
    case .remeasure, .startingCurrent: true
    case .demand: demand?.watchesReference ?? false
    default: false
    }
  }

  /// Whether the rate of the host's clock may be in what its rules rest on: where pulses are timed, and where a
  /// reference is used at all, for its pulses become a power by that clock.
  var needsClockRate: Bool {
    needsReference
      || step.rules.contains { rule in
        switch rule.criterion {
        case .within(_, _, let dimension), .around(_, _, _, let dimension):
          dimension == .time || dimension == .pulseRate
        case .text: false
        }
      }
  }
}
