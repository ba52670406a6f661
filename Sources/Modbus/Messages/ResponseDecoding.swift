extension Response {
  /// The normal answer in a reply PDU, after every check against the request.
  ///
  /// An exception reply is a ``ReplyMismatch/function(expected:actual:)`` here.
  ///
  /// - Parameters:
  ///   - pdu: function code and data of the reply.
  ///   - request: what was asked.
  /// - Throws: the first difference found; no data was used then.
  public init(pdu: [UInt8], to request: Request) throws(ReplyMismatch) {
    try self.init(bytes: pdu[...], to: request)
  }

  /// The same for a part of a receive buffer, without a copy.
  init(bytes: ArraySlice<UInt8>, to request: Request) throws(ReplyMismatch) {
    let function = request.functionCode
    guard let first = bytes.first else { throw .length(expected: 1, actual: 0) }
    if first != function.rawValue { throw .function(expected: function, actual: first) }
    switch request {
    case .readCoils(_, let count), .readDiscreteInputs(_, let count):
      try bytes.expectByteCount((Int(count) + 7) / 8)
      self = .bits(bytes.bits(2, count: Int(count)))
    case .readHoldingRegisters(_, let count), .readInputRegisters(_, let count),
      .readWriteRegisters(_, let count, _, _):
      try bytes.expectByteCount(2 * Int(count))
      self = .registers(bytes.words(2, count: Int(count)))
    case .writeCoil(let address, let on):
      try bytes.expectLength(5)
      try bytes.expectAddress(address)
      try bytes.expectValue(on ? 0xFF00 : 0, at: 3)
      self = .written
    case .writeRegister(let address, let value):
      try bytes.expectLength(5)
      try bytes.expectAddress(address)
      try bytes.expectValue(value, at: 3)
      self = .written
    case .writeCoils(let address, let values):
      try bytes.expectQuantity(values.count, from: address)
      self = .written
    case .writeRegisters(let address, let values):
      try bytes.expectQuantity(values.count, from: address)
      self = .written
    case .maskWriteRegister(let address, let and, let or):
      try bytes.expectLength(7)
      try bytes.expectAddress(address)
      try bytes.expectValue(and, at: 3)
      try bytes.expectValue(or, at: 5)
      self = .written
    case .diagnostics(let subfunction, let data):
      try bytes.expectLength(3 + 2 * data.count)
      if bytes.word(1) != subfunction {
        throw .subfunction(expected: subfunction, actual: bytes.word(1))
      }
      // 6.8.1: these sub-functions return the query data, the others return a counter or register.
      if [0x00, 0x01, 0x03, 0x0A, 0x14].contains(subfunction) {
        for (index, word) in data.enumerated() { try bytes.expectValue(word, at: 3 + 2 * index) }
      }
      self = .diagnostics(bytes.words(3, count: data.count))
    case .reportServerID:
      guard bytes.count >= 2 else { throw .length(expected: 2, actual: bytes.count) }
      try bytes.expectByteCount(bytes.count - 2)
      self = .serverID(Array(bytes.dropFirst(2)))
    case .readDeviceIdentification(let code, let object):
      self = .deviceIdentification(
        try DeviceIdentification(bytes: bytes, code: code, object: object)
      )
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func expectLength(_ length: Int) throws(ReplyMismatch) {
    if count != length { throw .length(expected: length, actual: count) }
  }

  fileprivate func expectByteCount(_ expected: Int) throws(ReplyMismatch) {
    guard count >= 2 else { throw .length(expected: 2 + expected, actual: count) }
    if Int(byte(1)) != expected { throw .byteCount(expected: expected, actual: Int(byte(1))) }
    try expectLength(2 + expected)
  }

  fileprivate func expectAddress(_ address: UInt16) throws(ReplyMismatch) {
    if word(1) != address { throw .address(expected: address, actual: word(1)) }
  }

  fileprivate func expectValue(_ value: UInt16, at offset: Int) throws(ReplyMismatch) {
    if word(offset) != value { throw .value(expected: value, actual: word(offset)) }
  }

  fileprivate func expectQuantity(_ quantity: Int, from address: UInt16) throws(ReplyMismatch) {
    try expectLength(5)
    try expectAddress(address)
    if Int(word(3)) != quantity {
      throw .quantity(expected: UInt16(clamping: quantity), actual: word(3))
    }
  }
}

extension DeviceIdentification {
  /// The objects of a 2B/0E reply, walked one by one.
  fileprivate init(
    bytes: ArraySlice<UInt8>,
    code: ReadCode,
    object: UInt8
  ) throws(ReplyMismatch) {
    guard bytes.count >= 7 else { throw .length(expected: 7, actual: bytes.count) }
    guard bytes.byte(1) == Limit.deviceIdentificationMEI else {
      throw .subfunction(
        expected: UInt16(Limit.deviceIdentificationMEI),
        actual: UInt16(bytes.byte(1))
      )
    }
    guard bytes.byte(2) == code.rawValue else {
      throw .subfunction(expected: UInt16(code.rawValue), actual: UInt16(bytes.byte(2)))
    }
    var objects: [Object] = []
    var offset = 7
    for _ in 0..<Int(bytes.byte(6)) {
      guard offset + 2 <= bytes.count else { throw .identification }
      let end = offset + 2 + Int(bytes.byte(offset + 1))
      guard end <= bytes.count else { throw .identification }
      let value = bytes[(bytes.startIndex + offset + 2)..<(bytes.startIndex + end)]
      objects.append(Object(identifier: bytes.byte(offset), value: Array(value)))
      offset = end
    }
    guard offset == bytes.count else { throw .length(expected: offset, actual: bytes.count) }
    if code == .individual, objects.map(\.identifier) != [object] { throw .identification }
    self.init(
      conformityLevel: bytes.byte(3),
      nextObject: bytes.byte(4) == 0 ? nil : bytes.byte(5),
      objects: objects
    )
  }
}
