import Modbus
import Testing

@Suite struct TCPTests {
  static func answer(_ frame: [UInt8], transaction: UInt16? = nil) -> [UInt8] {
    guard let request = try? Request(pdu: Array(frame[7...])) else { return [] }
    let number = transaction ?? UInt16(frame[0]) << 8 | UInt16(frame[1])
    let pdu =
      if case .diagnostics = request { Array(frame[7...]) } else {
        Response.registers(Sample.values(request)).pdu(to: request) ?? []
      }
    return TCPFrame.wrap(transaction: number, unit: UnitIdentifier(rawValue: frame[6]), pdu: pdu)
  }

  @Test("Requests carry rising transaction identifiers and no CRC")
  func frames() throws {
    var line = FakeLine(.tcp)
    line.responder = { frame, _ in [.after(1, Self.answer(frame))] }
    #expect(try line.ask(Sample.a).outcome == Sample.right(Sample.a))
    #expect(try line.ask(Sample.b, of: 255).outcome == Sample.right(Sample.b))
    #expect(line.sent[0].bytes == hex("00 01 00 00 00 06 01 03 00 00 00 02"))
    #expect(line.sent[1].bytes == hex("00 02 00 00 00 06 FF 03 00 0A 00 02"))
  }

  @Test("A reply with another transaction identifier is late, whatever it says")
  func otherTransaction() throws {
    var line = FakeLine(.tcp)
    line.responder = { frame, number in
      [.after(1, Self.answer(frame, transaction: 77)), .after(5, Self.answer(frame))]
    }
    let exchange = try line.ask(Sample.a)
    #expect(exchange.kinds == [.request, .late, .reply])
    #expect(exchange.outcome == Sample.right(Sample.a))
  }

  @Test("The right transaction from another unit is a stranger, with other data a mismatch")
  func otherUnit() throws {
    var line = FakeLine(.tcp)
    line.responder = { frame, number in
      if number == 1 {
        var other = Self.answer(frame)
        other[6] = 9
        return [.after(1, other), .after(2, Self.answer(frame))]
      }
      var other = frame
      other[11] = 1
      return [.after(1, Self.answer(other))]
    }
    #expect(try line.ask(Sample.a).kinds == [.request, .stranger, .reply])
    #expect(try line.ask(Sample.a).failure == .wrongShape(.byteCount(expected: 4, actual: 2)))
  }

  @Test("After a time-out a TCP unit is probed too, since a gateway may hold the old reply")
  func probe() throws {
    var line = FakeLine(.tcp)
    line.responder = { frame, number in
      switch number {
      case 1: []
      // The gateway hands the old serial reply to the probe's transaction.
      case 2:
        [
          .after(
            1,
            TCPFrame.wrap(
              transaction: 2,
              unit: 1,
              pdu: Response.registers(Sample.values(Sample.a)).pdu(to: Sample.a) ?? []
            )
          ),
          .after(3, Self.answer(frame)),
        ]
      default: [.after(1, Self.answer(frame))]
      }
    }
    _ = try line.ask(Sample.a)
    let next = try line.ask(Sample.b)
    #expect(next.kinds == [.probe, .late, .probeReply, .request, .reply])
    #expect(next.outcome == Sample.right(Sample.b))
  }

  @Test(
    "A malformed header fails the stream until the link is reopened",
    arguments: ["00 01 00 01 00 06", "00 01 00 00 00 01", "00 01 00 00 01 00", "00 01 FF FF"]
  )
  func malformed(header: String) throws {
    var line = FakeLine(.tcp)
    line.responder = { frame, number in
      number == 1 ? [.after(1, hex(header))] : [.after(1, Self.answer(frame))]
    }
    #expect(try line.ask(Sample.a).outcome == .failed(.malformedStream))
    #expect(try line.ask(Sample.a).outcome == .failed(.malformedStream))
    #expect(line.sent.count == 1)
    line.client.linkReopened(at: line.now)
    #expect(try line.ask(Sample.a).outcome == Sample.right(Sample.a))
  }

  @Test("Replies in single bytes or run together are cut apart")
  func segments() throws {
    var line = FakeLine(.tcp)
    line.responder = { frame, number in
      let answer = Self.answer(frame)
      if number == 1 {
        return answer.enumerated().map { .after($0.offset, [$0.element]) }
      }
      return [.after(1, Self.answer(frame, transaction: 1) + answer + answer.prefix(5))]
        + [.after(4, Array(answer.dropFirst(5)))]
    }
    #expect(try line.ask(Sample.a).outcome == Sample.right(Sample.a))
    #expect(try line.ask(Sample.b).outcome == Sample.right(Sample.b))
    line.wait(.seconds(1))
    #expect(try line.ask(Sample.c).outcome == Sample.right(Sample.c))
  }

  @Test("A server cuts requests out of any segmentation and repeats their transaction")
  func framer() throws {
    var random = SeededGenerator(seed: 3)
    var stream: [UInt8] = []
    var pdus: [[UInt8]] = []
    for number in 0..<40 {
      let pdu = try random.request().pdu()
      pdus.append(pdu)
      stream += TCPFrame.wrap(transaction: UInt16(number), unit: 5, pdu: pdu)
    }
    for size in [1, 3, 100, stream.count] {
      var framer = TCPRequestFramer()
      var found: [TCPRequestFramer.Framed] = []
      for start in stride(from: 0, to: stream.count, by: size) {
        found += framer.receive(Array(stream[start..<min(start + size, stream.count)]))
      }
      #expect(found.map(\.pdu) == pdus)
      #expect(found.map(\.transaction) == (0..<40).map { UInt16($0) })
    }
    #expect(
      TCPRequestFramer.Framed(transaction: 7, unit: 5, pdu: []).reply([0x83, 2])
        == hex("00 07 00 00 00 03 05 83 02")
    )
  }

  @Test("A server gives up a stream with a malformed header")
  func framerFailure() {
    var framer = TCPRequestFramer()
    #expect(framer.receive(hex("00 01 00 01 00 06 01 03 00 00 00 01")).isEmpty)
    #expect(framer.hasFailed)
    #expect(framer.receive(hex("00 01 00 00 00 06 01 03 00 00 00 01")).isEmpty)
  }
}
