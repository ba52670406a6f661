import Quantities

/// The name of a run.
enum RunIdentity {
  /// A twin's run is named by its inputs alone, so that equal inputs give equal records.
  static func twin(_ inputs: [String]) -> String { "twin-" + hash(inputs) }

  /// A real run is named by its moment and its inputs.
  static func host(_ inputs: [String], millisecondsSinceEpoch: Int64) -> String {
    let time = UTC.text(millisecondsSinceEpoch: millisecondsSinceEpoch)
      .replacing("-", with: "").replacing(":", with: "").prefix(15)
    return "\(time)Z-" + hash(inputs + ["\(millisecondsSinceEpoch)"]).prefix(8)
  }

  /// FNV-1a of 64 bits, with each input's length before it. It tells runs apart; it seals nothing.
  private static func hash(_ inputs: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    for input in inputs {
      for byte in "\(input.utf8.count):".utf8 { take(byte) }
      for byte in input.utf8 { take(byte) }
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
