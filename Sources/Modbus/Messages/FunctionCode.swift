/// A function code (Application Protocol V1.1b3, clause 5). Codes without a name here are kept as
/// the byte they are.
public struct FunctionCode: RawRepresentable, Hashable, Sendable, Comparable,
  CustomStringConvertible
{
  /// The byte on the wire; the top bit marks an exception reply and is never set here.
  public let rawValue: UInt8

  /// The function with this byte.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// 01, read coils.
  public static let readCoils = FunctionCode(rawValue: 0x01)
  /// 02, read discrete inputs.
  public static let readDiscreteInputs = FunctionCode(rawValue: 0x02)
  /// 03, read holding registers.
  public static let readHoldingRegisters = FunctionCode(rawValue: 0x03)
  /// 04, read input registers.
  public static let readInputRegisters = FunctionCode(rawValue: 0x04)
  /// 05, write single coil.
  public static let writeCoil = FunctionCode(rawValue: 0x05)
  /// 06, write single register.
  public static let writeRegister = FunctionCode(rawValue: 0x06)
  /// 08, diagnostics.
  public static let diagnostics = FunctionCode(rawValue: 0x08)
  /// 0F, write multiple coils.
  public static let writeCoils = FunctionCode(rawValue: 0x0F)
  /// 10, write multiple registers.
  public static let writeRegisters = FunctionCode(rawValue: 0x10)
  /// 11, report server identifier.
  public static let reportServerID = FunctionCode(rawValue: 0x11)
  /// 16, mask write register.
  public static let maskWriteRegister = FunctionCode(rawValue: 0x16)
  /// 17, read and write multiple registers.
  public static let readWriteRegisters = FunctionCode(rawValue: 0x17)
  /// 2B, encapsulated interface transport; only MEI type 0E, read device identification.
  public static let readDeviceIdentification = FunctionCode(rawValue: 0x2B)

  /// Every function that ``Request`` can express, in numerical order.
  public static let all: [FunctionCode] = [
    .readCoils, .readDiscreteInputs, .readHoldingRegisters, .readInputRegisters, .writeCoil,
    .writeRegister, .diagnostics, .writeCoils, .writeRegisters, .reportServerID,
    .maskWriteRegister, .readWriteRegisters, .readDeviceIdentification,
  ]

  /// The function byte of an exception reply to this function.
  public var exceptionByte: UInt8 { rawValue | 0x80 }

  /// The name in the specification, or nil for a function without one here.
  public var name: String? {
    switch self {
    case .readCoils: "read coils"
    case .readDiscreteInputs: "read discrete inputs"
    case .readHoldingRegisters: "read holding registers"
    case .readInputRegisters: "read input registers"
    case .writeCoil: "write single coil"
    case .writeRegister: "write single register"
    case .diagnostics: "diagnostics"
    case .writeCoils: "write multiple coils"
    case .writeRegisters: "write multiple registers"
    case .reportServerID: "report server identifier"
    case .maskWriteRegister: "mask write register"
    case .readWriteRegisters: "read/write multiple registers"
    case .readDeviceIdentification: "read device identification"
    default: nil
    }
  }

  /// The code in hexadecimal and its name, such as `03 read holding registers`.
  public var description: String {
    let code = Hex.byte(rawValue)
    return name.map { "\(code) \($0)" } ?? "\(code) unknown function"
  }

  /// Orders functions by number.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
