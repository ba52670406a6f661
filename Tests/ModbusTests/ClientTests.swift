import Modbus
import Testing

@Suite struct ClientTests {
  static let timing = LineTiming(baud: 19200, bitsPerCharacter: 11)

  @Test(
    "The deadline is transmission, device limit and transfer of the expected reply, to the ns",
    arguments: [(UInt16(1), 7), (2, 9), (125, 255)]
  )
  func deadline(count: UInt16, replied: Int) throws {
    for late in [false, true] {
      let request = Request.readHoldingRegisters(address: 0, count: count)
      var line = FakeLine()
      let limit = line.timing(sent: 8, replied: replied)
      let after = late ? limit + .nanoseconds(1) : limit
      line.responder = { _, _ in [FakeLine.Piece(after: after, bytes: Sample.reply(request))] }
      let exchange = try line.ask(request)
      #expect(exchange.finishedAt == exchange.sentAt.map { $0 + limit })
      #expect(exchange.outcome == (late ? .failed(.timedOut(received: 0)) : Sample.right(request)))
    }
  }

  @Test("A reply that the bench itself read too late is not blamed on the device")
  func readTooLate() throws {
    var line = FakeLine()
    try line.client.begin(Sample.a, unit: 1, limits: FakeLine.limits, at: line.now)
    while true { if case .send = line.step() { break } }
    let late = line.now + line.timing(sent: 8, replied: 9) + .seconds(2)
    line.client.received(Sample.reply(Sample.a), at: late)
    guard case .done(let exchange) = line.client.next(at: late) else {
      Issue.record("the transaction is not over")
      return
    }
    #expect(exchange.outcome == .failed(.readTooLate(by: .seconds(2))))
    line.wait(.seconds(5))
    line.responder = { frame, _ in Sample.device(frame) }
    #expect(try line.ask(Sample.b).kinds == [.request, .reply])
  }

  @Test("The minimum pause runs from the device's last traffic and holds for it alone")
  func minimumPause() throws {
    var line = FakeLine()
    line.responder = { frame, _ in Sample.device(frame) }
    let slow = DeviceLimits(responseLimit: .milliseconds(300), minimumPause: .milliseconds(500))
    let first = try line.ask(Sample.a, of: 1, slow)
    let other = try line.ask(Sample.a, of: 2)
    #expect(try #require(other.sentAt) < first.finishedAt + .milliseconds(10))
    let second = try line.ask(Sample.b, of: 1, slow)
    #expect(second.sentAt == first.finishedAt + .milliseconds(500))
  }

  @Test("A broadcast is traffic with every device")
  func pauseAfterBroadcast() throws {
    var line = FakeLine()
    line.responder = { frame, _ in frame[0] == 0 ? [] : Sample.device(frame) }
    let slow = DeviceLimits(responseLimit: .milliseconds(300), minimumPause: .milliseconds(500))
    let broadcast = try line.ask(.writeRegister(address: 0, value: 1), of: .broadcast)
    let next = try line.ask(Sample.a, of: 1, slow)
    #expect(next.sentAt == broadcast.transmittedAt.map { $0 + .milliseconds(500) })
  }

  @Test(
    "The line is silent for 3.5 characters, or the longer turnaround, before every request",
    arguments: [0, 1, 40]
  )
  func turnaround(milliseconds: Int) throws {
    var line = FakeLine(turnaround: .milliseconds(milliseconds))
    line.responder = { frame, _ in Sample.device(frame) }
    let first = try line.ask(Sample.a)
    let second = try line.ask(Sample.b)
    let silence = max(.milliseconds(milliseconds), Self.timing.t3_5)
    #expect(second.sentAt == first.finishedAt + silence)
  }

  @Test("A byte seen before the request restarts the silence")
  func silenceRestarts() throws {
    var line = FakeLine()
    line.responder = { frame, _ in Sample.device(frame) }
    _ = try line.ask(Sample.a)
    let noise = line.now + .milliseconds(1)
    line.inject([0], at: noise)
    let exchange = try line.ask(Sample.b)
    #expect(exchange.sentAt == noise + Self.timing.t3_5)
    #expect(exchange.kinds == [.noise, .request, .reply])
  }

