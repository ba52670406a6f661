import Benches
import MeterProfiles
import Pulses
import Quantities
import Rig
import Scenarios
import Verdicts

/// Looks at voltages and frequency, as the reference meter shows them, while gates are open.
final class SourceWatch: Sendable {
  private struct Watched: Sendable {
    var name: String
    var nominal: Double
    var allowed: Double
    var dimension: Dimension
  }

  private struct Sample {
    var at: Instant
    var name: String
    var value: Double
  }

  private let meter: ReferenceMeter
  private let watched: [Watched]
  private let samples = Locked<[Sample]>([])

  /// - Parameter conditions: what must hold.
  init(_ conditions: SourceConditions, meter: ReferenceMeter, bench: Bench) {
    self.meter = meter
    var watched: [Watched] = []
    if let source = bench.source {
      if let tolerance = conditions.voltage {
        let nominal = source.voltage.nominal.base
        for phase in 1...max(1, source.phases) {
          watched.append(
            Watched(
              name: "voltage-l\(phase)",
              nominal: nominal,
              allowed: tolerance.halfWidth(around: nominal),
              dimension: .voltage
            )
          )
        }
      }
      if let tolerance = conditions.frequency {
        let nominal = source.frequency.nominal.base
        watched.append(
          Watched(
            name: "frequency",
            nominal: nominal,
            allowed: tolerance.halfWidth(around: nominal),
            dimension: .frequency
          )
        )
      }
    }
    self.watched = watched
  }

  /// Reads what is watched.
  func look(at now: Instant) async {
    for item in watched {
      guard let found = try? await meter.read(item.name) else { continue }
      samples.withLock {
        $0.append(Sample(at: now, name: item.name, value: found.value))
        // An hour of the newest is more than a gate needs that is judged by them.
        if $0.count > 20_000 { $0.removeFirst(10_000) }
      }
    }
  }

  /// What was not as it must be during a gate, or was not seen.
  func faults(in gate: Gate) -> [String] {
    samples.withLock { samples in
      watched.compactMap { item in
        let seen = samples.filter {
          $0.name == item.name && $0.at >= gate.opened && $0.at <= gate.closed
        }
        guard !seen.isEmpty else {
          return "\(item.name) was not seen while the gate was open; make it longer"
        }
        guard
          let worst = seen.max(by: {
            abs($0.value - item.nominal) < abs($1.value - item.nominal)
          }), !(abs(worst.value - item.nominal) <= item.allowed)
        else { return nil }
        func text(_ value: Double) -> String { Measurement.text(value, item.dimension, digits: 5) }
        return
          "\(item.name) was \(text(worst.value)) while the gate was open; it must be \(text(item.nominal)) ± \(text(item.allowed))"
      }
    }
  }
}
