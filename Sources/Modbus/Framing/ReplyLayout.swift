/// Where a serial reply ends, by its structure alone: silence inside or between frames says nothing
/// once a USB adapter has cut the stream into its own pieces.
enum ReplyLayout {
  enum Length: Equatable {
    /// The frame, CRC included, has this many bytes.
    case known(Int)
    /// At least this many bytes are needed to tell.
    case needs(Int)
    /// No reply starts like this.
    case impossible
  }

  /// The length of the reply frame that may start at an offset.
  static func length(_ bytes: [UInt8], at start: Int) -> Length {
    let available = bytes.count - start
    guard available >= 2 else { return .needs(2) }
    let function = bytes[start + 1]
    if function & 0x80 != 0 { return isKnown(function & 0x7F) ? .known(5) : .impossible }
    let length = plainLength(function, bytes, start, available)
    if case .known(let count) = length, count > RTUFrame.longest { return .impossible }
    return length
  }

  /// Functions that only other clients use (07, 0B, 0C, 14, 15, 18) are known as well, so that
  /// foreign traffic is recognised for what it is.
  private static func isKnown(_ function: UInt8) -> Bool {
    switch function {
    case 0x01...0x08, 0x0B, 0x0C, 0x0F, 0x10, 0x11, 0x14...0x18, 0x2B: true
    default: false
    }
  }

  private static func plainLength(
    _ function: UInt8,
    _ bytes: [UInt8],
    _ start: Int,
    _ available: Int
  ) -> Length {
    switch function {
    case 0x01, 0x02, 0x03, 0x04, 0x0C, 0x11, 0x14, 0x15, 0x17:
      available < 3 ? .needs(3) : .known(5 + Int(bytes[start + 2]))
    case 0x05, 0x06, 0x08, 0x0B, 0x0F, 0x10: .known(8)
    case 0x07: .known(5)
    case 0x16: .known(10)
    case 0x18:
      available < 4
        ? .needs(4) : .known(6 + Int(bytes[start + 2]) << 8 + Int(bytes[start + 3]))
    case 0x2B: identificationLength(bytes, start, available)
    default: .impossible
    }
  }

  /// 2B/0E: the objects are walked one by one (Application Protocol V1.1b3, 6.21).
  private static func identificationLength(
    _ bytes: [UInt8],
    _ start: Int,
    _ available: Int
  ) -> Length {
    guard available >= 3 else { return .needs(3) }
    guard bytes[start + 2] == Limit.deviceIdentificationMEI else { return .impossible }
    guard available >= 8 else { return .needs(8) }
    var end = 8
    for _ in 0..<bytes[start + 7] {
      guard end + 2 <= RTUFrame.longest else { return .impossible }
      guard available >= end + 2 else { return .needs(end + 2) }
      end += 2 + Int(bytes[start + end + 1])
    }
    return .known(end + 2)
  }
}
