import MeterProfiles
import Metrology
import Modbus
import Pulses
import Quantities

/// What a reference's energy register tells during a step.
struct ReferenceRegister {
  private let quantity: MeasuredQuantity
  /// How it comes by its values; nil where the profile does not say.
  private let moments: ReadingMoments?
  private var window: ReadingWindow
  private var watch: RegisterWatch

  /// - Parameters:
  ///   - quantity: the energy that it counts.
  ///   - moments: how it comes by its values.
  ///   - expectedPower: the power that is planned, in W, var or VA; nil where nobody knows.
  init(_ quantity: MeasuredQuantity, _ moments: ReadingMoments?, expectedPower: Double?) {
    self.quantity = quantity
    self.moments = moments
    // Two steps of the register, and time for others' turns on its bus.
    let step = (moments?.updateInterval ?? .zero) + (moments?.latency ?? .zero)
    window = ReadingWindow(margin: step * 2 + .seconds(3))
    watch = RegisterWatch(timing: Self.timing(moments, step: 0), power: expectedPower)
  }

  private static func timing(_ moments: ReadingMoments?, step: Double) -> RegisterTiming {
    RegisterTiming(
      updateInterval: moments?.updateInterval,
      latency: moments?.latency ?? .zero,
      step: step
    )
  }

  /// Whether it was read.
  var isKnown: Bool { window.last != nil }

  /// Takes a reading, in the base unit.
  ///
  /// - Throws: where no register that works would show it.
  mutating func add(_ energy: Double, _ exchange: Exchange) throws(MetrologyError) {
    guard let sent = exchange.sentAt, let began = exchange.firstByteAt else { return }
    let reading = RegisterReading(
      energy: energy,
      requestSent: Instant(sinceOrigin: sent),
      replyBegan: Instant(sinceOrigin: began)
    )
    window.add(reading)
    try watch.add(reading, step: quantity.step(at: energy))
  }

  /// Keeps what was and will be read around the opening of a gate.
  mutating func keep(around opening: Instant) { window.keep(around: opening) }

  /// When enough was read to place the end of a gate.
  func settles(_ gate: Gate) -> Instant { gate.closed + (moments?.reach ?? .zero) }

  /// The energy over a gate.
  func energy(
    over gate: Gate,
    _ edges: GateEdges,
    _ quality: ReferenceQuality
  ) throws(MetrologyError) -> ReferenceEnergy {
    try .fromRegisters(
      over: gate,
      readings: window.readings,
      timing: Self.timing(moments, step: step),
      quality: quality,
      edges: edges
    )
  }

  /// The energy in Wh that came from one moment to another; nil where it cannot tell.
  func energyDue(from start: Instant, to end: Instant) -> EnergyDue? {
    window.energyDue(from: start, to: end, Self.timing(moments, step: step))
  }

  /// The step in which it shows its energy, in Wh.
  var step: Double { quantity.step(at: window.last?.energy ?? 0) }
}