  @Test("What waits in the input before the request is never its answer")
  func staleInput() throws {
    var line = FakeLine()
    line.responder = { frame, _ in Sample.device(frame) }
    _ = try line.ask(Sample.a)
    line.wait(.seconds(1))
    line.inject(Sample.reply(Sample.b), at: line.now - .milliseconds(500))
    let exchange = try line.ask(Sample.c)
    #expect(exchange.outcome == Sample.right(Sample.c))
    #expect(exchange.kinds == [.stranger, .request, .reply])
  }

  @Test("The tail of a frame that began before the request does not join with the answer")
  func halfFrameBefore() throws {
    var line = FakeLine()
    line.responder = { frame, _ in Sample.device(frame) }
    line.inject(Array(Sample.reply(Sample.b).prefix(6)), at: line.now)
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == Sample.right(Sample.a))
    #expect(exchange.kinds == [.noise, .request, .reply])
  }

  @Test("One megabyte of babble is survived with bounded evidence")
  func megabyte() throws {
    var random = SeededGenerator(seed: 9)
    let babble = random.bytes(1 << 20)
    var line = FakeLine()
    line.scripts = [[.after(5, babble), .after(20, Sample.reply(Sample.a))]]
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == Sample.right(Sample.a))
    #expect(exchange.frames.count <= Exchange.frameLimit)
    #expect(exchange.frames.map(\.bytes.count).reduce(0, +) < 20_000)
    #expect(exchange.isTraceTruncated)
    #expect(exchange.skippedBytes > 1_000_000)
  }

  @Test("Babble in single bytes does not hide the reply either")
  func drippedBabble() throws {
    var random = SeededGenerator(seed: 10)
    var line = FakeLine()
    var pieces = random.bytes(4000).enumerated().map {
      FakeLine.Piece(after: .microseconds(50 * $0.offset), bytes: [$0.element])
    }
    pieces.append(.after(250, Sample.reply(Sample.a)))
    line.scripts = [pieces]
    let exchange = try line.ask(Sample.a)
    #expect(exchange.outcome == Sample.right(Sample.a))
    #expect(exchange.frames.count <= Exchange.frameLimit)
  }

  @Test("A reply is found at every place in random noise", arguments: 0..<20)
  func resynchronisation(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let request = Request.readHoldingRegisters(address: 0, count: UInt16(1 + seed * 6))
    let before = random.bytes(Int.random(in: 0...300, using: &random))
    let after = random.bytes(Int.random(in: 0...30, using: &random))
    let stream = before + Sample.reply(request) + after
    for size in [1, 7, stream.count] {
      var line = FakeLine()
      line.scripts = [
        stride(from: 0, to: stream.count, by: size).map {
          FakeLine.Piece(
            after: .microseconds(50 * $0),
            bytes: Array(stream[$0..<min($0 + size, stream.count)])
          )
        }
      ]
      #expect(try line.ask(request).outcome == Sample.right(request))
    }
  }

  @Test(
    "A request that cannot be asked is refused before anything happens",
    arguments: [
      (Request.readCoils(address: 0, count: 1), UnitIdentifier.broadcast),
      (.readWriteRegisters(readAddress: 0, readCount: 1, writeAddress: 0, values: [1]), .broadcast),
      (.diagnostics(subfunction: 0, data: [0]), .broadcast),
      (.readCoils(address: 0, count: 1), 248), (.readCoils(address: 0, count: 0), 1),
      (.diagnostics(subfunction: 4, data: [0]), 1),
    ]
  )
  func refused(request: Request, unit: UnitIdentifier) {
    var line = FakeLine()
    #expect(throws: RequestError.self) { try line.ask(request, of: unit) }
    #expect(line.sent.isEmpty)
  }

  @Test("A write is refused as a probe")
  func writeAsProbe() {
    var line = FakeLine()
    let limits = DeviceLimits(probe: .read(.writeRegister(address: 0, value: 1)))
    #expect(throws: RequestError.probeIsNotARead(.writeRegister)) {
      try line.ask(Sample.a, of: 1, limits)
    }
  }

  @Test("A second transaction cannot be begun inside the first")
  func underWay() throws {
    var line = FakeLine()
    try line.client.begin(Sample.a, unit: 1, limits: FakeLine.limits, at: line.now)
    #expect(throws: RequestError.transactionUnderWay) {
      try line.client.begin(Sample.b, unit: 1, limits: FakeLine.limits, at: line.now)
    }
  }

  @Test("A 2B/0E reply is framed by walking its objects, 11 by its byte count")
  func structuredReplies() throws {
    let identification = Request.readDeviceIdentification(code: .basic, object: 0)
    let answer = Response.deviceIdentification(
      DeviceIdentification(
        conformityLevel: 1,
        nextObject: nil,
        objects: [
          DeviceIdentification.Object(identifier: 0, value: Array("Maker".utf8)),
          DeviceIdentification.Object(identifier: 1, value: []),
          DeviceIdentification.Object(identifier: 2, value: Array("V1".utf8)),
        ]
      )
    )
    let serverID = Response.serverID([0x2A, 0xFF, 0x01])
    var line = FakeLine()
    line.scripts = [
      [.after(5, [0] + replyFrame(answer, to: identification, unit: 1) + [0])],
      [.after(5, replyFrame(serverID, to: .reportServerID, unit: 1))],
    ]
    #expect(try line.ask(identification).outcome == .response(answer))
    #expect(try line.ask(.reportServerID).outcome == .response(serverID))
  }

  @Test("Statistics count per unit and in total, with the distribution of response times")
  func statistics() throws {
    var line = FakeLine()
    line.responder = { frame, number in
      number % 10 == 0 ? [.after(90, Sample.device(frame)[0].bytes)] : Sample.device(frame)
    }
    for _ in 0..<20 {
      _ = try line.ask(Sample.a, of: 1)
      _ = try line.ask(Sample.a, of: 7)
    }
    let statistics = line.client.statistics
    #expect(statistics.units == [1, 7])
    #expect(statistics.total.replies == 40)
    #expect(statistics.total.framesSent == 40)
    #expect(statistics[1].replies == 20)
    #expect(statistics[9].replies == 0)
    let times = statistics.total.responseTimes
    // 5 ms and 90 ms after handing over, less 4.6 ms of transmission.
    let transfer = Self.timing.transferTime(bytes: 8)
    #expect(times.longest == .milliseconds(90) - transfer)
    let median = try #require(times.percentile(50))
    #expect(median >= .milliseconds(5) - transfer && median < .microseconds(480))
    let high = try #require(times.percentile(99))
    #expect(high == times.longest)
    #expect(times.histogram.map(\.count) == [36, 4])
  }

  @Test("Every bucket of the response times holds what lies in it")
  func buckets() {
    for microseconds in [0, 1, 7, 8, 9, 15, 16, 17, 999, 1000, 123_456, 133_000_000] {
      var times = ResponseTimes()
      times.add(.microseconds(microseconds))
      times.add(.seconds(500))
      let bound = times.percentile(50) ?? .zero
      #expect(bound > .microseconds(microseconds))
      #expect(bound <= .microseconds(microseconds + microseconds / 8 + 1))
    }
  }

  @Test("Every failure says in one line what to do")
  func failureTexts() {
    let failures: [ExchangeFailure] = [
      .timedOut(received: 0), .timedOut(received: 3), .damagedReply,
      .wrongShape(.byteCount(expected: 4, actual: 2)), .readTooLate(by: .milliseconds(5)),
      .notResynchronised, .echoUndetermined, .collision, .lineBusy, .malformedStream,
      .disconnected, .cancelled,
    ]
    #expect(Set(failures.map(\.description)).count == failures.count)
    for failure in failures { #expect(!failure.description.contains("\n")) }
  }
}
