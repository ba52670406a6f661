/// A request as a client means it, one case per function (Application Protocol V1.1b3, clause 6).
///
/// Addresses are those of the PDU, counted from zero. A value may hold anything; ``pdu()`` and
/// ``init(pdu:)`` enforce the limits of the specification.
public enum Request: Hashable, Sendable {
  /// 01: 1 to 2000 coils.
  case readCoils(address: UInt16, count: UInt16)
  /// 02: 1 to 2000 discrete inputs.
  case readDiscreteInputs(address: UInt16, count: UInt16)
  /// 03: 1 to 125 holding registers.
  case readHoldingRegisters(address: UInt16, count: UInt16)
  /// 04: 1 to 125 input registers.
  case readInputRegisters(address: UInt16, count: UInt16)
  /// 05: one coil.
  case writeCoil(address: UInt16, on: Bool)
  /// 06: one holding register.
  case writeRegister(address: UInt16, value: UInt16)
  /// 08: a sub-function with its data words.
  case diagnostics(subfunction: UInt16, data: [UInt16])
  /// 0F: 1 to 1968 coils.
  case writeCoils(address: UInt16, values: [Bool])
  /// 10: 1 to 123 holding registers.
  case writeRegisters(address: UInt16, values: [UInt16])
  /// 11: the device's own description.
  case reportServerID
  /// 16: the register becomes (current AND `and`) OR (`or` AND NOT `and`).
  case maskWriteRegister(address: UInt16, and: UInt16, or: UInt16)
  /// 17: 1 to 121 registers are written, then 1 to 125 are read.
  case readWriteRegisters(
    readAddress: UInt16,
    readCount: UInt16,
    writeAddress: UInt16,
    values: [UInt16]
  )
  /// 2B/0E: identification objects, from `object` on (or only it, for `.individual`).
  case readDeviceIdentification(code: DeviceIdentification.ReadCode, object: UInt8)

  /// The function of this request.
  public var functionCode: FunctionCode {
    switch self {
    case .readCoils: .readCoils
    case .readDiscreteInputs: .readDiscreteInputs
    case .readHoldingRegisters: .readHoldingRegisters
    case .readInputRegisters: .readInputRegisters
    case .writeCoil: .writeCoil
    case .writeRegister: .writeRegister
    case .diagnostics: .diagnostics
    case .writeCoils: .writeCoils
    case .writeRegisters: .writeRegisters
    case .reportServerID: .reportServerID
    case .maskWriteRegister: .maskWriteRegister
    case .readWriteRegisters: .readWriteRegisters
    case .readDeviceIdentification: .readDeviceIdentification
    }
  }

  /// Whether the request changes the device's data. Such a request must not be repeated blindly.
  public var isWrite: Bool {
    switch self {
    case .writeCoil, .writeRegister, .writeCoils, .writeRegisters, .maskWriteRegister,
      .readWriteRegisters:
      true
    case .readCoils, .readDiscreteInputs, .readHoldingRegisters, .readInputRegisters,
      .diagnostics, .reportServerID, .readDeviceIdentification:
      false
    }
  }

  /// Whether the request can be sent to unit 0: a write whose reply carries no data.
  public var canBeBroadcast: Bool {
    if case .readWriteRegisters = self { return false }
    return isWrite
  }

  /// Whether a correct reply can equal the request byte for byte, so that a local echo of the
  /// request cannot be told from the reply by its contents.
  public var isRepeatedByItsReply: Bool {
    switch self {
    case .writeCoil, .writeRegister, .maskWriteRegister, .diagnostics: true
    default: false
    }
  }

  /// The length of the normal reply's PDU in bytes; 253, the longest, where only the device
  /// knows it.
  public var replyLength: Int {
    switch self {
    case .readCoils(_, let count), .readDiscreteInputs(_, let count): 2 + (Int(count) + 7) / 8
    case .readHoldingRegisters(_, let count), .readInputRegisters(_, let count),
      .readWriteRegisters(_, let count, _, _):
      2 + 2 * Int(count)
    case .writeCoil, .writeRegister, .writeCoils, .writeRegisters: 5
    case .maskWriteRegister: 7
    case .diagnostics(_, let data): 3 + 2 * data.count
    case .reportServerID, .readDeviceIdentification: Request.longestPDU
    }
  }

  /// The longest PDU, 253 bytes: the 256 of a serial frame without unit and CRC (clause 4.1).
  public static let longestPDU = 253
}
