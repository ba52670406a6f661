/// The address of a device on a Modbus line, one byte.
///
/// Modbus over Serial Line V1.02, 2.2: 0 is the broadcast, 1 to 247 are devices, 248 to 255 are
/// reserved. On TCP, 255 addresses the TCP device itself (Messaging on TCP/IP V1.0b, 4.4.2.1).
public struct UnitIdentifier: RawRepresentable, Hashable, Sendable, Codable, Comparable,
  ExpressibleByIntegerLiteral, CustomStringConvertible
{
  /// The byte on the wire, 0 to 255.
  public let rawValue: UInt8

  /// The unit with this byte; any of the 256 values can appear on a line.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The unit with this byte.
  public init(integerLiteral value: UInt8) { self.rawValue = value }

  /// Unit 0: every device listens and none answers.
  public static let broadcast = UnitIdentifier(rawValue: 0)

  /// Whether one device can have this address on a serial line: 1 to 247.
  public var isDevice: Bool { (1...247).contains(rawValue) }

  /// The number in decimal.
  public var description: String { String(rawValue) }

  /// Orders units by number.
  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}
