/// Why a server refused a request (Application Protocol V1.1b3, clause 7). Codes that the
/// specification does not name are kept as they came.
public struct ExceptionCode: RawRepresentable, Hashable, Sendable, Comparable, Error,
  CustomStringConvertible
{
  /// The byte on the wire.
  public let rawValue: UInt8

  /// The exception with this byte.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// 01: the server does not know the function.
  public static let illegalFunction = ExceptionCode(rawValue: 0x01)
  /// 02: the address, or address plus quantity, is outside the server's data.
  public static let illegalDataAddress = ExceptionCode(rawValue: 0x02)
  /// 03: the structure of the request is wrong: a quantity, a byte count or a length.
  public static let illegalDataValue = ExceptionCode(rawValue: 0x03)
  /// 04: the server failed while it carried the request out.
  public static let serverDeviceFailure = ExceptionCode(rawValue: 0x04)
  /// 05: accepted, but the work takes long.
  public static let acknowledge = ExceptionCode(rawValue: 0x05)
  /// 06: the server is busy with a long command.
  public static let serverDeviceBusy = ExceptionCode(rawValue: 0x06)
  /// 08: the server found a parity error in its extended memory.
  public static let memoryParityError = ExceptionCode(rawValue: 0x08)
  /// 0A: the gateway has no path to the unit.
  public static let gatewayPathUnavailable = ExceptionCode(rawValue: 0x0A)
  /// 0B: the unit behind the gateway did not answer.
  public static let gatewayTargetFailedToRespond = ExceptionCode(rawValue: 0x0B)

  /// The name in the specification, or nil for a code it does not name.
  public var name: String? {
    switch self {
    case .illegalFunction: "illegal function"
    case .illegalDataAddress: "illegal data address"
    case .illegalDataValue: "illegal data value"
    case .serverDeviceFailure: "server device failure"
    case .acknowledge: "acknowledge"
    case .serverDeviceBusy: "server device busy"
    case .memoryParityError: "memory parity error"
    case .gatewayPathUnavailable: "gateway path unavailable"
    case .gatewayTargetFailedToRespond: "gateway target device failed to respond"
    default: nil
    }
  }

  /// The code in hexadecimal and its name, such as `02 illegal data address`.
  public var description: String {
    let code = Hex.byte(rawValue)
    return name.map { "\(code) \($0)" } ?? "\(code) unnamed exception"
  }

  /// Orders exceptions by number.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
