/// One of the four tables of the Modbus data model (Application Protocol V1.1b3, 4.3).
public enum DataTable: String, Hashable, Sendable, CaseIterable {
  /// Single bits, read and written.
  case coils
  /// Single bits, read only.
  case discreteInputs
  /// Words, read and written.
  case holdingRegisters
  /// Words, read only.
  case inputRegisters
}

/// What a device does behind a server. Whatever a device does not implement is refused with
/// exception 01.
///
/// Every method is called only with a request that keeps the limits of the specification, after
/// ``holds(_:_:)`` agreed to its addresses. It may refuse with an exception of its own. Times are
/// since the origin of the caller's clock.
public protocol ServerModel {
  /// The functions the device knows; all others are refused with 01 before anything else is
  /// looked at.
  var supportedFunctions: Set<FunctionCode> { get }

  /// Whether the device has all these addresses; 0 to 65536. Otherwise the request is refused
  /// with 02. Every address is held unless the device says otherwise.
  func holds(_ addresses: Range<Int>, in table: DataTable) -> Bool

  /// 01. Must return `count` bits.
  mutating func readCoils(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [Bool]
  /// 02. Must return `count` bits.
  mutating func readDiscreteInputs(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [Bool]
  /// 03. Must return `count` words.
  mutating func readHoldingRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16]
  /// 04. Must return `count` words.
  mutating func readInputRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16]
  /// 05.
  mutating func writeCoil(address: UInt16, on: Bool, at now: Duration) throws(ExceptionCode)
  /// 06.
  mutating func writeRegister(
    address: UInt16,
    value: UInt16,
    at now: Duration
  ) throws(ExceptionCode)
  /// 08. Must return as many words as `data` has.
  mutating func diagnostics(
    subfunction: UInt16,
    data: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16]
  /// 0F.
  mutating func writeCoils(
    address: UInt16,
    values: [Bool],
    at now: Duration
  ) throws(ExceptionCode)
  /// 10.
  mutating func writeRegisters(
    address: UInt16,
    values: [UInt16],
    at now: Duration
  ) throws(ExceptionCode)
  /// 11. Returns at most 251 bytes.
  mutating func reportServerID(at now: Duration) throws(ExceptionCode) -> [UInt8]
  /// 16. Reads the register and writes the masked value, unless the device has a way of its own.
  mutating func maskWriteRegister(
    address: UInt16,
    and: UInt16,
    or: UInt16,
    at now: Duration
  ) throws(ExceptionCode)
  /// 17. Writes, then reads, unless the device has a way of its own.
  mutating func readWriteRegisters(
    readAddress: UInt16,
    readCount: UInt16,
    writeAddress: UInt16,
    values: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16]
  /// 2B/0E.
  mutating func readDeviceIdentification(
    code: DeviceIdentification.ReadCode,
    object: UInt8,
    at now: Duration
  ) throws(ExceptionCode) -> DeviceIdentification
}

extension ServerModel {
  /// Every address is held.
  public func holds(_ addresses: Range<Int>, in table: DataTable) -> Bool { true }

  /// Refused with 01.
  public mutating func readCoils(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [Bool] { throw .illegalFunction }

  /// Refused with 01.
  public mutating func readDiscreteInputs(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [Bool] { throw .illegalFunction }

  /// Refused with 01.
  public mutating func readHoldingRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] { throw .illegalFunction }

  /// Refused with 01.
  public mutating func readInputRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] { throw .illegalFunction }

  /// Refused with 01.
  public mutating func writeCoil(
    address: UInt16,
    on: Bool,
    at now: Duration
  ) throws(ExceptionCode) { throw .illegalFunction }

  /// Refused with 01.
  public mutating func writeRegister(
    address: UInt16,
    value: UInt16,
    at now: Duration
  ) throws(ExceptionCode) { throw .illegalFunction }

  /// Refused with 01.
  public mutating func diagnostics(
    subfunction: UInt16,
    data: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] { throw .illegalFunction }

  /// Refused with 01.
  public mutating func writeCoils(
    address: UInt16,
    values: [Bool],
    at now: Duration
  ) throws(ExceptionCode) { throw .illegalFunction }

  /// Refused with 01.
  public mutating func writeRegisters(
    address: UInt16,
    values: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) { throw .illegalFunction }

  /// Refused with 01.
  public mutating func reportServerID(at now: Duration) throws(ExceptionCode) -> [UInt8] {
    throw .illegalFunction
  }

  /// (current AND `and`) OR (`or` AND NOT `and`), Application Protocol V1.1b3, 6.16.
  public mutating func maskWriteRegister(
    address: UInt16,
    and: UInt16,
    or: UInt16,
    at now: Duration
  ) throws(ExceptionCode) {
    let current = try readHoldingRegisters(address: address, count: 1, at: now)
    guard let word = current.first else { throw .serverDeviceFailure }
    try writeRegister(address: address, value: word & and | or & ~and, at: now)
  }

  /// The write happens before the read, Application Protocol V1.1b3, 6.17.
  public mutating func readWriteRegisters(
    readAddress: UInt16,
    readCount: UInt16,
    writeAddress: UInt16,
    values: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    try writeRegisters(address: writeAddress, values: values, at: now)
    return try readHoldingRegisters(address: readAddress, count: readCount, at: now)
  }

  /// Refused with 01.
  public mutating func readDeviceIdentification(
    code: DeviceIdentification.ReadCode,
    object: UInt8,
    at now: Duration
  ) throws(ExceptionCode) -> DeviceIdentification { throw .illegalFunction }
}
