/// A serial frame: unit, PDU, CRC low byte first (Modbus over Serial Line V1.02, 2.3).
public enum RTUFrame {
  /// The longest frame in bytes.
  public static let longest = 256

  /// The frame around a PDU.
  public static func wrap(unit: UnitIdentifier, pdu: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(pdu.count + 3)
    frame.append(unit.rawValue)
    frame += pdu
    appendCRC(to: &frame)
    return frame
  }

  /// The unit and PDU of exactly one frame, or nil when it is shorter than 4 or longer than 256
  /// bytes or its CRC is wrong.
  public static func unwrap(_ frame: [UInt8]) -> (unit: UnitIdentifier, pdu: [UInt8])? {
    guard (4...longest).contains(frame.count), CRC16.of(frame) == 0 else { return nil }
    return (UnitIdentifier(rawValue: frame[0]), Array(frame[1..<(frame.count - 2)]))
  }

  static func encode(_ request: Request, unit: UnitIdentifier) throws(RequestError) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(16)
    frame.append(unit.rawValue)
    try request.append(to: &frame)
    appendCRC(to: &frame)
    return frame
  }

  private static func appendCRC(to frame: inout [UInt8]) {
    let crc = CRC16.of(frame)
    frame.append(UInt8(truncatingIfNeeded: crc))
    frame.append(UInt8(truncatingIfNeeded: crc >> 8))
  }
}
