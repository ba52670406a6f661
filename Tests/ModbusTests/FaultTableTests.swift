import Modbus
import Testing

/// Every row of a fault table that was measured on widely used clients: each must end in the right
/// value or a named failure, never in stale or mismatched data.
@Suite struct FaultTableTests {
  let reply = Sample.reply(Sample.a)

  @Test("A late reply is never handed to the next requests")
  func lateReply() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      number == 1 ? [.after(400, Sample.reply(Sample.a))] : Sample.device(frame)
    }
    let a = try line.ask(Sample.a)
    #expect(a.outcome == .failed(.timedOut(received: 0)))
    let b = try line.ask(Sample.b)
    #expect(b.outcome == Sample.right(Sample.b))
    #expect(b.kinds == [.late, .probe, .probeReply, .request, .reply])
    #expect(b.frames.first?.bytes == Sample.reply(Sample.a))
    let c = try line.ask(Sample.c)
    #expect(c.outcome == Sample.right(Sample.c))
    #expect(c.kinds == [.request, .reply])
    #expect(line.client.statistics.total.lateReplies == 1)
    #expect(line.client.statistics.total.probes == 1)
  }

  @Test("A reply so late that it comes after the late window is not taken for the next answer")
  func veryLateReply() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      // The device works its queue off: the old reply, then the probe's, then the right one.
      switch number {
      case 1: []
      case 2: [.after(3, Sample.reply(Sample.a)), .after(6, frame)]
      default: Sample.device(frame)
      }
    }
    _ = try line.ask(Sample.a)
    let b = try line.ask(Sample.b)
    #expect(b.outcome == Sample.right(Sample.b))
    #expect(b.kinds == [.probe, .late, .probeReply, .request, .reply])
  }

  @Test("The wrong unit's answer is skipped and the right one taken")
  func wrongUnit() throws {
    var line = FakeLine()
    line.scripts = [[.after(10, Sample.reply(Sample.b, unit: 2)), .after(30, reply)]]
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == Sample.right(Sample.a))
    #expect(exchange.kinds == [.request, .stranger, .reply])
    #expect(exchange.skippedBytes == 0)
    #expect(line.client.statistics.total.strangers == 1)
  }

  @Test("Only the wrong unit's answer ends as a time-out at the deadline")
  func onlyWrongUnit() throws {
    var line = FakeLine()
    line.scripts = [[.after(10, Sample.reply(Sample.a, unit: 2))]]
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == .failed(.timedOut(received: 9)))
  }

  @Test("An 04 answer to an 03 request is refused")
  func otherFunction() throws {
    var line = FakeLine()
    line.scripts = [
      [.after(10, Sample.reply(.readInputRegisters(address: 0, count: 2)))]
    ]
    let exchange = try line.ask(Sample.a)
    #expect(
      exchange.outcome
        == .failed(.wrongShape(.function(expected: .readHoldingRegisters, actual: 4)))
    )
    #expect(exchange.kinds == [.request, .mismatched])
  }

  @Test("More or fewer registers than asked for are refused", arguments: [1, 4])
  func otherCount(count: UInt16) throws {
    var line = FakeLine()
    line.scripts = [
      [.after(10, Sample.reply(.readHoldingRegisters(address: 0, count: count)))]
    ]
    let exchange = try line.ask(Sample.a)
    #expect(
      exchange.outcome == .failed(.wrongShape(.byteCount(expected: 4, actual: 2 * Int(count))))
    )
  }

  @Test("After a mismatched reply the right one is still taken inside the deadline")
  func mismatchThenRight() throws {
    var line = FakeLine()
    line.scripts = [
      [
        .after(10, Sample.reply(.readHoldingRegisters(address: 0, count: 1))), .after(40, reply),
      ]
    ]
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == Sample.right(Sample.a))
    #expect(exchange.kinds == [.request, .mismatched, .reply])
  }

  @Test(
    "Bytes before every reply are skipped",
    arguments: ["00", "FF", "01 03", "01 03 04", "01 03 F0 01", "01", "2B 0E"]
  )
  func leadingBytes(noise: String) throws {
    var line = FakeLine()
    line.responder = { frame, _ in
      Sample.device(frame).map { FakeLine.Piece(after: $0.after, bytes: hex(noise) + $0.bytes) }
    }
    for request in [Sample.a, Sample.b, Sample.c] {
      let exchange = try line.ask(request)
      #expect(exchange.outcome == Sample.right(request))
      #expect(exchange.kinds == [.request, .noise, .reply])
      #expect(exchange.skippedBytes == hex(noise).count)
    }
  }

  @Test("Bytes after every reply are skipped", arguments: [0, 3])
  func trailingBytes(delay: Int) throws {
    var line = FakeLine()
    line.responder = { frame, _ in
      Sample.device(frame).flatMap { piece -> [FakeLine.Piece] in
        if delay == 0 { return [FakeLine.Piece(after: piece.after, bytes: piece.bytes + [0])] }
        return [piece, FakeLine.Piece(after: piece.after + .milliseconds(delay), bytes: [0])]
      }
    }
    for request in [Sample.a, Sample.b, Sample.c] {
      #expect(try line.ask(request).outcome == Sample.right(request))
    }
    let skipped = line.client.statistics.total.skippedBytes
    #expect(skipped == (delay == 0 ? 3 : 2))
  }

  @Test("A line that echoes is recognised and its echoes are stripped")
  func localEcho() throws {
    var line = FakeLine(echo: .detect)
    line.responder = { frame, _ in [.after(4, frame)] + Sample.device(frame) }
    for request in [Sample.a, Sample.b] {
      let exchange = try line.ask(request)
      #expect(exchange.outcome == Sample.right(request))
      #expect(exchange.kinds == [.request, .echo, .reply])
      #expect(exchange.skippedBytes == 0)
    }
    #expect(line.client.lineEchoes == true)
  }

  @Test("A reply in three pieces 16 ms apart is one reply")
  func pieces() throws {
    var line = FakeLine()
    line.scripts = [
      [
        .after(16, Array(reply[..<3])), .after(32, Array(reply[3..<6])),
        .after(48, Array(reply[6...])),
      ]
    ]
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == Sample.right(Sample.a))
    #expect(exchange.firstByteAt == exchange.sentAt.map { $0 + .milliseconds(16) })
    #expect(exchange.kinds == [.request, .reply])
  }

  @Test("An exception ends the transaction at once")
  func exception() throws {
    var line = FakeLine()
    line.scripts = [[.after(10, hex("01 83 02 C0 F1"))]]
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == .exception(.illegalDataAddress))
    #expect(exchange.finishedAt == exchange.sentAt.map { $0 + .milliseconds(10) })
    #expect(line.client.statistics.total.exceptions == 1)
  }

  @Test("An exception of every function is recognised", arguments: FunctionCode.all)
  func exceptionOfEach(function: FunctionCode) throws {
    var random = SeededGenerator(seed: 1)
    var request = random.request()
    while request.functionCode != function { request = random.request() }
    for size in [1, 5] {
      let exception = RTUFrame.wrap(unit: 1, pdu: [function.exceptionByte, 0x0B])
      var line = FakeLine()
      line.scripts = [
        stride(from: 0, to: 5, by: size).map {
          .after(80 + $0, Array(exception[$0..<($0 + size)]))
        }
      ]
      #expect(try line.ask(request).outcome == .exception(.gatewayTargetFailedToRespond))
    }
  }

  @Test("An exception of another function is not this request's")
  func otherException() throws {
    var line = FakeLine()
    line.scripts = [[.after(10, RTUFrame.wrap(unit: 1, pdu: [0x84, 2]))]]
    let exchange = try line.ask(Sample.a)
    #expect(
      exchange.outcome
        == .failed(.wrongShape(.function(expected: .readHoldingRegisters, actual: 0x84)))
    )
  }

  @Test("An exception with a wrong CRC is a damaged reply at the deadline")
  func damagedException() throws {
    var line = FakeLine()
    line.scripts = [[.after(10, hex("01 83 02 C0 F2"))]]
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == .failed(.damagedReply))
    #expect(exchange.kinds == [.request, .damaged])
    #expect(line.client.statistics.total.crcErrors == 1)
  }

  @Test("A damaged reply is not repaired, and a good one after it is still taken")
  func damagedReply() throws {
    var damaged = reply
    damaged[4] ^= 0x10
    var line = FakeLine()
    line.scripts = [[.after(10, damaged)]]
    #expect(try line.ask(Sample.a).outcome == .failed(.damagedReply))
    line = FakeLine()
    line.scripts = [[.after(10, damaged), .after(50, reply)]]
    let second = try line.ask(Sample.a)
    #expect(second.outcome == Sample.right(Sample.a))
    #expect(second.kinds == [.request, .damaged, .reply])
  }

  @Test("Four seconds of babble end at the deadline, and the next request at its own")
  func babble() throws {
    var random = SeededGenerator(seed: 4)
    var line = FakeLine()
    line.scripts = [(0..<4000).map { .after($0, random.bytes(2)) }]
    let exchange = try line.ask(Sample.a)
    let deadline = try #require(exchange.sentAt) + line.timing(sent: 8, replied: 9)
    #expect(exchange.failure != nil)
    #expect(exchange.finishedAt == deadline)
    let next = try line.ask(Sample.b)
    #expect(next.outcome == .failed(.lineBusy))
    #expect(next.sentAt == nil)
    // The quarantine of the first, then one more response limit for a silent line.
    #expect(next.finishedAt == deadline + .milliseconds(600))
  }

  @Test("A pulled adapter is its own failure and leaves the unit suspect")
  func disconnected() throws {
    var line = FakeLine()
    try line.client.begin(Sample.a, unit: 1, limits: FakeLine.limits, at: line.now)
    while true { if case .send = line.step() { break } }
    let exchange = line.client.abandon(at: line.now, reason: .disconnected)
    #expect(exchange.outcome == .failed(.disconnected))
    line.client.linkReopened(at: line.now)
    line.responder = { frame, _ in Sample.device(frame) }
    let next = try line.ask(Sample.b)
    #expect(next.outcome == Sample.right(Sample.b))
    #expect(next.kinds == [.probe, .probeReply, .request, .reply])
  }

  @Test("A broadcast waits for the turnaround and not for a reply")
  func broadcast() throws {
    var line = FakeLine()
    let exchange = try line.ask(.writeRegister(address: 1, value: 2), of: .broadcast)
    #expect(exchange.outcome == .broadcast)
    let transfer = LineTiming(baud: 19200, bitsPerCharacter: 11).transferTime(bytes: 8)
    #expect(exchange.finishedAt == exchange.sentAt.map { $0 + transfer + .milliseconds(100) })
    line.responder = { frame, _ in Sample.device(frame) }
    #expect(try line.ask(Sample.a).kinds == [.request, .reply])
    #expect(line.client.statistics.total.broadcasts == 1)
  }
}

extension FakeLine {
  /// From handing over to the deadline of the usual limits.
  func timing(sent: Int, replied: Int) -> Duration {
    let timing = LineTiming(baud: 19200, bitsPerCharacter: 11)
    return timing.transferTime(bytes: sent) + .milliseconds(300)
      + timing.transferTime(bytes: replied)
  }
}
