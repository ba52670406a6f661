import Modbus
import Testing

/// A device with 100 of everything, at addresses 0 to 99.
struct Shelf: ServerModel {
  var supportedFunctions = Set(FunctionCode.all)
  var coils = Array(repeating: false, count: 100)
  var registers = (0..<100).map { UInt16($0) &+ 0x100 }
  var returnsOneTooMany = false

  func holds(_ addresses: Range<Int>, in table: DataTable) -> Bool {
    addresses.upperBound <= 100 && addresses.lowerBound < 100
  }

  mutating func readCoils(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [Bool] {
    Array(coils[Int(address)..<(Int(address) + Int(count))])
  }

  mutating func readHoldingRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    Array(registers[Int(address)..<(Int(address) + Int(count))])
      + (returnsOneTooMany ? [0] : [])
  }

  mutating func readInputRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] { throw .serverDeviceBusy }

  mutating func writeCoil(address: UInt16, on: Bool, at now: Duration) throws(ExceptionCode) {
    coils[Int(address)] = on
  }

  mutating func writeRegister(
    address: UInt16,
    value: UInt16,
    at now: Duration
  ) throws(ExceptionCode) { registers[Int(address)] = value }

  mutating func writeCoils(
    address: UInt16,
    values: [Bool],
    at now: Duration
  ) throws(ExceptionCode) {
    for (index, value) in values.enumerated() { coils[Int(address) + index] = value }
  }

  mutating func writeRegisters(
    address: UInt16,
    values: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) {
    for (index, value) in values.enumerated() { registers[Int(address) + index] = value }
  }

  mutating func diagnostics(
    subfunction: UInt16,
    data: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] { data }

  mutating func reportServerID(at now: Duration) throws(ExceptionCode) -> [UInt8] { [0x2A, 0xFF] }
}

@Suite struct ServerTests {
  func respond(_ text: String, _ shelf: inout Shelf) -> [UInt8] {
    Server.respond(to: hex(text), model: &shelf, at: .zero)
  }

  @Test(
    "Checks come in the order function, address, quantity, execution",
    arguments: [
      ("63 00 00 00 01", "E3 01"),  // function first
      ("03 00 63 00 02", "83 02"),  // address 99, 2 registers
      ("03 00 64 00 00", "83 02"),  // address and quantity wrong
      ("03 00 00 00 7E", "83 02"),  // more than the device has, and than is allowed
      ("03 00 00 00 00", "83 03"),  // quantity 0 at a good address
      ("03 00 00 00", "83 03"),  // too short
      ("03 FF FF 00 02", "83 02"),
      ("04 00 00 00 01", "84 06"),  // the device's own exception
      ("02 00 00 00 01", "82 01"),  // not implemented
      ("10 00 63 00 02 03 00", "90 02"),  // address before byte count
      ("10 00 00 00 02 03 00 00 00", "90 03"),
      ("17 00 00 00 01 00 63 00 02 04 00 00 00 00", "97 02"),
      ("2B 0E 01 00", "AB 01"),
      ("08 00 07 00 00", "88 01"),
      ("05 00 00 12 34", "85 03"),
      ("06 00 64 00 00", "86 02"),
    ]
  )
  func checkOrder(request: String, reply: String) {
    var shelf = Shelf()
    #expect(respond(request, &shelf) == hex(reply))
  }

  @Test("A function the device does not list is refused before its address is looked at")
  func unsupported() {
    var shelf = Shelf()
    shelf.supportedFunctions = [.readCoils]
    #expect(respond("03 FF FF 00 02", &shelf) == hex("83 01"))
    #expect(respond("01 00 00 00 01", &shelf) == hex("01 01 00"))
  }

  @Test("The mask write of the specification turns 12 into 17")
  func maskWrite() {
    var shelf = Shelf()
    shelf.registers[4] = 0x12
    #expect(respond("16 00 04 00 F2 00 25", &shelf) == hex("16 00 04 00 F2 00 25"))
    #expect(shelf.registers[4] == 0x17)
  }

  @Test("Function 17 writes before it reads")
  func readWriteOrder() {
    var shelf = Shelf()
    #expect(respond("17 00 03 00 01 00 03 00 01 02 BE EF", &shelf) == hex("17 02 BE EF"))
  }

  @Test("A device that returns another number of values has failed")
  func modelFault() {
    var shelf = Shelf()
    shelf.returnsOneTooMany = true
    #expect(respond("03 00 00 00 01", &shelf) == hex("83 04"))
  }

  @Test("Force listen only mode has no reply")
  func listenOnly() {
    var shelf = Shelf()
    #expect(respond("08 00 04 00 00", &shelf).isEmpty)
    #expect(respond("08 00 00 A5 37", &shelf) == hex("08 00 00 A5 37"))
  }

  @Test("Any bytes give a reply of at most 253 bytes", arguments: 0..<4)
  func anyBytes(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var shelf = Shelf()
    for _ in 0..<2000 {
      var pdu = random.bytes(Int.random(in: 1...20, using: &random))
      pdu[0] &= 0x3F
      let reply = Server.respond(to: pdu, model: &shelf, at: .zero)
      #expect(reply.isEmpty || reply[0] & 0x7F == pdu[0])
      #expect(reply.count <= 253)
    }
  }

  @Test(
    "Client and server agree over a line that cuts, adds noise and speaks for others",
    arguments: 0..<6
  )
  func loop(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var truth = Shelf()
    var shelf = Shelf()
    var framer = RTURequestFramer(timing: LineTiming(baud: 19200, bitsPerCharacter: 11))
    var line = FakeLine()
    var requests = 0
    line.responder = { frame, _ in
      var pieces: [FakeLine.Piece] = []
      // The clock of the server only serves its gap rule.
      requests += 1
      let now = Duration.seconds(requests)
      for framed in framer.receive([0] + frame, at: now) where framed.unit == 1 {
        let reply = RTUFrame.wrap(
          unit: 1,
          pdu: Server.respond(to: framed.pdu, model: &shelf, at: now)
        )
        let cut = Int.random(in: 0..<reply.count, using: &random)
        pieces.append(.after(6, Sample.reply(Sample.a, unit: 9) + [0xFF] + reply[..<cut]))
        pieces.append(.after(22, reply[cut...] + [0]))
      }
      return pieces
    }
    var generator = SeededGenerator(seed: seed &+ 50)
    for _ in 0..<60 {
      let request = generator.request()
      let pdu = Server.respond(to: try request.pdu(), model: &truth, at: .zero)
      let exchange = try line.ask(request)
      if pdu.count == 2, pdu[0] & 0x80 != 0 {
        #expect(exchange.outcome == .exception(ExceptionCode(rawValue: pdu[1])))
      } else {
        #expect(exchange.outcome == .response(try Response(pdu: pdu, to: request)))
      }
    }
    #expect(truth.registers == shelf.registers)
    #expect(truth.coils == shelf.coils)
  }
}
