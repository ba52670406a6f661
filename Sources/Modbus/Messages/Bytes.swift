extension Array<UInt8> {
  /// Appends a word, high byte first (Application Protocol V1.1b3, 4.2).
  mutating func append(word: UInt16) {
    append(UInt8(truncatingIfNeeded: word >> 8))
    append(UInt8(truncatingIfNeeded: word))
  }

  mutating func append(words: [UInt16]) {
    reserveCapacity(count + 2 * words.count)
    for word in words { append(word: word) }
  }

  /// Appends bits, eight a byte, the first one lowest, padded with zeros (6.1).
  mutating func append(bits: [Bool]) {
    var byte: UInt8 = 0
    for (index, bit) in bits.enumerated() {
      if bit { byte |= 1 << UInt8(index % 8) }
      if index % 8 == 7 {
        append(byte)
        byte = 0
      }
    }
    if bits.count % 8 != 0 { append(byte) }
  }
}

extension ArraySlice<UInt8> {
  /// The byte at an offset from the start of the slice.
  func byte(_ offset: Int) -> UInt8 { self[startIndex + offset] }

  /// The word at an offset from the start of the slice, high byte first.
  func word(_ offset: Int) -> UInt16 {
    UInt16(self[startIndex + offset]) << 8 | UInt16(self[startIndex + offset + 1])
  }

  /// `count` words from an offset on.
  func words(_ offset: Int, count: Int) -> [UInt16] {
    withUnsafeBufferPointer { bytes in
      [UInt16](unsafeUninitializedCapacity: count) { words, filled in
        for index in 0..<count {
          words.initializeElement(
            at: index,
            to: UInt16(bytes[offset + 2 * index]) << 8 | UInt16(bytes[offset + 2 * index + 1])
          )
        }
        filled = count
      }
    }
  }

  /// `count` bits from an offset on, the lowest bit of each byte first.
  func bits(_ offset: Int, count: Int) -> [Bool] {
    withUnsafeBufferPointer { bytes in
      [Bool](unsafeUninitializedCapacity: count) { bits, filled in
        for index in 0..<count {
          let byte = bytes[offset + index / 8]
          bits.initializeElement(at: index, to: byte >> UInt8(index % 8) & 1 == 1)
        }
        filled = count
      }
    }
  }
}
