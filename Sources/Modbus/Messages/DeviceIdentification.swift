/// The reply to 2B/0E, read device identification (Application Protocol V1.1b3, 6.21).
public struct DeviceIdentification: Hashable, Sendable {
  /// Which objects are asked for.
  public enum ReadCode: UInt8, Hashable, Sendable, CaseIterable {
    /// Vendor name, product code and revision, as a stream.
    case basic = 1
    /// The basic objects and 03 to 06, as a stream.
    case regular = 2
    /// All objects, as a stream.
    case extended = 3
    /// One object.
    case individual = 4
  }

  /// One object: 00 vendor name, 01 product code, 02 revision, and so on.
  public struct Object: Hashable, Sendable {
    /// The object identifier.
    public var identifier: UInt8
    /// Its bytes, mostly ASCII text.
    public var value: [UInt8]

    /// An object.
    public init(identifier: UInt8, value: [UInt8]) {
      self.identifier = identifier
      self.value = value
    }
  }

  /// The device's conformity level: 01 to 03, or 81 to 83 when single objects can be read as well.
  public var conformityLevel: UInt8
  /// The object to ask for next, or nil when nothing follows.
  public var nextObject: UInt8?
  /// The objects of this reply, in the order of the device.
  public var objects: [Object]

  /// A reply.
  public init(conformityLevel: UInt8, nextObject: UInt8?, objects: [Object]) {
    self.conformityLevel = conformityLevel
    self.nextObject = nextObject
    self.objects = objects
  }
}
