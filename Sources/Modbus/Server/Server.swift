/// The server side of one request.
public enum Server {
  /// The reply PDU to a request PDU: normal, or an exception.
  ///
  /// The checks come in the order of the general transaction state diagram (Application Protocol
  /// V1.1b3, figure 9): function (01), address and address plus quantity (02), quantity and byte
  /// count (03), execution (04 or the device's own code). The charts of the single functions check
  /// the quantity before the address; a request that is wrong in both ways is refused with 02 here.
  /// A request too short for its fields, or longer than them, is refused with 03.
  ///
  /// For a broadcast the caller lets this run and sends nothing.
  ///
  /// - Parameters:
  ///   - pdu: function code and data, as a framer delivered them.
  ///   - model: the device.
  ///   - now: the time, handed on to the device.
  /// - Returns: the reply, or no bytes for an empty PDU and for 08/04, which have no reply.
  public static func respond(
    to pdu: [UInt8],
    model: inout some ServerModel,
    at now: Duration
  ) -> [UInt8] {
    guard let first = pdu.first else { return [] }
    let function = FunctionCode(rawValue: first)
    do throws(ExceptionCode) {
      guard model.supportedFunctions.contains(function) else { throw .illegalFunction }
      for access in try accesses(of: pdu[...], function: function) {
        guard access.addresses.upperBound <= Limit.addressSpace,
          model.holds(access.addresses, in: access.table)
        else { throw .illegalDataAddress }
      }
      let request: Request
      do {
        request = try Request(pdu: pdu)
      } catch {
        throw error.exceptionCode
      }
      let response = try execute(request, on: &model, at: now)
      if case .diagnostics(Limit.forceListenOnly, _) = request { return [] }
      // A device that returns another number of values than asked for has failed.
      guard let reply = response.pdu(to: request) else { throw .serverDeviceFailure }
      return reply
    } catch {
      return [function.exceptionByte, error.rawValue]
    }
  }

  private struct Access {
    var table: DataTable
    var addresses: Range<Int>
  }

  /// The addresses a request touches, read before its quantities are checked.
  private static func accesses(
    of pdu: ArraySlice<UInt8>,
    function: FunctionCode
  ) throws(ExceptionCode) -> [Access] {
    func several(_ table: DataTable, at offset: Int) throws(ExceptionCode) -> Access {
      guard pdu.count >= offset + 4 else { throw .illegalDataValue }
      let start = Int(pdu.word(offset))
      return Access(table: table, addresses: start..<(start + Int(pdu.word(offset + 2))))
    }
    func one(_ table: DataTable) throws(ExceptionCode) -> Access {
      guard pdu.count >= 3 else { throw .illegalDataValue }
      let start = Int(pdu.word(1))
      return Access(table: table, addresses: start..<(start + 1))
    }
    return switch function {
    case .readCoils, .writeCoils: [try several(.coils, at: 1)]
    case .readDiscreteInputs: [try several(.discreteInputs, at: 1)]
    case .readHoldingRegisters, .writeRegisters: [try several(.holdingRegisters, at: 1)]
    case .readInputRegisters: [try several(.inputRegisters, at: 1)]
    case .writeCoil: [try one(.coils)]
    case .writeRegister, .maskWriteRegister: [try one(.holdingRegisters)]
    case .readWriteRegisters:
      [try several(.holdingRegisters, at: 1), try several(.holdingRegisters, at: 5)]
    default: []
    }
  }

  private static func execute(
    _ request: Request,
    on model: inout some ServerModel,
    at now: Duration
  ) throws(ExceptionCode) -> Response {
    switch request {
    case .readCoils(let address, let count):
      return .bits(try model.readCoils(address: address, count: count, at: now))
    case .readDiscreteInputs(let address, let count):
      return .bits(try model.readDiscreteInputs(address: address, count: count, at: now))
    case .readHoldingRegisters(let address, let count):
      return .registers(try model.readHoldingRegisters(address: address, count: count, at: now))
    case .readInputRegisters(let address, let count):
      return .registers(try model.readInputRegisters(address: address, count: count, at: now))
    case .writeCoil(let address, let on):
      try model.writeCoil(address: address, on: on, at: now)
    case .writeRegister(let address, let value):
      try model.writeRegister(address: address, value: value, at: now)
    case .diagnostics(let subfunction, let data):
      return .diagnostics(
        try model.diagnostics(subfunction: subfunction, data: data, at: now)
      )
    case .writeCoils(let address, let values):
      try model.writeCoils(address: address, values: values, at: now)
    case .writeRegisters(let address, let values):
      try model.writeRegisters(address: address, values: values, at: now)
    case .reportServerID:
      return .serverID(try model.reportServerID(at: now))
    case .maskWriteRegister(let address, let and, let or):
      try model.maskWriteRegister(address: address, and: and, or: or, at: now)
    case .readWriteRegisters(let readAddress, let readCount, let writeAddress, let values):
      return .registers(
        try model.readWriteRegisters(
          readAddress: readAddress,
          readCount: readCount,
          writeAddress: writeAddress,
          values: values,
          at: now
        )
      )
    case .readDeviceIdentification(let code, let object):
      return .deviceIdentification(
        try model.readDeviceIdentification(code: code, object: object, at: now)
      )
    }
    return .written
  }
}
