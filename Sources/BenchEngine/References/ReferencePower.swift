import MeterProfiles
import Metrology
import Modbus
import Pulses
import Quantities

/// What a reference's readings of a power tell during a step.
struct ReferencePower {
  private let quantity: MeasuredQuantity
  private let moments: ReadingMoments
  /// What is exported counts below zero, and its energy up.
  private let sign: Double
  private var readings: [PowerReading] = []
  private var watch: PowerWatch
  private var steadiness = Steadiness()

  /// - Parameters:
  ///   - quantity: the power that it measures.
  ///   - moments: how it comes by its values.
  ///   - isExport: whether the energy is what flows out.
  init(_ quantity: MeasuredQuantity, _ moments: ReadingMoments, isExport: Bool) {
    self.quantity = quantity
    self.moments = moments
    sign = isExport ? -1 : 1
    watch = PowerWatch(updateInterval: moments.updateInterval)
  }

  /// Whether it was read.
  var isKnown: Bool { !readings.isEmpty }

  /// Takes a reading, in the base unit.
  ///
  /// - Throws: where it is no number, or no longer measured.
  mutating func add(_ power: Double, _ exchange: Exchange) throws(MetrologyError) {
    guard let sent = exchange.sentAt, let began = exchange.firstByteAt else { return }
    let earliest = Instant(sinceOrigin: sent) - moments.updateInterval - moments.latency
    let half = Instant(sinceOrigin: began).duration(since: earliest) / 2
    let reading = PowerReading(power: sign * power, moment: earliest + half, halfWidth: half)
    // The register is read more often than it is renewed; what it still shows is no second measurement.
    if let last = readings.last, last.power == reading.power,
      reading.moment < last.moment + moments.updateInterval
    {
      steadiness.add(power: reading.power, at: Instant(sinceOrigin: began))
      return try watch.add(reading, step: quantity.step(at: power))
    }
    readings.append(reading)
    steadiness.add(power: reading.power, at: Instant(sinceOrigin: began))
    try watch.add(reading, step: quantity.step(at: power))
  }

  /// What lies between two readings that are further apart is not known. A value that is repeated is taken once an
  /// update.
  private var longestGap: Duration { max(.seconds(5), moments.updateInterval * 2) }

  /// The energy over a gate.
  ///
  /// - Parameter clockRate: the limit of the host clock's rate in parts per million.
  func energy(
    over gate: Gate,
    clockRate: Double,
    _ quality: ReferenceQuality
  ) throws(MetrologyError) -> ReferenceEnergy {
    try .fromPower(
      over: gate,
      readings: readings,
      longestGap: longestGap,
      clockRate: clockRate,
      quality: quality
    )
  }

  /// The energy in Wh that came from one moment to another; nil where it cannot tell.
  func energyDue(from start: Instant, to end: Instant) -> EnergyDue? {
    // Where its moment may lie outside, it may be of another power.
    let within = readings.filter {
      $0.moment - $0.halfWidth >= start && $0.moment + $0.halfWidth <= end
    }
    guard var before = within.first else { return nil }
    var (time, energy) = (start, 0.0)
    for reading in within {
      let next = reading.moment - reading.halfWidth
      let between = next.duration(since: time)
      if between <= longestGap {
        energy += max(0, min(before.power, reading.power)) * between.inSeconds
      }
      (before, time) = (reading, next)
    }
    // After its newest reading nobody knows of any power.
    return EnergyDue(least: energy / 3600, unseen: 0)
  }

  /// How far the power left its mean during a gate; nil where there are too few readings.
  func spread(in gate: Gate) -> Double? { steadiness.spread(in: gate) }

  /// The power since the step began, in W, var or VA.
  var seen: PowerSeen { steadiness.range.map { .between($0) } ?? .notYet }
}
