/// What a value measures. Two values can be compared only where their dimensions are equal.
///
/// Active, reactive and apparent quantities are dimensions of their own: 5 W and 5 var are not
/// equal, although the volt-ampere stands behind both.
public enum Dimension: String, Hashable, Sendable, Codable, CaseIterable {
  case ratio
  case time
  case voltage
  case current
  case frequency
  case resistance
  case activePower = "active power"
  case reactivePower = "reactive power"
  case apparentPower = "apparent power"
  case activeEnergy = "active energy"
  case reactiveEnergy = "reactive energy"
  case apparentEnergy = "apparent energy"
  case charge
  case angle
  case temperature
  case activeConstant = "active meter constant"
  case reactiveConstant = "reactive meter constant"
  case apparentConstant = "apparent meter constant"
  case pulseRate = "pulse rate"
  case pulseCount = "pulse count"

  /// The unit in which values of this dimension are computed, recorded and compared.
  public var baseUnit: Unit {
    switch self {
    case .ratio: .one
    case .time: .second
    case .voltage: .volt
    case .current: .ampere
    case .frequency: .hertz
    case .resistance: .ohm
    case .activePower: .watt
    case .reactivePower: .var
    case .apparentPower: .voltAmpere
    case .activeEnergy: .wattHour
    case .reactiveEnergy: .varHour
    case .apparentEnergy: .voltAmpereHour
    case .charge: .ampereHour
    case .angle: .degree
    case .temperature: .celsius
    case .activeConstant: .impulsesPerKilowattHour
    case .reactiveConstant: .impulsesPerKilovarHour
    case .apparentConstant: .impulsesPerKilovoltAmpereHour
    case .pulseRate: .impulsesPerSecond
    case .pulseCount: .pulse
    }
  }
}
