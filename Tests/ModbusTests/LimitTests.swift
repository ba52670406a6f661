import Modbus
import Testing

@Suite struct LimitTests {
  struct Limit: Sendable, CustomTestStringConvertible {
    var name: String
    var allowed: ClosedRange<Int>
    var request: @Sendable (_ address: Int, _ quantity: Int) -> Request
    var testDescription: String { name }
  }

  static let limits: [Limit] = [
    Limit(name: "01", allowed: 1...2000) {
      .readCoils(address: UInt16($0), count: UInt16($1))
    },
    Limit(name: "02", allowed: 1...2000) {
      .readDiscreteInputs(address: UInt16($0), count: UInt16($1))
    },
    Limit(name: "03", allowed: 1...125) {
      .readHoldingRegisters(address: UInt16($0), count: UInt16($1))
    },
    Limit(name: "04", allowed: 1...125) {
      .readInputRegisters(address: UInt16($0), count: UInt16($1))
    },
    Limit(name: "0F", allowed: 1...1968) {
      .writeCoils(address: UInt16($0), values: Array(repeating: true, count: $1))
    },
    Limit(name: "10", allowed: 1...123) {
      .writeRegisters(address: UInt16($0), values: Array(repeating: 7, count: $1))
    },
    Limit(name: "17 read", allowed: 1...125) {
      .readWriteRegisters(
        readAddress: UInt16($0),
        readCount: UInt16($1),
        writeAddress: 0,
        values: [1]
      )
    },
    Limit(name: "17 write", allowed: 1...121) {
      .readWriteRegisters(
        readAddress: 0,
        readCount: 1,
        writeAddress: UInt16($0),
        values: Array(repeating: 7, count: $1)
      )
    },
  ]

  @Test("The smallest and the largest quantity pass, their neighbours do not", arguments: limits)
  func quantity(limit: Limit) throws {
    for quantity in [limit.allowed.lowerBound, limit.allowed.upperBound] {
      let request = limit.request(0, quantity)
      let pdu = try request.pdu()
      #expect(pdu.count <= 253)
      #expect(try Request(pdu: pdu) == request)
    }
    for quantity in [limit.allowed.lowerBound - 1, limit.allowed.upperBound + 1] {
      let request = limit.request(0, quantity)
      #expect(
        throws: RequestError.quantityOutOfRange(
          request.functionCode,
          quantity: quantity,
          allowed: limit.allowed
        )
      ) { try request.pdu() }
    }
  }

  @Test("Address plus quantity may reach 65536 and not pass it", arguments: limits)
  func addressSpace(limit: Limit) throws {
    let quantity = limit.allowed.upperBound
    _ = try limit.request(65536 - quantity, quantity).pdu()
    let request = limit.request(65537 - quantity, quantity)
    #expect(
      throws: RequestError.addressOverflow(
        request.functionCode,
        address: UInt16(65537 - quantity),
        quantity: quantity
      )
    ) { try request.pdu() }
  }

  @Test(
    "A server refuses bytes outside the limits with the right exception",
    arguments: [
      ("01 00 00 00 00", ExceptionCode.illegalDataValue),
      ("01 00 00 07 D1", .illegalDataValue),
      ("03 00 00 00 7E", .illegalDataValue),
      ("03 FF FF 00 02", .illegalDataAddress),
      ("03 00 00 00", .illegalDataValue),
      ("03 00 00 00 01 00", .illegalDataValue),
      ("05 00 00 FF 01", .illegalDataValue),
      ("05 00 00 00 FF", .illegalDataValue),
      ("0F 00 00 00 0A 03 CD 01 00", .illegalDataValue),
      ("0F 00 00 00 0A 02 CD", .illegalDataValue),
      ("0F FF FF 00 02 01 03", .illegalDataAddress),
      ("10 00 00 00 02 04 00 0A 01", .illegalDataValue),
      ("10 00 00 00 02 03 00 0A 01 02", .illegalDataValue),
      ("10 00 00 00 00 00", .illegalDataValue),
      ("17 00 00 00 01 00 00 00 01 02 00", .illegalDataValue),
      ("17 00 00 00 01", .illegalDataValue),
      ("08 00 05 00 00", .illegalFunction),
      ("08 00 0B 00 01", .illegalDataValue),
      ("08 00 00", .illegalDataValue),
      ("08 00 00 01", .illegalDataValue),
      ("08 00 01 00 FF", .illegalDataValue),
      ("16 00 04 00 F2 00", .illegalDataValue),
      ("11 00", .illegalDataValue),
      ("2B 0D 01 00", .illegalFunction),
      ("2B 0E 05 00", .illegalDataValue),
      ("63 00", .illegalFunction),
      ("00", .illegalFunction),
      ("83 02", .illegalFunction),
    ]
  )
  func refusal(text: String, exception: ExceptionCode) {
    #expect {
      try Request(pdu: hex(text))
    } throws: { error in
      (error as? RequestError)?.exceptionCode == exception
    }
  }

  @Test("No byte at all is not a request")
  func emptyPDU() {
    #expect(throws: RequestError.emptyPDU) { try Request(pdu: []) }
  }

  @Test(
    "The diagnostic sub-functions take the data that the specification gives them",
    arguments: [
      (UInt16(0x00), [UInt16(0xA537)], true), (0x00, [], false),
      (0x00, Array(repeating: 1, count: 125), true),
      (0x00, Array(repeating: 1, count: 126), false), (0x01, [0], true), (0x01, [0xFF00], true),
      (0x01, [1], false), (0x03, [0x4100], true), (0x03, [0x4101], false), (0x0A, [0], true),
      (0x0A, [0, 0], false), (0x13, [0], false), (0x14, [0], true), (0x15, [0], false),
    ]
  )
  func diagnostics(subfunction: UInt16, data: [UInt16], isValid: Bool) {
    let request = Request.diagnostics(subfunction: subfunction, data: data)
    let encoded = try? request.pdu()
    #expect((encoded != nil) == isValid)
  }
}
