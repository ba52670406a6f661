/// A meter's serial number, as a label, a person or a register gives it.
///
/// Two that consist of digits are equal where their numbers are: a register that holds a number cannot
/// hold the zeros that a label has before it. Any others are equal where every character is.
public struct SerialNumber: Hashable, Sendable, CustomStringConvertible {
  /// As it was given.
  public let text: String

  /// A serial number.
  public init(_ text: String) { self.text = text }

  /// The text less what does not count.
  public var withoutZeros: String {
    guard isNumber else { return text }
    let rest = text.drop { $0 == "0" }
    return rest.isEmpty ? "0" : String(rest)
  }

  private var isNumber: Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Whether it is what a meter shows that was never given one: nothing, or zero.
  public var isUnset: Bool { text.isEmpty || withoutZeros == "0" }

  public static func == (a: SerialNumber, b: SerialNumber) -> Bool {
    a.withoutZeros == b.withoutZeros
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(withoutZeros) }

  public var description: String { text }
}

extension SerialNumber: Codable {
  public init(from decoder: any Decoder) throws {
    text = try decoder.singleValueContainer().decode(String.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
