public import Modbus
public import Quantities

/// A meter type: what it measures, what can be set, what its outputs do, and how sure each of
/// these is. Nothing in the code knows a meter; all knowledge of one is here.
public struct MeterProfile: Sendable {
  /// The name that bench and scenario files use, such as `integra-1221`.
  public var name: String
  /// The built-in profile that its file extends; nil where it extends none.
  public var extended: String?
  /// The meter's full name.
  public var title: String
  /// Who makes it.
  public var maker: String
  /// Documents that the profile rests on, by key.
  public var sources: [Source]
  /// Hardware variants, such as `auxiliary` and `self-powered`.
  public var variants: [String]
  /// System types it can measure, each with the variants that can.
  public var systemTypes: [SystemTypeAvailability]
  /// Register map lineages that the type may belong to; the first is the one used unless a bench
  /// says otherwise. Empty where there is only one.
  public var lineages: [String]
  /// The type as each lineage has it, where a lineage changes more than the lists of what it holds.
  public internal(set) var byLineage: [String: MeterProfile] = [:]
  /// How it talks.
  public var communication: Communication
  /// Moments of register values; nil where nothing is known, and then no energy from its
  /// registers is judged.
  public var readings: ReadingMoments?
  /// How long it needs after power-up before its accuracy holds.
  public var warmUp: Duration
  /// What it does before its first measurement; nil where nothing is known.
  public var startUp: StartUp?
  /// The conditions under which its accuracy was verified; nil where none are stated.
  public var referenceConditions: ReferenceConditions?
  /// The setting access password; nil where the type has none.
  public var password: Password?
  /// What it measures, in the order of the file.
  public var quantities: [MeasuredQuantity]
  /// What can be set, in the order of the file.
  public var settings: [Setting]
  /// How it puts the phases of reactive and apparent energy together; nil where nothing is known.
  public var summation: PhaseSummation?
  /// What of a distorted current it counts; nil where nothing is known.
  public var harmonics: HarmonicContent?
  /// The accuracy classes that it claims; nil where none is stated.
  public var accuracy: ClaimedAccuracy?
  /// How counters and maxima are cleared.
  public var resets: [MeterReset]
  /// Its pulse outputs.
  public var pulseOutputs: [PulseOutput]
  /// The file it came from, and its text, for the record.
  public var file: String
  public var text: String

  /// The type as a meter of this lineage is; the first lineage where none is named.
  public func of(lineage: String?) -> MeterProfile {
    (lineage ?? lineages.first).flatMap { byLineage[$0] } ?? self
  }

  /// The system type of a meter that has no choice of them; nil where it has.
  public var onlySystem: String? { systemTypes.count == 1 ? systemTypes[0].system : nil }

  /// The quantity of this name.
  public func quantity(_ name: String) -> MeasuredQuantity? {
    quantities.first { $0.name == name }
  }

  /// The setting of this name.
  public func setting(_ name: String) -> Setting? { settings.first { $0.name == name } }

  /// The reset of this name.
  public func reset(_ name: String) -> MeterReset? { resets.first { $0.name == name } }

  /// The pulse output of this name.
  public func pulseOutput(_ name: String) -> PulseOutput? {
    pulseOutputs.first { $0.name == name }
  }

  /// A document that knowledge comes from.
  public struct Source: Hashable, Sendable {
    public var key: String
    public var text: String
  }

  /// A system type with the variants that can measure it.
  public struct SystemTypeAvailability: Hashable, Sendable {
    public var system: String
    /// Empty: every variant.
    public var variants: [String]
  }
}

/// How sure a piece of knowledge about a meter type is.
public enum Certainty: String, Hashable, Sendable, CaseIterable {
  /// Its own manual says so.
  case manual
  /// A document of the meter's family says so.
  case family
  /// Inferred from related meters or behaviour; unproven.
  case inferred
}

