import Modbus
import Testing

@Suite struct ClientFuzzTests {
  static let framings: [Framing] = [
    .rtu(LineTiming(baud: 9600, bitsPerCharacter: 11)),
    .rtuOverTCP(LineTiming(baud: 115200, bitsPerCharacter: 10)), .tcp,
  ]

  /// Bytes as a broken device sends them: good CRCs and headers around wrong contents among them.
  static func nonsense(
    _ request: Request,
    _ frame: [UInt8],
    _ framing: Framing,
    _ random: inout SeededGenerator
  ) -> [UInt8] {
    var pdu = random.response(to: request).pdu(to: request) ?? []
    switch Int.random(in: 0..<4, using: &random) {
    case 0: break
    case 1: pdu.removeLast(Int.random(in: 0..<pdu.count, using: &random))
    case 2:
      let place = Int.random(in: 0..<pdu.count, using: &random)
      pdu[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    default: pdu = random.bytes(Int.random(in: 1...253, using: &random))
    }
    let number = UInt16(frame[0]) << 8 | UInt16(frame[1])
    var bytes =
      framing.timing == nil
      ? TCPFrame.wrap(transaction: number, unit: 1, pdu: pdu) : RTUFrame.wrap(unit: 1, pdu: pdu)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: 0)
    case 1: bytes.removeLast()
    case 2: bytes += frame
    default: break
    }
    return bytes
  }

  @Test(
    "Whatever a device sends, every transaction ends in time and with data of the right shape",
    arguments: framings,
    0..<6
  )
  func anyDevice(framing: Framing, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var line = FakeLine(framing, echo: .detect)
    for _ in 0..<80 {
      let request = random.request()
      var device = SeededGenerator(seed: random.next())
      line.responder = { frame, _ in
        (0..<Int.random(in: 0...4, using: &device)).map { _ in
          let delay = Int.random(in: 1...500, using: &device)
          return .after(delay, Self.nonsense(request, frame, framing, &device))
        }
      }
      let exchange = try line.ask(request)
      // Two probes, their waiting, the quarantine and the request, each at most 0.9 s.
      #expect(exchange.finishedAt - exchange.started < .seconds(6))
      #expect(exchange.frames.count <= Exchange.frameLimit)
      if let response = exchange.response { #expect(response.pdu(to: request) != nil) }
      if exchange.failure == .malformedStream { line.client.linkReopened(at: line.now) }
    }
  }

  @Test("The same input gives the same exchanges")
  func deterministic() throws {
    func run() throws -> [Exchange] {
      var random = SeededGenerator(seed: 11)
      var line = FakeLine(echo: .detect)
      var exchanges: [Exchange] = []
      for _ in 0..<40 {
        let request = random.request()
        var device = SeededGenerator(seed: random.next())
        line.responder = { frame, _ in
          [.after(20, Self.nonsense(request, frame, Self.framings[0], &device))]
        }
        exchanges.append(try line.ask(request))
      }
      return exchanges
    }
    let first = try run()
    #expect(try run() == first)
  }
}
