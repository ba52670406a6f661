/// What a quantity's name stands for. The names are those of the profiles; a name that is not
/// known here reads 0, as a gap in the register map does.
struct Measurand: Hashable, Sendable {
  var kind: Kind
  /// 0, 1, 2 for L1, L2, L3; nil for the whole system. Of a line voltage, the first of the two.
  var phase: Int?
  /// Whether it is the largest value since the last reset.
  var isMaximum = false

  /// The meaning without phase and maximum; the raw values are the words of the profiles.
  enum Kind: String, Hashable, Sendable {
    case voltage
    case lineVoltage = "line-voltage"
    case voltageAverage = "voltage-ln-average"
    case lineVoltageAverage = "voltage-ll-average"
    case current
    case currentAverage = "current-average"
    case currentSum = "current-sum"
    case neutralCurrent = "neutral-current"
    case activePower = "active-power"
    case apparentPower = "apparent-power"
    case reactivePower = "reactive-power"
    case powerFactor = "power-factor"
    case displacementPowerFactor = "displacement-power-factor"
    case powerFactorInverted = "power-factor-inverted"
    case phaseAngle = "phase-angle"
    case frequency
    case activeEnergy = "active-energy"
    case activeEnergyImport = "active-energy-import"
    case activeEnergyExport = "active-energy-export"
    case reactiveEnergy = "reactive-energy"
    case reactiveEnergyImport = "reactive-energy-import"
    case reactiveEnergyExport = "reactive-energy-export"
    case apparentEnergy = "apparent-energy"
    case charge
    case activePowerDemand = "active-power-demand"
    case activePowerImportDemand = "active-power-import-demand"
    case activePowerExportDemand = "active-power-export-demand"
    case reactivePowerDemand = "reactive-power-demand"
    case apparentPowerDemand = "apparent-power-demand"
    case currentDemand = "current-demand"
    case neutralCurrentDemand = "neutral-current-demand"
    case voltageDistortion = "voltage-thd"
    case voltageDistortionAverage = "voltage-thd-average"
    case lineVoltageDistortion = "line-voltage-thd"
    case lineVoltageDistortionAverage = "voltage-thd-ll-average"
    case currentDistortion = "current-thd"
    case currentDistortionAverage = "current-thd-average"
    case demandTime = "demand-time"
    case voltageSequence = "voltage-sequence"
    case currentSequence = "current-sequence"
    case loadNature = "load-nature"
    case serialNumber = "serial-number"
    case firmware
  }

  /// The meaning of a name; nil where it is not known.
  init?(name: String) {
    var words = name.split(separator: "-")
    if let index = words.firstIndex(of: "max") {
      words.remove(at: index)
      isMaximum = true
    }
    let named = words.compactMap { ["l1", "l2", "l3"].firstIndex(of: $0) }
    phase = named.first
    words.removeAll { ["l1", "l2", "l3"].contains($0) }
    if named.count > 1 { words.insert("line", at: 0) }
    guard let kind = Kind(rawValue: words.joined(separator: "-")) else { return nil }
    self.kind = kind
  }

  /// What adds up to this energy, charge or demand; empty where it is none of these.
  var channels: [Flow.Channel] {
    let kinds: [Flow.Kind] =
      switch kind {
      case .activeEnergy: [.activeImport, .activeExport]
      case .activeEnergyImport, .activePowerDemand, .activePowerImportDemand: [.activeImport]
      case .activeEnergyExport, .activePowerExportDemand: [.activeExport]
      case .reactiveEnergy: [.reactiveImport, .reactiveExport]
      case .reactiveEnergyImport, .reactivePowerDemand: [.reactiveImport]
      case .reactiveEnergyExport: [.reactiveExport]
      case .apparentEnergy, .apparentPowerDemand: [.apparent]
      case .charge, .currentDemand: [.current]
      case .neutralCurrentDemand: [.neutralCurrent]
      default: []
      }
    return kinds.map { Flow.Channel(kind: $0, phase: phase) }
  }

  /// Whether it is a demand or its maximum.
  var isDemand: Bool {
    switch kind {
    case .activePowerDemand, .activePowerImportDemand, .activePowerExportDemand,
      .reactivePowerDemand, .apparentPowerDemand, .currentDemand, .neutralCurrentDemand:
      true
    default: false
    }
  }

  /// Whether it is a counter of energy.
  var isEnergy: Bool {
    switch kind {
    case .activeEnergy, .activeEnergyImport, .activeEnergyExport, .reactiveEnergy,
      .reactiveEnergyImport, .reactiveEnergyExport, .apparentEnergy:
      true
    default: false
    }
  }
}
