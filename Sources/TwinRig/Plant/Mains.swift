/// What the source and the loads give at one moment.
struct Mains: Hashable, Sendable {
  /// L1, L2 and L3; L1 alone where the source has one phase.
  var phases: [Phase]
  /// In Hz.
  var frequency: Double

  /// One phase.
  struct Phase: Hashable, Sendable {
    /// From line to neutral, in V.
    var voltage: Double
    /// In A.
    var current: Double
    /// The cosine and the sine of the angle by which the current lags the voltage; both are negative
    /// where energy is exported.
    var cosine = 1.0
    var sine = 0.0

    var activePower: Double { voltage * current * cosine }
    var reactivePower: Double { voltage * current * sine }
    var apparentPower: Double { voltage * current }

    static let off = Phase(voltage: 0, current: 0)
  }

  /// Whether any phase has voltage.
  var isEnergised: Bool { phases.contains { $0.voltage > 0 } }

  var activePower: Double { phases.reduce(0) { $0 + $1.activePower } }
  var reactivePower: Double { phases.reduce(0) { $0 + $1.reactivePower } }
  /// The arithmetic sum.
  var apparentPower: Double { phases.reduce(0) { $0 + $1.apparentPower } }

  /// The current in the neutral conductor: the sum of the phases' currents, each 120° after the one
  /// before it.
  var neutralCurrent: Double {
    let turn: [(cosine: Double, sine: Double)] = [
      (1, 0), (-0.5, -Self.sine120), (-0.5, Self.sine120),
    ]
    var (real, imaginary) = (0.0, 0.0)
    for (phase, turn) in zip(phases, turn) {
      real += phase.current * (turn.cosine * phase.cosine + turn.sine * phase.sine)
      imaginary += phase.current * (turn.sine * phase.cosine - turn.cosine * phase.sine)
    }
    let size = (real * real + imaginary * imaginary).squareRoot()
    // Equal currents leave nothing but rounding.
    return size < 1e-9 ? 0 : size
  }

  /// The voltage between two phases, 120° apart.
  func lineVoltage(_ first: Int, _ second: Int) -> Double {
    guard phases.indices.contains(first), phases.indices.contains(second) else { return 0 }
    let (a, b) = (phases[first].voltage, phases[second].voltage)
    return (a * a + b * b + a * b).squareRoot()
  }

  private static let sine120 = 0.75.squareRoot()

  /// Nothing is connected.
  static let off = Mains(phases: [.off, .off, .off], frequency: 0)
}
