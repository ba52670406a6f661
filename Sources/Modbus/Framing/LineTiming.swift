/// The times of a serial line.
public struct LineTiming: Hashable, Sendable {
  /// Bits per second.
  public let baud: Int
  /// Bits of one character with start, parity and stop bits: 11 by the standard (8E1, 8N2), 10 for
  /// the common 8N1.
  public let bitsPerCharacter: Int

  /// The times of a line. Values below 1 count as 1.
  public init(baud: Int, bitsPerCharacter: Int = 11) {
    self.baud = max(baud, 1)
    self.bitsPerCharacter = min(max(bitsPerCharacter, 1), 16)
  }

  /// The time of one character.
  public var characterTime: Duration { transferTime(bytes: 1) }

  /// The longest hole inside a frame: 1.5 characters, 750 µs above 19200 baud (V1.02, 2.5.1.1).
  public var t1_5: Duration { baud > 19200 ? .microseconds(750) : halfCharacters(3) }

  /// The silence between frames: 3.5 characters, 1750 µs above 19200 baud (V1.02, 2.5.1.1).
  public var t3_5: Duration { baud > 19200 ? .microseconds(1750) : halfCharacters(7) }

  /// How long a number of characters needs on the line, rounded up to a nanosecond. Negative
  /// numbers count as 0 and those above 2²⁴ as 2²⁴.
  public func transferTime(bytes: Int) -> Duration {
    halfCharacters(2 * min(max(bytes, 0), 1 << 24))
  }

  private func halfCharacters(_ count: Int) -> Duration {
    let halfBits = count * bitsPerCharacter
    return .nanoseconds((halfBits * 500_000_000 + baud - 1) / baud)
  }
}

/// How requests and replies are laid into a byte stream.
public enum Framing: Hashable, Sendable {
  /// Serial frames on a line of this bench: unit, PDU, CRC, borders of silence.
  case rtu(LineTiming)
  /// Serial frames through a transparent TCP link, with the times of the line at its far end.
  case rtuOverTCP(LineTiming)
  /// Modbus TCP: header with transaction identifier, no CRC.
  case tcp

  /// The same framing on a line with other times.
  func retimed(_ timing: LineTiming) -> Framing {
    switch self {
    case .rtu: .rtu(timing)
    case .rtuOverTCP: .rtuOverTCP(timing)
    case .tcp: .tcp
    }
  }

  /// The times of the serial line, or nil for Modbus TCP.
  public var timing: LineTiming? {
    switch self {
    case .rtu(let timing), .rtuOverTCP(let timing): timing
    case .tcp: nil
    }
  }
}
