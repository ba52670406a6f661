import Modbus
import Testing

@Suite struct SuspectTests {
  @Test("Two suspects are proved one by one, and neither gets the other's late reply")
  func twoSuspects() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      switch number {
      case 1, 2: []
      default: Sample.device(frame)
      }
    }
    #expect(try line.ask(Sample.a, of: 1).failure == .timedOut(received: 0))
    #expect(try line.ask(Sample.a, of: 2).failure == .timedOut(received: 0))
    line.inject(Sample.reply(Sample.a, unit: 2), at: line.now + .milliseconds(50))
    line.inject(Sample.reply(Sample.a, unit: 1), at: line.now + .milliseconds(70))
    let first = try line.ask(Sample.b, of: 1)
    #expect(first.kinds == [.late, .late, .probe, .probeReply, .request, .reply])
    #expect(first.outcome == Sample.right(Sample.b))
    let second = try line.ask(Sample.b, of: 2)
    #expect(second.kinds == [.probe, .probeReply, .request, .reply])
    #expect(second.outcome == Sample.right(Sample.b))
    #expect(try line.ask(Sample.a, of: 1).kinds == [.request, .reply])
  }

  @Test("Another unit is asked without a probe, but only after the late window")
  func otherUnit() throws {
    var line = FakeLine()
    line.responder = { frame, number in number == 1 ? [] : Sample.device(frame) }
    let first = try line.ask(Sample.a, of: 1)
    let second = try line.ask(Sample.b, of: 2)
    #expect(second.kinds == [.request, .reply])
    #expect(second.sentAt == first.finishedAt + .milliseconds(300))
  }

  @Test("The late window of the device is kept")
  func lateWindow() throws {
    var line = FakeLine()
    line.responder = { frame, number in number == 1 ? [] : Sample.device(frame) }
    let limits = DeviceLimits(responseLimit: .milliseconds(300), lateWindow: .seconds(2))
    let first = try line.ask(Sample.a, of: 1, limits)
    let second = try line.ask(Sample.b, of: 2)
    #expect(second.sentAt == first.finishedAt + .seconds(2))
  }

  @Test("The first probe of a device is 08/00, and 88 proves as much as its repetition")
  func refusedProbe() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      if number == 1 { return [] }
      if frame[1] == 8 { return [.after(5, RTUFrame.wrap(unit: 1, pdu: [0x88, 1]))] }
      return Sample.device(frame)
    }
    _ = try line.ask(Sample.a)
    let next = try line.ask(Sample.b)
    #expect(next.kinds == [.probe, .probeReply, .request, .reply])
    #expect(next.outcome == Sample.right(Sample.b))
    #expect(Array(line.sent[1].bytes[0..<4]) == [1, 8, 0, 0])
  }

  @Test("A probe answered with another number does not count")
  func otherNonce() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      if number == 1 { return [] }
      if frame[1] == 8 {
        return [.after(5, RTUFrame.wrap(unit: 1, pdu: [8, 0, 0, frame[4] ^ 1, frame[5]]))]
      }
      return []
    }
    _ = try line.ask(Sample.a)
    let next = try line.ask(Sample.b)
    #expect(next.outcome == .failed(.notResynchronised))
    #expect(next.sentAt == nil)
    #expect(next.kinds == [.probe, .mismatched, .probe])
  }

  @Test("A device that ignores 08 is probed by a read of another length, and so from then on")
  func silentOnDiagnostics() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      number == 1 || number == 5 || frame[1] == 8 ? [] : Sample.device(frame)
    }
    _ = try line.ask(Sample.a)
    let next = try line.ask(Sample.b)
    #expect(next.kinds == [.probe, .probe, .probeReply, .request, .reply])
    #expect(next.outcome == Sample.right(Sample.b))
    #expect(line.sent[2].bytes == RTUFrame.of(.readHoldingRegisters(address: 0, count: 1), unit: 1))
    #expect(try line.ask(Sample.a).failure == .timedOut(received: 0))
    #expect(try line.ask(Sample.b).kinds == [.probe, .probeReply, .request, .reply])
  }

  @Test("An unanswered probe leaves the unit suspect until one is answered")
  func unansweredProbes() throws {
    var line = FakeLine()
    line.responder = { frame, number in number < 20 ? [] : Sample.device(frame) }
    #expect(try line.ask(Sample.a).failure == .timedOut(received: 0))
    for _ in 0..<9 { #expect(try line.ask(Sample.b).failure == .notResynchronised) }
    #expect(line.sent.count == 19)
    // No probe looks like one of the eight before it.
    for last in 9..<19 {
      #expect(Set(line.sent[(last - 8)...last].map(\.bytes)).count == 9)
    }
    #expect(try line.ask(Sample.b).outcome == Sample.right(Sample.b))
  }

  @Test("A device that was away for long is accepted again by read probes alone")
  func longAbsence() throws {
    let last = Request.readHoldingRegisters(address: 65535, count: 1)
    let limits = DeviceLimits(responseLimit: .milliseconds(300), probe: .read(last))
    var line = FakeLine()
    line.responder = { frame, number in number < 40 ? [] : Sample.device(frame) }
    #expect(try line.ask(Sample.a, of: 1, limits).failure == .timedOut(received: 0))
    while line.sent.count < 39 {
      #expect(try line.ask(Sample.a, of: 1, limits).failure == .notResynchronised)
    }
    #expect(try line.ask(Sample.a, of: 1, limits).outcome == Sample.right(Sample.a))
  }

  @Test("A late reply settles what is older, so that one 88 is proof again")
  func lateReplySettles() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      if number < 4 { return [] }
      if frame[1] == 8 { return [.after(5, RTUFrame.wrap(unit: 1, pdu: [0x88, 1]))] }
      return Sample.device(frame)
    }
    #expect(try line.ask(Sample.a).failure == .timedOut(received: 0))
    #expect(try line.ask(Sample.b).failure == .notResynchronised)
    // The second probe is answered; the request and the 08 before it never will be.
    let probe = Request.readHoldingRegisters(address: 0, count: 1)
    line.inject(Sample.reply(probe), at: line.now + .milliseconds(50))
    let next = try line.ask(Sample.b)
    #expect(next.kinds == [.late, .probe, .probeReply, .request, .reply])
    #expect(next.outcome == Sample.right(Sample.b))
  }

  @Test("An old reply that fits the shape of a read probe is put down to the old request")
  func readProbeAmbiguity() throws {
    var line = FakeLine()
    let probe = Request.readHoldingRegisters(address: 0, count: 2)
    let limits = DeviceLimits(responseLimit: .milliseconds(300), probe: .read(probe))
    line.responder = { frame, number in
      switch number {
      case 1: []
      case 2: [.after(5, Sample.reply(Sample.c)), .after(9, Sample.device(frame)[0].bytes)]
      default: Sample.device(frame)
      }
    }
    #expect(try line.ask(Sample.c, limits).failure == .timedOut(received: 0))
    let next = try line.ask(Sample.b, limits)
    #expect(next.kinds == [.probe, .late, .probeReply, .request, .reply])
    #expect(line.sent[1].bytes == RTUFrame.of(.readHoldingRegisters(address: 0, count: 1), unit: 1))
    #expect(next.outcome == Sample.right(Sample.b))
  }

  @Test("An exception to a read probe proves nothing while a read of that function is unanswered")
  func exceptionAmbiguity() throws {
    var line = FakeLine()
    let limits = DeviceLimits(
      responseLimit: .milliseconds(300),
      probe: .read(.readHoldingRegisters(address: 0, count: 1))
    )
    line.responder = { _, number in
      number == 2 ? [.after(5, RTUFrame.wrap(unit: 1, pdu: [0x83, 6]))] : []
    }
    _ = try line.ask(Sample.a, limits)
    let next = try line.ask(Sample.b, limits)
    #expect(next.outcome == .failed(.notResynchronised))
    #expect(next.kinds == [.probe, .late])
  }

  @Test("After an unanswered 08 another 08 waits for a probe that is none")
  func diagnosticsAfterDiagnostics() throws {
    var line = FakeLine()
    let request = Request.diagnostics(subfunction: 0, data: [0x1234])
    line.responder = { frame, number in
      if number == 1 { return [] }
      // The device refuses 08 now; the first 88 may belong to the first 08.
      if frame[1] == 8 { return [.after(5, RTUFrame.wrap(unit: 1, pdu: [0x88, 1]))] }
      return Sample.device(frame)
    }
    _ = try line.ask(request)
    let next = try line.ask(request)
    #expect(next.outcome == .exception(.illegalFunction))
    #expect(next.kinds == [.probe, .late, .probe, .probeReply, .request, .reply])
  }

  @Test("A cancelled transaction makes its unit suspect for the rest of its time")
  func cancelled() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      number == 1 ? [.after(200, Sample.reply(Sample.a))] : Sample.device(frame)
    }
    try line.client.begin(Sample.a, unit: 1, limits: FakeLine.limits, at: line.now)
    while true { if case .send = line.step() { break } }
    let exchange = line.client.abandon(at: line.now, reason: .cancelled)
    #expect(exchange.failure == .cancelled)
    let next = try line.ask(Sample.b)
    #expect(next.kinds == [.late, .probe, .probeReply, .request, .reply])
    #expect(next.outcome == Sample.right(Sample.b))
  }

  @Test("A transaction cancelled before anything was sent leaves nobody suspect")
  func cancelledEarly() throws {
    var line = FakeLine()
    try line.client.begin(Sample.a, unit: 1, limits: FakeLine.limits, at: line.now)
    #expect(line.client.abandon(at: line.now, reason: .cancelled).sentAt == nil)
    line.responder = { frame, _ in Sample.device(frame) }
    #expect(try line.ask(Sample.b).kinds == [.request, .reply])
  }

  @Test("No value is ever wrong, whatever a slow device with a queue does", arguments: 0..<24)
  func slowDevice(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var line = FakeLine()
    // The device answers in order; each answer takes between nothing and eight response limits.
    var busyUntil = Duration.zero
    var clock = Duration.zero
    let base = Duration.seconds(100)
    var values = 0
    for _ in 0..<60 {
      let address = UInt16.random(in: 0...5, using: &random) * 10
      let request = Request.readHoldingRegisters(
        address: address,
        count: UInt16.random(in: 1...3, using: &random)
      )
      try line.client.begin(request, unit: 1, limits: FakeLine.limits, at: line.now)
      var exchange: Exchange?
      while exchange == nil {
        let step = line.step()
        switch step {
        case .done(let done): exchange = done
        case .send(let frame):
          clock = line.now - base
          let isSlow = Int.random(in: 0..<5, using: &random) == 0
          let work = Duration.milliseconds(
            isSlow
              ? Int.random(in: 200...2400, using: &random) : Int.random(in: 5...60, using: &random)
          )
          busyUntil = max(busyUntil, clock) + work
          for piece in Sample.device(frame) {
            line.inject(piece.bytes, at: base + busyUntil)
          }
        case .listen: break
        }
      }
      if let response = exchange?.response {
        values += 1
        #expect(response == .registers(Sample.values(request)))
      }
    }
    #expect(values > 10)
  }
}
