/// How characters stand on a line.
public struct LineSettings: Hashable, Sendable {
  /// Line rate in baud.
  public var baud: Int
  /// `none`, `even` or `odd`.
  public var parity: String
  public var stopBits: Int

  /// Line settings; 9600 8N1 where nothing else is said.
  public init(baud: Int = 9600, parity: String = "none", stopBits: Int = 1) {
    self.baud = baud
    self.parity = parity
    self.stopBits = stopBits
  }

  /// Start, data, parity and stop bits of one character.
  public var bitsPerCharacter: Int { 1 + 8 + (parity == "none" ? 0 : 1) + stopBits }

  /// The serial line specification asks for 11 bits (V1.02 clause 2.5.1); 8N1 has 10.
  public var conforms: Bool { bitsPerCharacter == 11 }

  /// Takes the form of characters from `8E1` and the like; other texts change nothing.
  public mutating func setForm(_ text: some StringProtocol) {
    let parities: [Character: String] = ["N": "none", "E": "even", "O": "odd"]
    guard text.count == 3, let parity = text.dropFirst().first.flatMap({ parities[$0] }),
      let bits = text.last?.wholeNumberValue
    else { return }
    self.parity = parity
    stopBits = bits
  }

  /// `9600 8N1` and the like.
  public var text: String {
    "\(baud) 8\(parity.prefix(1).uppercased())\(stopBits)"
  }
}

extension LineTiming {
  /// The timing of a line with these settings.
  public init(_ line: LineSettings) {
    self.init(baud: line.baud, bitsPerCharacter: line.bitsPerCharacter)
  }
}
