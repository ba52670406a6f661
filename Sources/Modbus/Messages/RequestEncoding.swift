extension Request {
  /// The PDU: function code and data.
  ///
  /// - Returns: 1 to 253 bytes.
  /// - Throws: ``RequestError`` when a limit of Application Protocol V1.1b3 is passed.
  public func pdu() throws(RequestError) -> [UInt8] {
    var bytes: [UInt8] = []
    try append(to: &bytes)
    return bytes
  }

  /// Appends the PDU to a frame under construction.
  func append(to frame: inout [UInt8]) throws(RequestError) {
    try checkLimits()
    frame.append(functionCode.rawValue)
    switch self {
    case .readCoils(let address, let count), .readDiscreteInputs(let address, let count),
      .readHoldingRegisters(let address, let count), .readInputRegisters(let address, let count):
      frame.append(word: address)
      frame.append(word: count)
    case .writeCoil(let address, let on):
      frame.append(word: address)
      frame.append(word: on ? 0xFF00 : 0)
    case .writeRegister(let address, let value):
      frame.append(word: address)
      frame.append(word: value)
    case .diagnostics(let subfunction, let data):
      frame.append(word: subfunction)
      frame.append(words: data)
    case .writeCoils(let address, let values):
      frame.append(word: address)
      frame.append(word: UInt16(values.count))
      frame.append(UInt8((values.count + 7) / 8))
      frame.append(bits: values)
    case .writeRegisters(let address, let values):
      frame.append(word: address)
      frame.append(word: UInt16(values.count))
      frame.append(UInt8(2 * values.count))
      frame.append(words: values)
    case .reportServerID:
      break
    case .maskWriteRegister(let address, let and, let or):
      frame.append(word: address)
      frame.append(word: and)
      frame.append(word: or)
    case .readWriteRegisters(let readAddress, let readCount, let writeAddress, let values):
      frame.append(word: readAddress)
      frame.append(word: readCount)
      frame.append(word: writeAddress)
      frame.append(word: UInt16(values.count))
      frame.append(UInt8(2 * values.count))
      frame.append(words: values)
    case .readDeviceIdentification(let code, let object):
      frame.append(Limit.deviceIdentificationMEI)
      frame.append(code.rawValue)
      frame.append(object)
    }
  }

  /// Checks every limit of the specification, address before quantity.
  func checkLimits() throws(RequestError) {
    switch self {
    case .readCoils(let address, let count), .readDiscreteInputs(let address, let count):
      try check(address, Int(count), Limit.bitsRead)
    case .readHoldingRegisters(let address, let count),
      .readInputRegisters(let address, let count):
      try check(address, Int(count), Limit.registersRead)
    case .writeCoils(let address, let values):
      try check(address, values.count, Limit.bitsWritten)
    case .writeRegisters(let address, let values):
      try check(address, values.count, Limit.registersWritten)
    case .readWriteRegisters(let readAddress, let readCount, let writeAddress, let values):
      try check(readAddress, Int(readCount), Limit.registersRead)
      try check(writeAddress, values.count, Limit.registersWrittenAndRead)
    case .diagnostics(let subfunction, let data):
      try Request.checkDiagnostics(subfunction, data)
    case .writeCoil, .writeRegister, .maskWriteRegister, .reportServerID,
      .readDeviceIdentification:
      break
    }
  }

  private func check(
    _ address: UInt16,
    _ quantity: Int,
    _ allowed: ClosedRange<Int>
  ) throws(RequestError) {
    if Int(address) + quantity > Limit.addressSpace {
      throw .addressOverflow(functionCode, address: address, quantity: quantity)
    }
    if !allowed.contains(quantity) {
      throw .quantityOutOfRange(functionCode, quantity: quantity, allowed: allowed)
    }
  }

  /// Sub-functions and their data, Application Protocol V1.1b3, 6.8.1.
  private static func checkDiagnostics(
    _ subfunction: UInt16,
    _ data: [UInt16]
  ) throws(RequestError) {
    switch subfunction {
    case 0x00:
      if !Limit.diagnosticWords.contains(data.count) {
        throw .quantityOutOfRange(
          .diagnostics,
          quantity: data.count,
          allowed: Limit.diagnosticWords
        )
      }
      return
    case 0x01...0x04, 0x0A...0x12, 0x14:
      break
    default:
      throw .undefinedSubfunction(.diagnostics, subfunction)
    }
    guard data.count == 1 else {
      throw .quantityOutOfRange(.diagnostics, quantity: data.count, allowed: 1...1)
    }
    let word = data[0]
    let fits =
      switch subfunction {
      case 0x01: word == 0 || word == 0xFF00
      case 0x03: word & 0xFF == 0
      default: word == 0
      }
    if !fits { throw .valueNotAllowed(.diagnostics, word) }
  }
}

/// The limits of Application Protocol V1.1b3, clause 6.
enum Limit {
  static let addressSpace = 65536
  static let bitsRead = 1...2000
  static let bitsWritten = 1...1968
  static let registersRead = 1...125
  static let registersWritten = 1...123
  static let registersWrittenAndRead = 1...121
  /// What a 253-byte PDU can carry after function and sub-function.
  static let diagnosticWords = 1...125
  static let deviceIdentificationMEI: UInt8 = 0x0E
  static let forceListenOnly: UInt16 = 0x04
}
