/// What the source and the loads give at one moment; the same in each of the phases.
struct Mains: Hashable, Sendable {
  /// From line to neutral, in V.
  var voltage: Double
  /// In each phase, in A. The loads are resistances, so it is in phase with the voltage.
  var current: Double
  /// In Hz.
  var frequency: Double
  /// 1 or 3.
  var phases: Int

  /// The power of all phases in W: P = U²/R for each phase, written as U·I.
  var power: Double { voltage * current * Double(phases) }

  /// Nothing is connected.
  static let off = Mains(voltage: 0, current: 0, frequency: 0, phases: 3)
}
