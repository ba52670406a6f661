import Modbus
import Testing

@Suite struct EchoTests {
  static let repeated: [Request] = [
    .writeCoil(address: 3, on: true), .writeRegister(address: 3, value: 7),
    .maskWriteRegister(address: 3, and: 1, or: 2), .diagnostics(subfunction: 0, data: [9]),
  ]

  @Test("The echo of a write alone is never success", arguments: repeated, [true, false])
  func echoAlone(request: Request, isKnown: Bool) throws {
    var line = FakeLine(echo: isKnown ? .always : .detect)
    line.responder = { frame, _ in
      // Only reads are answered: the device lost its writes.
      frame[1] == 3 ? [.after(4, frame)] + Sample.device(frame) : [.after(4, frame)]
    }
    let exchange = try line.ask(request)
    #expect(exchange.outcome == .failed(.timedOut(received: 0)))
    #expect(line.client.lineEchoes == true)
  }

  @Test("On a line that echoes the second copy of a write is the reply", arguments: repeated)
  func secondCopy(request: Request) throws {
    var line = FakeLine(echo: .always)
    line.responder = { frame, _ in [.after(4, frame), .after(12, frame)] }
    let exchange = try line.ask(request)
    #expect(exchange.response != nil)
    #expect(exchange.kinds == [.request, .echo, .reply])
  }

  @Test("Echo and reply in one piece are told apart")
  func onePiece() throws {
    var line = FakeLine(echo: .always)
    line.responder = { frame, _ in [.after(12, frame + frame)] }
    #expect(try line.ask(Self.repeated[1]).kinds == [.request, .echo, .reply])
  }

  @Test("A write on a line with unknown echo is preceded by one read, once")
  func learnedByRead() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { frame, _ in frame[1] == 6 ? [.after(5, frame)] : Sample.device(frame) }
    let first = try line.ask(.writeRegister(address: 3, value: 7))
    #expect(first.response == .written)
    #expect(first.kinds == [.probe, .probeReply, .request, .reply])
    #expect(line.client.lineEchoes == false)
    #expect(try line.ask(.writeRegister(address: 3, value: 8)).kinds == [.request, .reply])
  }

  @Test("A refused read tells about the echo as well")
  func learnedByRefusal() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { frame, _ in
      frame[1] == 6
        ? [.after(5, frame)] : [.after(5, RTUFrame.wrap(unit: 1, pdu: [0x83, 2]))]
    }
    #expect(try line.ask(.writeRegister(address: 3, value: 7)).response == .written)
  }

  @Test("When noise hides whether the line echoes, the write is not sent")
  func undetermined() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { _, _ in [.after(5, hex("DE AD BE EF DE AD BE EF"))] }
    let exchange = try line.ask(.writeRegister(address: 3, value: 7))
    #expect(exchange.outcome == .failed(.echoUndetermined))
    #expect(exchange.sentAt == nil)
    #expect(line.sent.allSatisfy { $0.bytes[1] != 6 })
  }

  @Test("A line that answers reads without an echo is learned not to echo")
  func learnedSilent() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { frame, _ in
      frame[1] == 6 ? [.after(5, frame)] : Sample.device(frame)
    }
    _ = try line.ask(Sample.a)
    #expect(line.client.lineEchoes == false)
    #expect(try line.ask(.writeRegister(address: 3, value: 7)).kinds == [.request, .reply])
  }

  @Test("An echo that was switched on later is noticed at the next read")
  func switchedOn() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { frame, number in
      (number > 1 ? [.after(4, frame)] : []) + (frame[1] == 3 ? Sample.device(frame) : [])
    }
    _ = try line.ask(Sample.a)
    #expect(line.client.lineEchoes == false)
    #expect(try line.ask(Sample.a).kinds == [.request, .echo, .reply])
    #expect(line.client.lineEchoes == true)
    let write = try line.ask(.writeRegister(address: 3, value: 7))
    #expect(write.failure == .timedOut(received: 0))
  }

  @Test("A garbled echo before a reply does not count as a silent line")
  func garbledEcho() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { frame, _ in
      var garbled = frame
      garbled[5] ^= 0x40
      return [.after(4, garbled)] + Sample.device(frame)
    }
    #expect(try line.ask(Sample.a).outcome == Sample.right(Sample.a))
    #expect(line.client.lineEchoes == nil)
  }

  @Test("On a line known to echo, a different echo is a collision")
  func collision() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { frame, number in
      var heard = frame
      if number == 2 { heard[3] ^= 0x40 }
      return [.after(4, heard)] + (number == 2 ? [] : Sample.device(frame))
    }
    _ = try line.ask(Sample.a)
    #expect(line.client.lineEchoes == true)
    let exchange = try line.ask(Sample.b)
    #expect(exchange.outcome == .failed(.collision))
    #expect(line.client.statistics.total.collisions == 1)
  }

  @Test("A valid reply without the echo that must precede it is not used")
  func missingEcho() throws {
    var line = FakeLine(echo: .always)
    line.responder = { frame, _ in Sample.device(frame) }
    #expect(try line.ask(Sample.a).outcome == .failed(.collision))
  }

  @Test("A probe on a line with unknown echo is a read, because 08 would answer itself")
  func probeWithUnknownEcho() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { frame, number in
      let echo = FakeLine.Piece.after(4, frame)
      switch number {
      case 1: return [.after(4, hex("55 55 55 55 55"))]
      default: return [echo] + Sample.device(frame)
      }
    }
    #expect(try line.ask(Sample.a).failure == .timedOut(received: 5))
    #expect(line.client.lineEchoes == nil)
    let next = try line.ask(Sample.b)
    #expect(next.kinds == [.probe, .echo, .probeReply, .request, .echo, .reply])
    #expect(line.sent[1].bytes[1] == 3)
    #expect(next.outcome == Sample.right(Sample.b))
  }

  @Test("The echo of a broadcast is heard, and a different one is a collision", arguments: [0, 1])
  func broadcast(flip: UInt8) throws {
    var line = FakeLine(echo: .always)
    line.responder = { frame, _ in [.after(4, frame.dropLast() + [(frame.last ?? 0) ^ flip])] }
    let exchange = try line.ask(.writeRegister(address: 3, value: 7), of: .broadcast)
    #expect(exchange.outcome == (flip == 0 ? .broadcast : .failed(.collision)))
  }
}
