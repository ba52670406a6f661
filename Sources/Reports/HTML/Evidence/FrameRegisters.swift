import RunRecord

/// The registers that a read asked for and that its reply holds, out of the recorded frames: of RTU
/// frames and of those of Modbus TCP.
struct FrameRegisters: Hashable {
  /// The address of the first register, as it is on the wire.
  var first: Int
  var values: [UInt16]

  /// Nil where the exchange is no answered read of registers.
  init?(_ exchange: RecordedExchange) {
    guard [3, 4].contains(exchange.function),
      let request = exchange.frames.first(where: { $0.kind == "request" }),
      let reply = exchange.frames.last(where: { $0.kind == "reply" }),
      let asked = Self.message(request.bytes, of: exchange), asked.count >= 5,
      let told = Self.message(reply.bytes, of: exchange), told.count >= 2,
      told[0] == exchange.function, told.count >= 2 + Int(told[1])
    else { return nil }
    first = Int(asked[1]) << 8 | Int(asked[2])
    values = stride(from: 2, to: 1 + Int(told[1]), by: 2).map {
      UInt16(told[$0]) << 8 | UInt16(told[$0 + 1])
    }
    guard values.count == Int(asked[3]) << 8 | Int(asked[4]) else { return nil }
  }

  /// The number that two registers hold in IEEE 754, the higher word first or second.
  func float(at index: Int, isSwapped: Bool = false) -> Double? {
    guard index >= 0, index + 1 < values.count else { return nil }
    let (high, low) = (values[index + (isSwapped ? 1 : 0)], values[index + (isSwapped ? 0 : 1)])
    return Double(Float(bitPattern: UInt32(high) << 16 | UInt32(low)))
  }

  /// The bytes from the function code on: behind the unit identifier of RTU, or behind the header of
  /// Modbus TCP.
  private static func message(_ text: String, of exchange: RecordedExchange) -> [UInt8]? {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    let bytes = stride(from: 0, to: digits.count, by: 2)
      .map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    if bytes.count > 7, bytes[2] == 0, bytes[3] == 0, bytes[6] == exchange.unit,
      bytes[7] & 0x7F == exchange.function, Int(bytes[4]) << 8 | Int(bytes[5]) == bytes.count - 6
    {
      return Array(bytes[7...])
    }
    guard bytes.count > 2, bytes[0] == exchange.unit, bytes[1] & 0x7F == exchange.function else {
      return nil
    }
    return Array(bytes[1...])
  }
}
