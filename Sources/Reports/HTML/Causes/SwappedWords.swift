import Quantities
import RunRecord

/// A setting or a serial number whose registers hold another number with the lower word first.
enum SwappedWords {
  /// That other number; nil where the frames give no reason to think so.
  ///
  /// - Parameters:
  ///   - found: what was made of the registers.
  ///   - allowed: what was expected.
  ///   - exchanges: where the registers came from.
  static func number(
    in found: String,
    allowed: [String],
    _ exchanges: [RecordedExchange]
  ) -> String? {
    let words = found.split(separator: " ").map(String.init)
    for registers in exchanges.compactMap(FrameRegisters.init) {
      for index in 0..<max(0, registers.values.count - 1) {
        let number =
          real(words, registers, index) ?? whole(words, registers, index, allowed: allowed)
        if let number { return number }
      }
    }
    return nil
  }

  /// Swapped words make of an everyday number one that no setting ever is.
  private static func real(
    _ words: [String],
    _ registers: FrameRegisters,
    _ index: Int
  ) -> String? {
    guard let raw = registers.float(at: index), raw != 0, raw.isFinite,
      !(1e-30...1e30).contains(abs(raw)),
      let swapped = registers.float(at: index, isSwapped: true),
      (1e-6...1e9).contains(abs(swapped)),
      words.compactMap(Double.init).contains(where: { abs($0 / raw - 1) < 1e-5 })
    else { return nil }
    return Decimal.text(swapped)
  }

  /// Any whole number is one that a meter may have, so the other must be the expected one.
  private static func whole(
    _ words: [String],
    _ registers: FrameRegisters,
    _ index: Int,
    allowed: [String]
  ) -> String? {
    let (high, low) = (UInt32(registers.values[index]), UInt32(registers.values[index + 1]))
    let swapped = "\(low << 16 | high)"
    return words.contains("\(high << 16 | low)") && allowed.contains(swapped) ? swapped : nil
  }
}
