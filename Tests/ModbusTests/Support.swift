import Modbus

/// The bytes written as `11 03 00`.
func hex(_ text: String) -> [UInt8] {
  text.split(separator: " ").compactMap { UInt8($0, radix: 16) }
}

/// A seeded generator (SplitMix64), so that a failing property test can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  mutating func words(_ count: Int) -> [UInt16] {
    (0..<count).map { _ in UInt16.random(in: 0...0xFFFF, using: &self) }
  }

  mutating func bits(_ count: Int) -> [Bool] {
    (0..<count).map { _ in Bool.random(using: &self) }
  }

  mutating func address(room: Int) -> UInt16 {
    UInt16(Int.random(in: 0...(65536 - max(room, 1)), using: &self))
  }

  /// Any request within the limits.
  mutating func request() -> Request {
    let count = Int.random(in: 1...125, using: &self)
    let word = UInt16.random(in: 0...0xFFFF, using: &self)
    switch Int.random(in: 0..<13, using: &self) {
    case 0:
      let bits = Int.random(in: 1...2000, using: &self)
      return .readCoils(address: address(room: bits), count: UInt16(bits))
    case 1:
      let bits = Int.random(in: 1...2000, using: &self)
      return .readDiscreteInputs(address: address(room: bits), count: UInt16(bits))
    case 2: return .readHoldingRegisters(address: address(room: count), count: UInt16(count))
    case 3: return .readInputRegisters(address: address(room: count), count: UInt16(count))
    case 4: return .writeCoil(address: word, on: Bool.random(using: &self))
    case 5: return .writeRegister(address: word, value: address(room: 1))
    case 6: return .diagnostics(subfunction: 0, data: words(count))
    case 7:
      let bits = Int.random(in: 1...1968, using: &self)
      return .writeCoils(address: address(room: bits), values: self.bits(bits))
    case 8:
      let registers = min(count, 123)
      return .writeRegisters(address: address(room: registers), values: words(registers))
    case 9: return .reportServerID
    case 10: return .maskWriteRegister(address: word, and: address(room: 1), or: address(room: 1))
    case 11:
      let registers = min(count, 121)
      return .readWriteRegisters(
        readAddress: address(room: count),
        readCount: UInt16(count),
        writeAddress: address(room: registers),
        values: words(registers)
      )
    default:
      let code = DeviceIdentification.ReadCode.allCases.randomElement(using: &self) ?? .basic
      return .readDeviceIdentification(code: code, object: UInt8(truncatingIfNeeded: word))
    }
  }

  /// A normal answer to a request.
  mutating func response(to request: Request) -> Response {
    switch request {
    case .readCoils(_, let count), .readDiscreteInputs(_, let count): return .bits(bits(Int(count)))
    case .readHoldingRegisters(_, let count), .readInputRegisters(_, let count),
      .readWriteRegisters(_, let count, _, _):
      return .registers(words(Int(count)))
    case .writeCoil, .writeRegister, .writeCoils, .writeRegisters, .maskWriteRegister:
      return .written
    case .diagnostics(_, let data): return .diagnostics(data)
    case .reportServerID: return .serverID(bytes(Int.random(in: 0...251, using: &self)))
    case .readDeviceIdentification(let code, let object):
      let count = code == .individual ? 1 : Int.random(in: 1...5, using: &self)
      return .deviceIdentification(
        DeviceIdentification(
          conformityLevel: 0x83,
          nextObject: Bool.random(using: &self) ? 7 : nil,
          objects: (0..<count).map {
            DeviceIdentification.Object(
              identifier: code == .individual ? object : UInt8($0),
              value: bytes(Int.random(in: 0...40, using: &self))
            )
          }
        )
      )
    }
  }
}

/// The reply frame of a unit.
func replyFrame(_ response: Response, to request: Request, unit: UnitIdentifier) -> [UInt8] {
  RTUFrame.wrap(unit: unit, pdu: response.pdu(to: request) ?? [])
}

extension RTUFrame {
  /// The frame of a request within the limits.
  static func of(_ request: Request, unit: UnitIdentifier) -> [UInt8] {
    wrap(unit: unit, pdu: (try? request.pdu()) ?? [])
  }
}
