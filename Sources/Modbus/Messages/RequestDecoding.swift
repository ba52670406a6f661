extension Request {
  /// The request in a PDU, as a server reads it, with all limits checked again.
  ///
  /// - Parameter pdu: function code and data, without unit, CRC or header.
  /// - Throws: ``RequestError``; its ``RequestError/exceptionCode`` is the server's refusal.
  public init(pdu: [UInt8]) throws(RequestError) {
    let bytes = pdu[...]
    guard let first = bytes.first else { throw .emptyPDU }
    let function = FunctionCode(rawValue: first)
    self = try Request.fields(of: bytes, function: function)
    try checkLimits()
  }

  /// The fields of a PDU; lengths and byte counts are checked, quantities are not.
  private static func fields(
    of bytes: ArraySlice<UInt8>,
    function: FunctionCode
  ) throws(RequestError) -> Request {
    func expect(_ length: Int) throws(RequestError) {
      if bytes.count != length {
        throw .wrongLength(function, expected: length, actual: bytes.count)
      }
    }
    switch function {
    case .readCoils:
      try expect(5)
      return .readCoils(address: bytes.word(1), count: bytes.word(3))
    case .readDiscreteInputs:
      try expect(5)
      return .readDiscreteInputs(address: bytes.word(1), count: bytes.word(3))
    case .readHoldingRegisters:
      try expect(5)
      return .readHoldingRegisters(address: bytes.word(1), count: bytes.word(3))
    case .readInputRegisters:
      try expect(5)
      return .readInputRegisters(address: bytes.word(1), count: bytes.word(3))
    case .writeCoil:
      try expect(5)
      let value = bytes.word(3)
      guard value == 0 || value == 0xFF00 else { throw .valueNotAllowed(function, value) }
      return .writeCoil(address: bytes.word(1), on: value != 0)
    case .writeRegister:
      try expect(5)
      return .writeRegister(address: bytes.word(1), value: bytes.word(3))
    case .diagnostics:
      if bytes.count < 3 || bytes.count % 2 == 0 {
        throw .wrongLength(function, expected: 5, actual: bytes.count)
      }
      return .diagnostics(
        subfunction: bytes.word(1),
        data: bytes.words(3, count: (bytes.count - 3) / 2)
      )
    case .writeCoils:
      let quantity = try checkCounts(of: bytes, function: function, bitsPerValue: 1)
      return .writeCoils(address: bytes.word(1), values: bytes.bits(6, count: quantity))
    case .writeRegisters:
      let quantity = try checkCounts(of: bytes, function: function, bitsPerValue: 16)
      return .writeRegisters(address: bytes.word(1), values: bytes.words(6, count: quantity))
    case .reportServerID:
      try expect(1)
      return .reportServerID
    case .maskWriteRegister:
      try expect(7)
      return .maskWriteRegister(address: bytes.word(1), and: bytes.word(3), or: bytes.word(5))
    case .readWriteRegisters:
      if bytes.count < 10 { throw .wrongLength(function, expected: 10, actual: bytes.count) }
      let quantity = try checkCounts(
        of: bytes.dropFirst(4),
        function: function,
        bitsPerValue: 16,
        before: 4
      )
      return .readWriteRegisters(
        readAddress: bytes.word(1),
        readCount: bytes.word(3),
        writeAddress: bytes.word(5),
        values: bytes.words(10, count: quantity)
      )
    case .readDeviceIdentification:
      try expect(4)
      guard bytes.byte(1) == Limit.deviceIdentificationMEI else {
        throw .undefinedSubfunction(function, UInt16(bytes.byte(1)))
      }
      guard let code = DeviceIdentification.ReadCode(rawValue: bytes.byte(2)) else {
        throw .valueNotAllowed(function, UInt16(bytes.byte(2)))
      }
      return .readDeviceIdentification(code: code, object: bytes.byte(3))
    default:
      throw .unknownFunction(function)
    }
  }

  /// Checks quantity, byte count and length of a write of several values, laid out as function,
  /// address, quantity, byte count, values; returns the quantity.
  ///
  /// A quantity that passes the address space is left to the limits, which know its exception.
  private static func checkCounts(
    of bytes: ArraySlice<UInt8>,
    function: FunctionCode,
    bitsPerValue: Int,
    before: Int = 0
  ) throws(RequestError) -> Int {
    guard bytes.count >= 6 else {
      throw .wrongLength(function, expected: 6 + before, actual: bytes.count + before)
    }
    let address = bytes.word(1)
    let quantity = Int(bytes.word(3))
    if Int(address) + quantity > Limit.addressSpace {
      throw .addressOverflow(function, address: address, quantity: quantity)
    }
    let byteCount = Int(bytes.byte(5))
    let expected = (quantity * bitsPerValue + 7) / 8
    if byteCount != expected {
      throw .wrongByteCount(function, expected: expected, actual: byteCount)
    }
    if bytes.count != 6 + byteCount {
      throw .wrongLength(
        function,
        expected: 6 + byteCount + before,
        actual: bytes.count + before
      )
    }
    return quantity
  }
}
