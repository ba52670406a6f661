import Benches
import MeterProfiles
import Quantities

/// What a meter's registers show.
extension TwinMeterModel {
  /// The value of a quantity at a moment of latching, in the base unit of its dimension.
  func value(_ measurand: Measurand, latchedAt moment: Instant) -> Double {
    let piece = history.piece(at: moment)
    let mains = piece.mains
    if let phase = measurand.phase, phase >= mains.phases { return 0 }
    let phases = Double(mains.phases)
    let isEnergised = mains.voltage > 0
    let power = measurand.phase == nil ? piece.power : piece.power / phases
    switch measurand.kind {
    case .voltage: return mains.voltage
    case .voltageAverage: return mains.phases == 3 ? mains.voltage : 0
    case .lineVoltage, .lineVoltageAverage:
      return mains.phases == 3 ? mains.voltage * 3.0.squareRoot() : 0
    case .current, .currentAverage: return mains.current
    case .currentSum: return mains.current * phases
    case .neutralCurrent: return mains.phases == 1 ? mains.current : 0
    case .activePower, .apparentPower: return power
    case .reactivePower, .phaseAngle: return 0
    case .powerFactor, .displacementPowerFactor: return isEnergised ? 1 : 0
    case .powerFactorInverted: return isEnergised ? -1 : 0
    case .frequency: return isEnergised ? mains.frequency : 0
    case .activeEnergy, .activeEnergyImport, .activeEnergyExport, .reactiveEnergy,
      .reactiveEnergyImport, .reactiveEnergyExport, .apparentEnergy:
      return energy(measurand, at: moment)
    case .charge: return max(0, history.charge(at: moment) - chargeAtReset) * phases
    case .activePowerDemand, .activePowerImportDemand, .apparentPowerDemand:
      return measurand.isMaximum
        ? demand.largest.power : demand.means(at: moment, in: history).power
    case .currentDemand:
      return measurand.isMaximum
        ? demand.largest.current : demand.means(at: moment, in: history).current
    case .activePowerExportDemand, .reactivePowerDemand, .neutralCurrentDemand: return 0
    case .demandTime: return demand.filled(at: moment).inSeconds
    case .voltageSequence: return mains.phases == 3 ? 1 : 0
    case .currentSequence: return mains.phases == 3 && mains.current > 0 ? 1 : 0
    case .loadNature: return mains.current > 0 ? 1 : 0
    case .voltageDistortion, .voltageDistortionAverage, .lineVoltageDistortion,
      .lineVoltageDistortionAverage:
      return isEnergised ? Self.distortion : 0
    case .currentDistortion, .currentDistortionAverage:
      return mains.current > 0 ? Self.distortion : 0
    case .serialNumber: return Double(properties.serial)
    case .firmware: return Double(properties.firmware) ?? 0
    }
  }

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
    if isSpoilt, Self.isEnergy(unit.dimension), format == .float32 {
      return format.encode(.nan, order: order) ?? zeros
    }
    return registers(
      for: value(measurand, latchedAt: moment) / unit.factor,
      format: format,
      isVersion: measurand.kind == .firmware
    )
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

  /// Wh, varh or VAh. The twin's loads are resistances: energy flows in one direction and none of
  /// it is reactive.
  private func energy(_ measurand: Measurand, at moment: Instant) -> Double {
    let share = measurand.shareOfActivePower ?? 0
    guard share > 0 else { return 0 }
    let counted = max(0, history.energy(at: moment) - energyAtReset)
    guard measurand.phase == nil else {
      return counted / Double(history.piece(at: moment).mains.phases)
    }
    return measurand.kind == .apparentEnergy ? counted : startEnergy + counted
  }

  private static func isEnergy(_ dimension: Dimension) -> Bool {
    [.activeEnergy, .reactiveEnergy, .apparentEnergy].contains(dimension)
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
