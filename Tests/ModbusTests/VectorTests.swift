import Modbus
import Testing

/// Published frames; every CRC was recomputed by a second program.
@Suite struct VectorTests {
  @Test(
    "A published frame has the CRC that is printed with it",
    arguments: [
      "2A 01 00 10 00 13 7A 19", "2A 01 03 CD 6B 05 44 99", "2A 02 00 10 00 13 3E 19",
      "2A 02 03 CD 6B 05 00 99", "2A 03 00 10 00 03 02 15", "2A 03 06 12 34 56 78 23 45 30 60",
      "01 03 00 00 00 01 84 0A", "01 03 02 00 01 79 84", "02 03 00 00 00 0A C5 FE",
      "03 03 00 00 00 0A C4 2F", "01 83 02 C0 F1", "11 05 01 30 FF 00 8F 59",
      "06 03 00 00 00 01 85 BD", "07 03 00 00 00 01 84 6C", "01 04 00 00 00 50 F0 36",
      "20 11 D8 7C", "7E 03 00 00 00 01 8F C5", "02 07 41 12", "11 81 02 C0 54",
      "11 18 04 DE 07 87", "11 18 00 06 00 02 01 B8 12 84 18 8D",
    ]
  )
  func publishedCRC(text: String) {
    let frame = hex(text)
    #expect(CRC16.of(frame) == 0)
    #expect(
      RTUFrame.wrap(
        unit: UnitIdentifier(rawValue: frame[0]),
        pdu: Array(frame[1..<(frame.count - 2)])
      ) == frame
    )
  }

  @Test("Every single flipped bit of a frame is found by the CRC")
  func flippedBits() {
    let frame = hex("11 03 06 02 2B 00 00 00 64 C8 BA")
    for bit in 0..<(frame.count * 8) {
      var damaged = frame
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(RTUFrame.unwrap(damaged) == nil)
    }
  }

  struct Vector: Sendable, CustomTestStringConvertible {
    var request: Request
    var requestFrame: String
    var response: Response
    var replyFrame: String
    var testDescription: String { request.functionCode.description }
  }

  static let coils: [Bool] = bits(0xCD, 0x6B, 0x05, count: 19)

  static func bits(_ bytes: UInt8..., count: Int) -> [Bool] {
    (0..<count).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
  }

  /// The examples of Application Protocol V1.1b3, clause 6, for unit 17.
  static let specification: [Vector] = [
    Vector(
      request: .readCoils(address: 0x13, count: 19),
      requestFrame: "11 01 00 13 00 13 8E 92",
      response: .bits(coils),
      replyFrame: "11 01 03 CD 6B 05 40 12"
    ),
    Vector(
      request: .readDiscreteInputs(address: 0xC4, count: 22),
      requestFrame: "11 02 00 C4 00 16 BA A9",
      response: .bits(bits(0xAC, 0xDB, 0x35, count: 22)),
      replyFrame: "11 02 03 AC DB 35 20 18"
    ),
    Vector(
      request: .readHoldingRegisters(address: 0x6B, count: 3),
      requestFrame: "11 03 00 6B 00 03 76 87",
      response: .registers([0x022B, 0, 0x64]),
      replyFrame: "11 03 06 02 2B 00 00 00 64 C8 BA"
    ),
    Vector(
      request: .readInputRegisters(address: 8, count: 1),
      requestFrame: "11 04 00 08 00 01 B2 98",
      response: .registers([0x0A]),
      replyFrame: "11 04 02 00 0A F8 F4"
    ),
    Vector(
      request: .writeCoil(address: 0xAC, on: true),
      requestFrame: "11 05 00 AC FF 00 4E 8B",
      response: .written,
      replyFrame: "11 05 00 AC FF 00 4E 8B"
    ),
    Vector(
      request: .writeRegister(address: 1, value: 3),
      requestFrame: "11 06 00 01 00 03 9A 9B",
      response: .written,
      replyFrame: "11 06 00 01 00 03 9A 9B"
    ),
    Vector(
      request: .writeCoils(address: 0x13, values: bits(0xCD, 0x01, count: 10)),
      requestFrame: "11 0F 00 13 00 0A 02 CD 01 BF 0B",
      response: .written,
      replyFrame: "11 0F 00 13 00 0A 26 99"
    ),
    Vector(
      request: .writeRegisters(address: 1, values: [0x000A, 0x0102]),
      requestFrame: "11 10 00 01 00 02 04 00 0A 01 02 C6 F0",
      response: .written,
      replyFrame: "11 10 00 01 00 02 12 98"
    ),
    Vector(
      request: .maskWriteRegister(address: 4, and: 0xF2, or: 0x25),
      requestFrame: "11 16 00 04 00 F2 00 25 66 E2",
      response: .written,
      replyFrame: "11 16 00 04 00 F2 00 25 66 E2"
    ),
    Vector(
      request: .readWriteRegisters(
        readAddress: 3,
        readCount: 6,
        writeAddress: 14,
        values: [0xFF, 0xFF, 0xFF]
      ),
      requestFrame: "11 17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF 4B 54",
      response: .registers([0xFE, 0x0ACD, 1, 3, 0x0D, 0xFF]),
      replyFrame: "11 17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF 0D 75"
    ),
  ]

  @Test("A specification example is encoded and decoded on both sides", arguments: specification)
  func specificationExample(vector: Vector) throws {
    let frame = hex(vector.requestFrame)
    #expect(RTUFrame.wrap(unit: 17, pdu: try vector.request.pdu()) == frame)
    #expect(try Request(pdu: Array(frame[1..<(frame.count - 2)])) == vector.request)
    let reply = hex(vector.replyFrame)
    #expect(replyFrame(vector.response, to: vector.request, unit: 17) == reply)
    #expect(
      try Response(pdu: Array(reply[1..<(reply.count - 2)]), to: vector.request)
        == vector.response
    )
  }

  @Test(
    "A reply PDU cut anywhere is refused",
    arguments: specification
  )
  func truncatedReplies(vector: Vector) {
    let reply = hex(vector.replyFrame)
    let pdu = Array(reply[1..<(reply.count - 2)])
    for length in 0..<pdu.count {
      #expect(throws: ReplyMismatch.self) {
        try Response(pdu: Array(pdu.prefix(length)), to: vector.request)
      }
    }
  }
}
