import Benches
import MeterProfiles
import Quantities

/// What a meter's registers show.
extension TwinMeterModel {
  /// The value of a quantity at a moment of latching, in the base unit of its dimension.
  func value(_ measurand: Measurand, latchedAt moment: Instant) -> Double {
    let piece = history.piece(at: moment)
    let mains = piece.mains
    let phases = mains.phases
    if let phase = measurand.phase, !phases.indices.contains(phase) { return 0 }
    func over(_ value: (Mains.Phase) -> Double) -> [Double] {
      measurand.phase.map { [value(phases[$0])] } ?? phases.map(value)
    }
    func sum(_ value: (Mains.Phase) -> Double) -> Double { over(value).reduce(0, +) }
    func net(_ plus: Flow.Kind, _ minus: Flow.Kind) -> Double {
      piece.flow[.init(kind: plus, phase: measurand.phase)]
        - piece.flow[.init(kind: minus, phase: measurand.phase)]
    }
    switch measurand.kind {
    case .voltage: return sum(\.voltage)
    case .voltageAverage: return phases.count == 3 ? sum(\.voltage) / 3 : 0
    case .lineVoltage:
      let first = measurand.phase ?? 0
      return mains.lineVoltage(first, (first + 1) % 3)
    case .lineVoltageAverage:
      return (0..<3).reduce(0) { $0 + mains.lineVoltage($1, ($1 + 1) % 3) } / 3
    case .current: return sum(\.current)
    case .currentSum: return sum(\.current)
    case .currentAverage: return sum(\.current) / Double(max(1, phases.count))
    case .neutralCurrent: return mains.neutralCurrent
    case .activePower: return net(.activeImport, .activeExport) * noise(at: moment)
    case .reactivePower: return net(.reactiveImport, .reactiveExport) * noise(at: moment)
    case .apparentPower: return piece.flow[.init(kind: .apparent, phase: measurand.phase)]
    case .powerFactor, .displacementPowerFactor: return powerFactor(over, mains)
    case .powerFactorInverted: return -powerFactor(over, mains)
    case .phaseAngle:
      return Angle.degrees(
        sine: sum(\.reactivePower),
        cosine: sum(\.activePower)
      )
    case .frequency: return mains.isEnergised ? mains.frequency : 0
    case .activeEnergy, .activeEnergyImport, .activeEnergyExport, .reactiveEnergy,
      .reactiveEnergyImport, .reactiveEnergyExport, .apparentEnergy:
      return energy(measurand, at: moment)
    case .charge:
      return measurand.channels.reduce(0) {
        $0 + max(0, history.counted($1, at: moment) - countedAtReset[$1])
      }
    case .activePowerDemand, .activePowerImportDemand, .activePowerExportDemand,
      .reactivePowerDemand, .apparentPowerDemand, .currentDemand, .neutralCurrentDemand:
      let flow = measurand.isMaximum ? demand.largest : demand.means(at: moment, in: history)
      return measurand.channels.reduce(0) { $0 + flow[$1] }
    case .demandTime: return demand.filled(at: moment).inSeconds
    case .voltageSequence: return phases.count == 3 && mains.isEnergised ? sequence : 0
    case .currentSequence:
      return phases.count == 3 && phases.allSatisfy { $0.current > 0 } ? sequence : 0
    case .loadNature:
      guard phases.contains(where: { $0.current > 0 }) else { return 0 }
      return mains.reactivePower == 0 ? 1 : mains.reactivePower > 0 ? 2 : 3
    case .voltageDistortion, .voltageDistortionAverage, .lineVoltageDistortion,
      .lineVoltageDistortionAverage:
      return over(\.voltage).contains { $0 > 0 } ? Self.distortion : 0
    case .currentDistortion, .currentDistortionAverage:
      return over(\.current).contains { $0 > 0 } ? Self.distortion : 0
    case .serialNumber: return Double(properties.serial)
    case .firmware: return Double(properties.firmware) ?? 0
    }
  }

  /// What a reference measures anew is never quite the same number.
  private func noise(at moment: Instant) -> Double {
    guard isReference else { return 1 }
    var random = SeededRandom(seed: UInt64(bitPattern: moment.nanoseconds), for: "noise")
    return 1 + 2e-6 * (random.uniform() - 0.5)
  }

