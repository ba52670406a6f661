public import Pulses
public import Quantities
import Verdicts

/// One phase of a load that is declared instead of measured.
public struct DeclaredPhase: Hashable, Sendable {
  /// The phase's name, such as `L1`.
  public var name: String
  /// The resistance and its tolerance.
  public var resistance: ToleratedQuantity
  /// The voltage across it, measured or bounded, and the tolerance that it keeps during the gate.
  public var voltage: ToleratedQuantity

  /// One phase of a declared load.
  public init(name: String, resistance: ToleratedQuantity, voltage: ToleratedQuantity) {
    self.name = name
    self.resistance = resistance
    self.voltage = voltage
  }
}

extension ReferenceEnergy {
  /// The energy during a gate of a resistive load: the sum of U²/R over its phases, times the time.
  ///
  /// Each phase gives a rectangular component weighted by its share of the power, the relative
  /// tolerance of its resistance. The voltages of all phases come from one source and may be off
  /// together, so their tolerances add up linearly, with the sensitivity 2 because power follows U²
  /// (JCGM 100:2008, clauses 4.3.7, 5.1.6 and 5.2.2 with r = 1).
  ///
  /// - Parameters:
  ///   - gate: The gate.
  ///   - phases: The phases that carry the load; at least one.
  ///   - clockRate: The limit of the host clock's rate in parts per million.
  ///   - quality: A calibration of the load, where there is one.
  /// - Throws: ``MetrologyError/missingTolerance(_:)`` where a resistance or a voltage has none.
  public static func fromDeclaredLoad(
    over gate: Gate,
    phases: [DeclaredPhase],
    clockRate: Double,
    quality: ReferenceQuality
  ) throws(MetrologyError) -> ReferenceEnergy {
    guard gate.closed > gate.opened else { throw .emptyGate }
    var powers: [PhasePower] = []
    for phase in phases { powers.append(try PhasePower(phase)) }
    let total = powers.reduce(0) { $0 + $1.nominal }
    let power = try positive(total, "the declared power")
    let hours = gate.duration.inSeconds / 3600
    return try ReferenceEnergy(
      value: power * hours,
      lower: powers.reduce(0) { $0 + $1.least } * hours,
      upper: powers.reduce(0) { $0 + $1.most } * hours,
      components: quality.components + powers.map { $0.resistancePart(of: power) } + [
        .rectangular(
          "voltage of the source",
          halfWidth: powers.reduce(0) { $0 + $1.voltage * $1.nominal } / power,
          sensitivity: 2
        ),
        .hostClockRate(partsPerMillion: clockRate),
      ]
    )
  }
}

private struct PhasePower {
  var name: String
  var nominal: Double
  var least: Double
  var most: Double
  var resistance: Double
  var voltage: Double

  init(_ phase: DeclaredPhase) throws(MetrologyError) {
    name = phase.name
    let ohms = try positive(phase.resistance.nominal.base, "the resistance of \(name)")
    let volts = try positive(phase.voltage.nominal.base, "the voltage of \(name)")
    guard phase.resistance.tolerance != nil else {
      throw .missingTolerance("the resistance of \(name)")
    }
    guard phase.voltage.tolerance != nil else { throw .missingTolerance("the voltage of \(name)") }
    resistance = abs(try finite(phase.resistance.halfWidth, "the tolerance of \(name)")) / ohms
    voltage = abs(try finite(phase.voltage.halfWidth, "the tolerance of \(name)")) / volts
    guard resistance < 1 else {
      throw .notPositive("the least resistance of \(name)", value: ohms * (1 - resistance))
    }
    nominal = volts * volts / ohms
    let low = max(0, 1 - voltage)
    least = nominal * low * low / (1 + resistance)
    most = nominal * (1 + voltage) * (1 + voltage) / (1 - resistance)
  }

  func resistancePart(of total: Double) -> UncertaintyBudget.Component {
    .rectangular(
      "resistance of \(name)",
      halfWidth: resistance,
      sensitivity: -nominal / total,
      isSystematic: true
    )
  }
}
