/// Where a serial request ends, by its structure alone.
enum RequestLayout {
  enum Length: Equatable {
    /// The frame has this many bytes. `isConsistent` tells whether a byte count and a quantity
    /// agree, which chance hardly brings about.
    case known(Int, isConsistent: Bool)
    /// Only the CRC tells: any length from `shortest` in steps. That is so for 08/00, whose data
    /// may have any number of words, and for functions unknown here.
    case open(shortest: Int, step: Int)
    /// At least this many bytes are needed to tell.
    case needs(Int)
    /// No request starts like this.
    case impossible
  }

  /// The length of the request frame that may start at an offset.
  static func length(_ bytes: [UInt8], at start: Int) -> Length {
    let available = bytes.count - start
    guard available >= 2 else { return .needs(2) }
    guard bytes[start] <= 247 else { return .impossible }
    switch bytes[start + 1] {
    case 0x01...0x06: return .known(8, isConsistent: false)
    case 0x07, 0x0B, 0x0C: return .known(4, isConsistent: false)
    case 0x08:
      guard available >= 4 else { return .needs(4) }
      return bytes[start + 2] == 0 && bytes[start + 3] == 0
        ? .open(shortest: 8, step: 2) : .known(8, isConsistent: false)
    case 0x0F: return counted(bytes, start, available, quantityAt: 4, bitsPerValue: 1)
    case 0x10: return counted(bytes, start, available, quantityAt: 4, bitsPerValue: 16)
    case 0x11: return .known(4, isConsistent: false)
    case 0x16: return .known(10, isConsistent: false)
    case 0x17: return counted(bytes, start, available, quantityAt: 8, bitsPerValue: 16)
    case 0x2B:
      guard available >= 3 else { return .needs(3) }
      return bytes[start + 2] == Limit.deviceIdentificationMEI
        ? .known(7, isConsistent: false) : .impossible
    case 0x01...0x7F: return .open(shortest: 4, step: 1)
    default: return .impossible
    }
  }

  private static func counted(
    _ bytes: [UInt8],
    _ start: Int,
    _ available: Int,
    quantityAt: Int,
    bitsPerValue: Int
  ) -> Length {
    guard available >= quantityAt + 3 else { return .needs(quantityAt + 3) }
    let quantity = Int(bytes[start + quantityAt]) << 8 + Int(bytes[start + quantityAt + 1])
    let byteCount = Int(bytes[start + quantityAt + 2])
    let length = quantityAt + 5 + byteCount
    guard length <= RTUFrame.longest else { return .impossible }
    return .known(
      length,
      isConsistent: quantity > 0 && byteCount == (quantity * bitsPerValue + 7) / 8
    )
  }
}
