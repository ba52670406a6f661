extension Response {
  /// The reply PDU of a server.
  ///
  /// - Parameter request: what was asked; its fields are repeated where the function says so.
  /// - Returns: the PDU, or nil when this answer does not fit the request: another kind, another
  ///   number of values, or more than 253 bytes.
  public func pdu(to request: Request) -> [UInt8]? {
    var bytes = [request.functionCode.rawValue]
    switch (self, request) {
    case (.bits(let values), .readCoils(_, let count)),
      (.bits(let values), .readDiscreteInputs(_, let count)):
      guard values.count == Int(count), Limit.bitsRead.contains(values.count) else { return nil }
      bytes.append(UInt8((values.count + 7) / 8))
      bytes.append(bits: values)
    case (.registers(let values), .readHoldingRegisters(_, let count)),
      (.registers(let values), .readInputRegisters(_, let count)),
      (.registers(let values), .readWriteRegisters(_, let count, _, _)):
      guard values.count == Int(count), Limit.registersRead.contains(values.count) else {
        return nil
      }
      bytes.append(UInt8(2 * values.count))
      bytes.append(words: values)
    case (.written, .writeCoil(let address, let on)):
      bytes.append(word: address)
      bytes.append(word: on ? 0xFF00 : 0)
    case (.written, .writeRegister(let address, let value)):
      bytes.append(word: address)
      bytes.append(word: value)
    case (.written, .writeCoils(let address, let values)):
      bytes.append(word: address)
      bytes.append(word: UInt16(clamping: values.count))
    case (.written, .writeRegisters(let address, let values)):
      bytes.append(word: address)
      bytes.append(word: UInt16(clamping: values.count))
    case (.written, .maskWriteRegister(let address, let and, let or)):
      bytes.append(word: address)
      bytes.append(word: and)
      bytes.append(word: or)
    case (.diagnostics(let values), .diagnostics(let subfunction, let data)):
      guard values.count == data.count else { return nil }
      bytes.append(word: subfunction)
      bytes.append(words: values)
    case (.serverID(let identifier), .reportServerID):
      guard let count = UInt8(exactly: identifier.count) else { return nil }
      bytes.append(count)
      bytes += identifier
    case (.deviceIdentification(let reply), .readDeviceIdentification(let code, _)):
      guard let count = UInt8(exactly: reply.objects.count) else { return nil }
      bytes += [Limit.deviceIdentificationMEI, code.rawValue, reply.conformityLevel]
      bytes += [reply.nextObject == nil ? 0 : 0xFF, reply.nextObject ?? 0, count]
      for object in reply.objects {
        guard let length = UInt8(exactly: object.value.count) else { return nil }
        bytes += [object.identifier, length]
        bytes += object.value
      }
    default:
      return nil
    }
    return bytes.count <= Request.longestPDU ? bytes : nil
  }
}
