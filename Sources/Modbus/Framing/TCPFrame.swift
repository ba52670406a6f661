/// A Modbus TCP frame: transaction, protocol 0, length, unit, PDU (Messaging on TCP/IP V1.0b, 3.1).
public enum TCPFrame {
  /// The longest frame in bytes.
  public static let longest = 260

  /// The frame around a PDU.
  public static func wrap(transaction: UInt16, unit: UnitIdentifier, pdu: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(pdu.count + headerLength)
    frame.append(word: transaction)
    frame.append(word: 0)
    frame.append(word: UInt16(clamping: pdu.count + 1))
    frame.append(unit.rawValue)
    frame += pdu
    return frame
  }

  static let headerLength = 7

  /// A header read from the start of a stream.
  enum Header: Equatable {
    case incomplete
    case malformed
    case frame(transaction: UInt16, length: Int)
  }

  /// The header at the start of the bytes. A protocol identifier other than 0 or a length outside
  /// 2 to 254 is malformed: the stream then has no known border any more.
  static func header(of bytes: ArraySlice<UInt8>) -> Header {
    if bytes.count >= 4, bytes.word(2) != 0 { return .malformed }
    guard bytes.count >= 6 else { return .incomplete }
    let length = Int(bytes.word(4))
    guard (2...(Request.longestPDU + 1)).contains(length) else { return .malformed }
    return .frame(transaction: bytes.word(0), length: 6 + length)
  }
}
