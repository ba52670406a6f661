/// What a server answered, already checked against the request.
public enum Response: Hashable, Sendable {
  /// 01, 02: as many bits as were asked for.
  case bits([Bool])
  /// 03, 04, 17: as many registers as were asked for.
  case registers([UInt16])
  /// 05, 06, 0F, 10, 16: the reply repeated address and value, quantity or masks.
  case written
  /// 08: the data words after the sub-function.
  case diagnostics([UInt16])
  /// 11: the device's own bytes, whose layout it alone defines.
  case serverID([UInt8])
  /// 2B/0E: identification objects.
  case deviceIdentification(DeviceIdentification)

  /// The registers, or nil when this is another kind of answer.
  public var registers: [UInt16]? {
    if case .registers(let values) = self { values } else { nil }
  }

  /// The bits, or nil when this is another kind of answer.
  public var bits: [Bool]? {
    if case .bits(let values) = self { values } else { nil }
  }
}

/// How a reply with a good CRC differs from what the request allows. Such a reply is never used.
public enum ReplyMismatch: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another function, given as the byte that came.
  case function(expected: FunctionCode, actual: UInt8)
  /// Another byte count.
  case byteCount(expected: Int, actual: Int)
  /// Another length than the fields say.
  case length(expected: Int, actual: Int)
  /// Another address in the repeated fields.
  case address(expected: UInt16, actual: UInt16)
  /// Another quantity in the repeated fields.
  case quantity(expected: UInt16, actual: UInt16)
  /// Another value or mask in the repeated fields.
  case value(expected: UInt16, actual: UInt16)
  /// Another sub-function, MEI type or read code.
  case subfunction(expected: UInt16, actual: UInt16)
  /// Identification objects that do not fit the reply or the request.
  case identification

  /// One line for the user.
  public var description: String {
    switch self {
    case .function(let expected, let actual):
      "function \(Hex.byte(actual)) instead of \(expected)"
    case .byteCount(let expected, let actual): "byte count \(actual) instead of \(expected)"
    case .length(let expected, let actual): "\(actual) bytes instead of \(expected)"
    case .address(let expected, let actual): "address \(actual) instead of \(expected)"
    case .quantity(let expected, let actual): "quantity \(actual) instead of \(expected)"
    case .value(let expected, let actual):
      "value \(Hex.word(actual)) instead of \(Hex.word(expected))"
    case .subfunction(let expected, let actual):
      "sub-function \(Hex.word(actual)) instead of \(Hex.word(expected))"
    case .identification: "identification objects that do not fit the reply or the request"
    }
  }
}
