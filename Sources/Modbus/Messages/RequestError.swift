/// Why a request cannot be sent, or why bytes are not a request.
public enum RequestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The quantity is outside the limits of the function.
  case quantityOutOfRange(FunctionCode, quantity: Int, allowed: ClosedRange<Int>)
  /// Address plus quantity passes 65536.
  case addressOverflow(FunctionCode, address: UInt16, quantity: Int)
  /// The sub-function of 08, or the MEI type or read code of 2B, is not defined.
  case undefinedSubfunction(FunctionCode, UInt16)
  /// A value that the function does not allow, such as a coil that is neither 0000 nor FF00.
  case valueNotAllowed(FunctionCode, UInt16)
  /// The PDU holds no byte.
  case emptyPDU
  /// The function is not one that ``Request`` expresses.
  case unknownFunction(FunctionCode)
  /// The PDU is shorter or longer than its fields say.
  case wrongLength(FunctionCode, expected: Int, actual: Int)
  /// The byte count does not fit the quantity.
  case wrongByteCount(FunctionCode, expected: Int, actual: Int)
  /// A broadcast of a request that needs its reply.
  case cannotBeBroadcast(FunctionCode)
  /// The unit is one of the reserved addresses 248 to 255.
  case reservedUnit(UnitIdentifier)
  /// The request has no reply by definition (08/04, force listen only mode), so that nothing
  /// would prove what happened.
  case hasNoReply(FunctionCode)
  /// The probe of the device limits is none of 01 to 04.
  case probeIsNotARead(FunctionCode)
  /// A transaction is already under way.
  case transactionUnderWay

  /// The exception with which a server refuses such a request.
  public var exceptionCode: ExceptionCode {
    switch self {
    case .unknownFunction, .undefinedSubfunction: .illegalFunction
    case .addressOverflow: .illegalDataAddress
    default: .illegalDataValue
    }
  }

  /// One line for the user.
  public var description: String {
    switch self {
    case .quantityOutOfRange(let function, let quantity, let allowed):
      "\(function): quantity \(quantity) is outside \(allowed.lowerBound) to \(allowed.upperBound)"
    case .addressOverflow(let function, let address, let quantity):
      "\(function): address \(address) plus quantity \(quantity) passes 65536"
    case .undefinedSubfunction(let function, let code):
      "\(function): sub-function \(Hex.word(code)) is not defined"
    case .valueNotAllowed(let function, let value):
      "\(function): value \(Hex.word(value)) is not allowed"
    case .emptyPDU: "the request is empty"
    case .unknownFunction(let function): "\(function)"
    case .wrongLength(let function, let expected, let actual):
      "\(function): \(actual) bytes instead of \(expected)"
    case .wrongByteCount(let function, let expected, let actual):
      "\(function): byte count \(actual) instead of \(expected)"
    case .cannotBeBroadcast(let function):
      "\(function) cannot be broadcast: no device answers unit 0"
    case .reservedUnit(let unit): "unit \(unit) is reserved; devices have 1 to 247"
    case .hasNoReply(let function): "\(function): force listen only mode has no reply"
    case .probeIsNotARead(let function): "\(function) cannot be a probe: only 01 to 04 can"
    case .transactionUnderWay: "another transaction is under way on this bus"
    }
  }
}
