/// Hexadecimal as frames are printed: two upper-case digits a byte.
enum Hex {
  private static let digits = Array("0123456789ABCDEF")

  static func byte(_ value: UInt8) -> String {
    String([digits[Int(value >> 4)], digits[Int(value & 15)]])
  }

  static func word(_ value: UInt16) -> String {
    byte(UInt8(truncatingIfNeeded: value >> 8)) + byte(UInt8(truncatingIfNeeded: value))
  }

  static func bytes(_ values: some Sequence<UInt8>) -> String {
    values.map(byte).joined(separator: " ")
  }
}
