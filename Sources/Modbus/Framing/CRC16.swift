/// The CRC of serial frames (Modbus over Serial Line V1.02, 6.2.2): start FFFF, reflected
/// polynomial A001, low byte first on the wire.
public enum CRC16 {
  /// The CRC over bytes; a frame that includes its own CRC gives 0.
  public static func of(_ bytes: some Sequence<UInt8>) -> UInt16 {
    bytes.withContiguousStorageIfAvailable(of) ?? accumulate(bytes)
  }

  private static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt16 { accumulate(bytes) }

  @inline(__always)
  private static func accumulate(_ bytes: some Sequence<UInt8>) -> UInt16 {
    table.withUnsafeBufferPointer { table in
      var crc: UInt16 = 0xFFFF
      for byte in bytes {
        crc = crc >> 8 ^ table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)]
      }
      return crc
    }
  }

  private static let table: [UInt16] = (0..<256).map { index in
    var remainder = UInt16(index)
    for _ in 0..<8 {
      remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xA001 : remainder >> 1
    }
    return remainder
  }
}
