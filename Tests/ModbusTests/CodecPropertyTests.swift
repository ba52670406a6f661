import Modbus
import Testing

@Suite struct CodecPropertyTests {
  @Test("A random request and its answer survive encoding and decoding", arguments: 0..<8)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      let request = random.request()
      let pdu = try request.pdu()
      #expect(try Request(pdu: pdu) == request)
      let response = random.response(to: request)
      let reply = try #require(response.pdu(to: request))
      #expect(try Response(pdu: reply, to: request) == response)
      if ![.reportServerID, .readDeviceIdentification].contains(request.functionCode) {
        #expect(reply.count == request.replyLength)
      }
    }
  }

  @Test(
    "Random and mutated bytes are refused or decoded, and never more than was asked for",
    arguments: 0..<8
  )
  func hostileBytes(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 100)
    for _ in 0..<300 {
      let request = random.request()
      var bytes = random.response(to: request).pdu(to: request) ?? []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeLast()
        case 2: bytes.append(UInt8.random(in: 0...255, using: &random))
        default: bytes = random.bytes(Int.random(in: 1...260, using: &random))
        }
        if bytes.isEmpty { break }
      }
      guard let response = try? Response(pdu: bytes, to: request) else { continue }
      switch (response, request) {
      case (.registers(let values), .readHoldingRegisters(_, let count)),
        (.registers(let values), .readInputRegisters(_, let count)):
        #expect(values.count == Int(count))
      case (.bits(let values), .readCoils(_, let count)): #expect(values.count == Int(count))
      default: break
      }
      _ = try? Request(pdu: bytes)
    }
  }

  @Test("A decoded random PDU encodes to the same bytes again")
  func canonical() throws {
    var random = SeededGenerator(seed: 4711)
    var decoded = 0
    for _ in 0..<20_000 {
      var bytes = random.bytes(5)
      bytes[0] &= 0x0F
      guard let request = try? Request(pdu: bytes) else { continue }
      decoded += 1
      #expect(try request.pdu() == bytes)
    }
    #expect(decoded > 100)
  }

  @Test(
    "A 32-bit value survives both word orders",
    arguments: WordOrder.allCases,
    [UInt32(0), 1, 0x1234_5678, 0x7FC0_0001, 0x8000_0000, .max]
  )
  func registerEncoding(order: WordOrder, value: UInt32) {
    let registers = RegisterEncoding.registers(value, order: order)
    #expect(RegisterEncoding.uint32(registers, order: order) == value)
    #expect(RegisterEncoding.int32(registers, order: order) == Int32(bitPattern: value))
    #expect(RegisterEncoding.float32(registers, order: order)?.bitPattern == value)
    #expect(RegisterEncoding.registers(Float(bitPattern: value), order: order) == registers)
    #expect(RegisterEncoding.registers(Int32(bitPattern: value), order: order) == registers)
  }

  @Test("230.2 V is 4366 3333, high word first")
  func knownFloat() {
    #expect(RegisterEncoding.registers(Float(230.2), order: .highFirst) == [0x4366, 0x3333])
    #expect(RegisterEncoding.float32([0x3333, 0x4366], order: .lowFirst) == 230.2)
    #expect(RegisterEncoding.float32([0x4366], order: .highFirst) == nil)
  }

  @Test(
    "The line times are those of the specification",
    arguments: [
      (9600, 4_010_417, 1_718_750), (19200, 2_005_209, 859_375), (38400, 1_750_000, 750_000),
      (115200, 1_750_000, 750_000),
    ]
  )
  func lineTiming(baud: Int, t3_5: Int, t1_5: Int) {
    let timing = LineTiming(baud: baud, bitsPerCharacter: 11)
    #expect(timing.t3_5 == .nanoseconds(t3_5))
    #expect(timing.t1_5 == .nanoseconds(t1_5))
    #expect(timing.transferTime(bytes: baud) == .seconds(11))
  }

  @Test("An identifier prints as a number, codes print with their names")
  func descriptions() {
    #expect("\(UnitIdentifier(rawValue: 17))" == "17")
    #expect("\(FunctionCode.readHoldingRegisters)" == "03 read holding registers")
    #expect("\(FunctionCode(rawValue: 0x41))" == "41 unknown function")
    #expect("\(ExceptionCode.illegalDataAddress)" == "02 illegal data address")
    #expect("\(ExceptionCode(rawValue: 0x7F))" == "7F unnamed exception")
    #expect(UnitIdentifier(rawValue: 247).isDevice)
    #expect(!UnitIdentifier(rawValue: 248).isDevice)
    #expect(!UnitIdentifier.broadcast.isDevice)
  }
}
