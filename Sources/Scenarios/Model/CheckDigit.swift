/// How a code proves that it was read and typed as it was printed: its last one or two characters follow
/// from those before them.
public enum CheckDigit: String, Hashable, Sendable, CaseIterable {
  /// ISO/IEC 7812-1, annex B: modulo 10, every second digit doubled.
  case luhn
  /// GS1 General Specifications, 7.9.1: modulo 10, weights 3 and 1 in turn from the right.
  case gs1
  /// ISO/IEC 7064, MOD 11-2: one character after digits, which is X for 10.
  case mod11 = "mod-11-2"
  /// ISO/IEC 7064, MOD 97-10: two digits after digits and letters.
  case mod97 = "mod-97-10"

  /// Whether a code ends with the check characters that it should have. A character that the method has no
  /// value for makes it wrong.
  public func holds(for code: some StringProtocol) -> Bool {
    let codes = Array(code.utf8)
    switch self {
    case .luhn:
      return weighted(codes) { position, digit in
        let weighted = position.isMultiple(of: 2) ? digit : digit * 2
        return weighted > 9 ? weighted - 9 : weighted
      }
    case .gs1:
      return weighted(codes) { position, digit in position.isMultiple(of: 2) ? digit : digit * 3 }
    case .mod11:
      guard codes.count > 1 else { return false }
      var remainder = 0
      for (index, code) in codes.enumerated() {
        let isLast = index == codes.count - 1
        guard let digit = Self.digit(code) ?? (isLast && code == UInt8(ascii: "X") ? 10 : nil)
        else {
          return false
        }
        remainder = (remainder * 2 + digit) % 11
      }
      return remainder == 1
    case .mod97:
      guard codes.count > 2, codes.suffix(2).allSatisfy({ Self.digit($0) != nil }) else {
        return false
      }
      var remainder = 0
      for code in codes {
        if let digit = Self.digit(code) {
          remainder = (remainder * 10 + digit) % 97
        } else if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(code) {
          // A letter counts as its two digits, A as 10.
          remainder = (remainder * 100 + Int(code - UInt8(ascii: "A")) + 10) % 97
        } else {
          return false
        }
      }
      return remainder == 1
    }
  }

  /// Whether the digits' sum, each weighted by its place from the right, is a multiple of 10.
  private func weighted(_ codes: [UInt8], _ weight: (_ position: Int, _ digit: Int) -> Int) -> Bool
  {
    guard codes.count > 1 else { return false }
    var sum = 0
    for (position, code) in codes.reversed().enumerated() {
      guard let digit = Self.digit(code) else { return false }
      sum += weight(position, digit)
    }
    return sum.isMultiple(of: 10)
  }

  private static func digit(_ code: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(code) ? Int(code - UInt8(ascii: "0")) : nil
  }
}