  /// P / S with the sign of the direction; 1 where voltage is there and no current flows.
  private func powerFactor(_ over: ((Mains.Phase) -> Double) -> [Double], _ mains: Mains) -> Double
  {
    let apparent = over(\.apparentPower).reduce(0, +)
    guard apparent > 0 else { return over(\.voltage).contains { $0 > 0 } ? 1 : 0 }
    return over(\.activePower).reduce(0, +) / apparent
  }

  /// 1 for the normal sequence, 2 for the reversed one, which exchanging two phases makes of it.
  private var sequence: Double { exchangesPhases ? 2 : 1 }

  /// The registers that show a quantity.
  func registers(
    of measurand: Measurand?,
    quantity index: Int,
    latchedAt moment: Instant,
    isSpoilt: Bool
  ) -> [UInt16] {
    let quantity = profile.quantities[index]
    let format = quantity.register.encoding
    let zeros = [UInt16](repeating: 0, count: format.registerCount)
    let system = settings.value("system-type")
    guard let measurand,
      quantity.reasonUnavailable(variant: variant, system: system, lineage: lineage) == nil,
      let unit = quantity.unit.unit(where: { settings.value($0) }) ?? quantity.unit.usual
    else { return zeros }
    let order = profile.communication.wordOrder
    if isSpoilt, measurand.isEnergy, format == .float32 {
      return format.encode(.nan, order: order) ?? zeros
    }
    var number = shown(value(measurand, latchedAt: moment), quantity, unit, at: moment)
    // A counter shows the steps that it has counted in full.
    if let step = quantity.resolution, step > 0 {
      number = (number / step).rounded(measurand.isEnergy ? .down : .toNearestOrEven) * step
    }
    return registers(for: number, format: format, isVersion: measurand.kind == .firmware)
  }

  /// A number in the meter's registers. Whole numbers are cut, as counters are, and stop at the end
  /// of their range; a version stands in them as hundredths: 1.07 as 107.
  func registers(for number: Double, format: RegisterFormat, isVersion: Bool = false) -> [UInt16] {
    let order = profile.communication.wordOrder
    let largest: Double =
      switch format {
      case .float32: .infinity
      case .uint32: Double(UInt32.max)
      case .uint16: Double(UInt16.max)
      }
    let whole = isVersion ? (number * 100).rounded() : number.rounded(.down)
    let shown = format == .float32 ? number : min(max(0, whole), largest)
    return format.encode(shown, order: order)
      ?? [UInt16](repeating: 0, count: format.registerCount)
  }

  /// The number that a register shows for a value: in its unit, with the meter's faults, begun anew
  /// where a counter is full.
  private func shown(
    _ value: Double,
    _ quantity: MeasuredQuantity,
    _ unit: Unit,
    at moment: Instant
  ) -> Double {
    let errors = faults.all(.registerError).filter {
      $0.subject == quantity.name && $0.isActive(at: moment)
    }
    let number = errors.reduce(value / unit.factor) { $0 * (1 + ($1.amount ?? 0)) }
    guard let end = quantity.rollsOverAt, number >= end else { return number }
    if faults.active(.noRollOver, at: moment) != nil { return end - (quantity.resolution ?? 0) }
    return number.truncatingRemainder(dividingBy: end)
  }

  /// Wh, varh or VAh.
  private func energy(_ measurand: Measurand, at moment: Instant) -> Double {
    measurand.channels.reduce(0) { sum, channel in
      let counted = max(0, history.counted(channel, at: moment) - countedAtReset[channel])
      let start = startEnergy[channel]
      return sum + start + (isAged(start, channel, at: moment) ? 0 : counted)
    }
  }

  /// Whether a counter in single precision is so full that what comes in an update interval is less
  /// than half its spacing, and is lost.
  private func isAged(_ start: Double, _ channel: Flow.Channel, at moment: Instant) -> Bool {
    guard faults.active(.floatAgeing, at: moment) != nil else { return false }
    let increment = history.piece(at: moment).flow[channel] * updateInterval.inSeconds / 3600
    return increment < Double(Float(start).ulp) / 2
  }

  /// Total harmonic distortion of voltage and current: a source that is clean but not ideal, well
  /// inside the 0.5 % of usual reference conditions.
  private static let distortion = 0.001
}

extension RegisterUnit {
  /// The unit where the settings leave it open: that of the first choice.
  var usual: Unit? {
    switch self {
    case .fixed(let unit): unit
    case .chosen(_, let units): units.first?.unit
    }
  }
}
