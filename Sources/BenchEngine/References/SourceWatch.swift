import Benches
import Pulses
import Quantities
import Scenarios
import Verdicts

/// What the reference meter shows of voltages and frequency while gates are open. Its memory is constant.
///
/// What leaves its limits once stays in every gate of the step that is still open then or opens later.
struct SourceWatch {
  private struct Watched {
    var name: String
    var nominal: ToleratedQuantity
    /// The value that was farthest from its nominal one.
    var worst: Double?
    /// When it was read, the newest last.
    var looks: [Instant] = []
    /// How many readings failed.
    var failed = 0
  }

  private var watched: [Watched] = []
  private static let kept = 4096

  /// - Parameters:
  ///   - conditions: what must hold.
  ///   - source: the source that they compare with.
  init(_ conditions: SourceConditions, _ source: Source) {
    if let tolerance = conditions.voltage {
      for phase in 1...max(1, source.phases) {
        let nominal = ToleratedQuantity(source.voltage.nominal, tolerance)
        watched.append(Watched(name: "voltage-l\(phase)", nominal: nominal))
      }
    }
    if let tolerance = conditions.frequency {
      let nominal = ToleratedQuantity(source.frequency.nominal, tolerance)
      watched.append(Watched(name: "frequency", nominal: nominal))
    }
  }

  /// The quantities to read of the reference meter.
  var names: [String] { watched.map(\.name) }

  /// Takes a reading; nil where it failed.
  mutating func add(_ name: String, _ value: Double?, at now: Instant) {
    guard let index = watched.firstIndex(where: { $0.name == name }) else { return }
    guard let value, value.isFinite else {
      watched[index].failed += 1
      return
    }
    let nominal = watched[index].nominal.nominal.base
    if abs(value - nominal) >= abs((watched[index].worst ?? nominal) - nominal) {
      watched[index].worst = value
    }
    watched[index].looks.append(now)
    if watched[index].looks.count > Self.kept { watched[index].looks.removeFirst(Self.kept / 2) }
  }

  /// What was not as it must be during a gate, or was not seen.
  func faults(in gate: Gate) -> [String] {
    watched.compactMap { item in
      func text(_ value: Double) -> String {
        Measurement.text(value, item.nominal.nominal.dimension, digits: 5)
      }
      let (nominal, allowed) = (item.nominal.nominal.base, item.nominal.halfWidth)
      guard let worst = item.worst, item.looks.contains(where: { gate.holds($0) }) else {
        let failed = item.failed == 0 ? "" : "; \(item.failed) readings of it failed"
        return "\(item.name) was not seen while the gate was open; make it longer\(failed)"
      }
      guard abs(worst - nominal) > allowed else { return nil }
      return
        "\(item.name) was \(text(worst)) during the step; it must be \(text(nominal)) ± \(text(allowed))"
    }
  }
}

extension Gate {
  fileprivate func holds(_ moment: Instant) -> Bool { opened <= moment && moment <= closed }
}