/// How a meter type talks.
public struct Communication: Hashable, Sendable {
  /// Function codes it supports.
  public var functions: [UInt8]
  /// Line rates it can be set to, in baud.
  public var baudRates: [Int]
  /// Parities: `none`, `even`, `odd`.
  public var parities: [String]
  public var stopBits: [Int]
  /// The longest time to the first byte of a reply.
  public var responseLimit: Duration
  /// The least pause before it may be asked again.
  public var minimumPause: Duration
  /// The most registers it returns in one reply.
  public var registersPerRead: Int
  public var wordOrder: WordOrder
}

/// What moment a register value belongs to: the interval from (request sent − update interval −
/// latency) to the first byte of the reply.
public struct ReadingMoments: Hashable, Sendable {
  public var updateInterval: Duration
  public var latency: Duration
  public var certainty: Certainty

  /// How far from a moment the values are latched and shown that place it: one step of the register further places
  /// it better than the first reading that is far enough.
  public var reach: Duration { updateInterval * 2 + latency + .milliseconds(500) }
}

/// How settings are unlocked.
public struct Password: Hashable, Sendable {
  /// Where the password is written to unlock.
  public var unlock: RegisterAddress
  /// Where 1 is read while unlocked; nil where nothing tells.
  public var state: RegisterAddress?
  /// How long an unlocked meter stays so.
  public var window: Duration
  /// The password of a new meter, as a number.
  public var factory: Int
  public var certainty: Certainty
}

/// A place in the register map.
public struct RegisterAddress: Hashable, Sendable, CustomStringConvertible {
  /// Which table.
  public enum Table: String, Hashable, Sendable {
    case input, holding
  }

  public var table: Table
  /// The protocol address, counted from 0.
  public var address: UInt16
  public var encoding: RegisterFormat

  /// What the register holds after a number was written: 0.1 is another number in 32 bits.
  public func stored(_ number: Double, order: WordOrder) -> Double {
    encoding.encode(number, order: order).flatMap { encoding.decode($0, order: order) } ?? number
  }

  /// A place in the register map.
  public init(_ table: Table, _ address: UInt16, _ encoding: RegisterFormat = .float32) {
    self.table = table
    self.address = address
    self.encoding = encoding
  }

  /// The request that reads it.
  public var readRequest: Request {
    let count = UInt16(encoding.registerCount)
    return switch table {
    case .input: .readInputRegisters(address: address, count: count)
    case .holding: .readHoldingRegisters(address: address, count: count)
    }
  }

  public var description: String {
    let digits = String(address, radix: 16, uppercase: true)
    return "\(table) 0x\(String(repeating: "0", count: 4 - digits.count))\(digits)"
  }
}

/// How a number stands in registers.
public enum RegisterFormat: String, Hashable, Sendable, CaseIterable {
  case float32, uint32, uint16

  /// How many registers it takes.
  public var registerCount: Int { self == .uint16 ? 1 : 2 }

  /// The number in `registers`; nil where there are too few.
  public func decode(_ registers: some Collection<UInt16>, order: WordOrder) -> Double? {
    let words = Array(registers.prefix(registerCount))
    guard words.count == registerCount else { return nil }
    if self == .uint16 { return Double(words[0]) }
    let (high, low) = order == .highFirst ? (words[0], words[1]) : (words[1], words[0])
    let bits = UInt32(high) << 16 | UInt32(low)
    return self == .float32 ? Double(Float(bitPattern: bits)) : Double(bits)
  }

  /// The registers that hold `number`; nil where it does not fit.
  public func encode(_ number: Double, order: WordOrder) -> [UInt16]? {
    let bits: UInt32
    switch self {
    case .uint16: return UInt16(exactly: number).map { [$0] }
    case .uint32:
      guard let exact = UInt32(exactly: number) else { return nil }
      bits = exact
    case .float32:
      let single = Float(number)
      guard single.isFinite || !number.isFinite else { return nil }
      bits = single.bitPattern
    }
    let words = [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
    return order == .highFirst ? words : words.reversed()
  }

  /// The distance between neighbouring values at `number`: float32 spacing, or 1.
  public func spacing(at number: Double) -> Double {
    self == .float32 ? Double(Float(number).ulp) : 1
  }
}
