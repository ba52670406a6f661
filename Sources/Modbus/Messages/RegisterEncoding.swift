/// Which of the two registers of a 32-bit value comes first. Modbus fixes only the byte order
/// inside a register, so devices differ.
public enum WordOrder: String, Hashable, Sendable, Codable, CaseIterable {
  /// The register at the lower address holds the high word.
  case highFirst
  /// The register at the lower address holds the low word.
  case lowFirst
}

/// 32-bit values in two registers.
public enum RegisterEncoding {
  /// An unsigned value, or nil unless there are exactly two registers.
  public static func uint32(_ registers: [UInt16], order: WordOrder) -> UInt32? {
    guard registers.count == 2 else { return nil }
    return switch order {
    case .highFirst: UInt32(registers[0]) << 16 | UInt32(registers[1])
    case .lowFirst: UInt32(registers[1]) << 16 | UInt32(registers[0])
    }
  }

  /// A two's complement value, or nil unless there are exactly two registers.
  public static func int32(_ registers: [UInt16], order: WordOrder) -> Int32? {
    uint32(registers, order: order).map { Int32(bitPattern: $0) }
  }

  /// An IEEE 754 single, any bit pattern included, or nil unless there are exactly two registers.
  public static func float32(_ registers: [UInt16], order: WordOrder) -> Float? {
    uint32(registers, order: order).map { Float(bitPattern: $0) }
  }

  /// The two registers of an unsigned value.
  public static func registers(_ value: UInt32, order: WordOrder) -> [UInt16] {
    let high = UInt16(truncatingIfNeeded: value >> 16)
    let low = UInt16(truncatingIfNeeded: value)
    return switch order {
    case .highFirst: [high, low]
    case .lowFirst: [low, high]
    }
  }

  /// The two registers of a two's complement value.
  public static func registers(_ value: Int32, order: WordOrder) -> [UInt16] {
    registers(UInt32(bitPattern: value), order: order)
  }

  /// The two registers of an IEEE 754 single; a NaN keeps its payload.
  public static func registers(_ value: Float, order: WordOrder) -> [UInt16] {
    registers(value.bitPattern, order: order)
  }
}
