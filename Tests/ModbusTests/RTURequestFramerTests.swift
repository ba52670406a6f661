import Modbus
import Testing

@Suite struct RTURequestFramerTests {
  static let timing = LineTiming(baud: 19200, bitsPerCharacter: 11)

  /// Feeds a stream in pieces of one size, 1 ms apart.
  func frames(
    _ stream: [UInt8],
    size: Int,
    _ framer: inout RTURequestFramer
  ) -> [RTURequestFramer.Framed] {
    var found: [RTURequestFramer.Framed] = []
    var now = Duration.zero
    for start in stride(from: 0, to: stream.count, by: size) {
      found += framer.receive(Array(stream[start..<min(start + size, stream.count)]), at: now)
      now += .milliseconds(1)
    }
    return found
  }

  @Test("Requests are the same whole, dripped and run together", arguments: 0..<10)
  func segmentation(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var stream: [UInt8] = []
    var expected: [RTURequestFramer.Framed] = []
    for _ in 0..<12 {
      let unit = UnitIdentifier(rawValue: UInt8.random(in: 1...247, using: &random))
      let pdu = try random.request().pdu()
      expected.append(RTURequestFramer.Framed(unit: unit, pdu: pdu))
      stream += RTUFrame.wrap(unit: unit, pdu: pdu)
    }
    for size in [1, 2, 5, 64, stream.count] {
      var framer = RTURequestFramer(timing: Self.timing)
      #expect(frames(stream, size: size, &framer) == expected)
      #expect(framer.skippedBytes == 0)
      #expect(framer.crcErrors == 0)
    }
  }

  @Test(
    "Noise before and after a request does not hide it",
    arguments: ["00", "FF", "01 03", "00 00 00", "FE DC BA 98 76", "01 08 00"],
    ["", "00", "FF FF"]
  )
  func noise(before: String, after: String) {
    let request = hex("01 03 00 00 00 01 84 0A")
    let stream = hex(before) + request + hex(after)
    for size in [1, stream.count] {
      var framer = RTURequestFramer(timing: Self.timing)
      #expect(frames(stream, size: size, &framer).map(\.pdu) == [hex("03 00 00 00 01")])
    }
  }

  @Test("A request in pieces 16 ms apart is one request, a hole of 60 ms ends it")
  func holes() {
    let request = hex("01 03 00 00 00 01 84 0A")
    for (hole, count) in [(16, 1), (60, 0)] {
      var framer = RTURequestFramer(timing: Self.timing)
      _ = framer.receive(Array(request[..<5]), at: .zero)
      let rest = framer.receive(Array(request[5...]), at: .milliseconds(hole))
      #expect(rest.count == count)
      #expect(framer.incompleteRequests == 1 - count)
    }
  }

  @Test("A short request behind a byte that could begin a longer one is not held back")
  func shortRequest() {
    var framer = RTURequestFramer(timing: Self.timing)
    #expect(framer.receive(hex("00 01 11 C0 2C"), at: .zero).map(\.pdu) == [[0x11]])
  }

  @Test("A frame among the values of a write is not taken for a request")
  func frameInsideWrite() throws {
    let inner: [UInt16] = [0x0103, 0, 1, 0x840A]
    let pdu = try Request.writeRegisters(address: 0, values: inner).pdu()
    let frame = RTUFrame.wrap(unit: 2, pdu: pdu)
    for size in [1, frame.count] {
      var framer = RTURequestFramer(timing: Self.timing)
      #expect(frames(frame, size: size, &framer).map(\.pdu) == [pdu])
    }
  }

  @Test("After an incomplete request the next one is framed")
  func afterIncomplete() {
    var framer = RTURequestFramer(timing: Self.timing)
    #expect(framer.receive(hex("01 10 00 01 00 02 04 00"), at: .zero).isEmpty)
    let found = framer.receive(hex("01 03 00 00 00 01 84 0A"), at: .seconds(1))
    #expect(found.map(\.pdu) == [hex("03 00 00 00 01")])
    #expect(framer.skippedBytes == 8)
  }

  @Test("A wrong CRC gives silence and is counted once")
  func crcError() {
    var framer = RTURequestFramer(timing: Self.timing)
    #expect(framer.receive(hex("01 03 00 00 00 01 84 0B"), at: .zero).isEmpty)
    _ = framer.receive([], at: .seconds(1))
    #expect(framer.crcErrors == 1)
    #expect(framer.skippedBytes == 8)
  }

  @Test("The reply of another device on the line is neither a request nor a disturbance")
  func foreignReply() {
    var framer = RTURequestFramer(timing: Self.timing)
    let stream =
      hex("02 03 00 00 00 02 C4 38") + Sample.reply(Sample.a, unit: 2)
      + hex("01 03 00 00 00 01 84 0A")
    #expect(frames(stream, size: 1, &framer).map(\.unit) == [2, 1])
    #expect(framer.crcErrors == 0)
    #expect(framer.skippedBytes == 0)
  }

  @Test("A request for an unknown function is delivered, so that the server can refuse it")
  func unknownFunction() {
    var framer = RTURequestFramer(timing: Self.timing)
    let frame = RTUFrame.wrap(unit: 1, pdu: [0x41, 1, 2, 3, 4])
    #expect(frames(frame, size: 1, &framer).map(\.pdu) == [[0x41, 1, 2, 3, 4]])
  }

  @Test("Megabytes of babble neither trap nor delay the next request")
  func babble() {
    var random = SeededGenerator(seed: 77)
    var framer = RTURequestFramer(timing: Self.timing)
    var now = Duration.zero
    for _ in 0..<200 {
      _ = framer.receive(random.bytes(500), at: now)
      now += .milliseconds(1)
    }
    let found = framer.receive(hex("01 03 00 00 00 01 84 0A"), at: now + .seconds(1))
    #expect(found.count == 1)
  }
}
