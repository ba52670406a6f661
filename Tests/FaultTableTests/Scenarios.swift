import Modbus
import Quantities
import Testing

/// One row of the table: a line that misbehaves and what is asked over it.
struct Scenario: Sendable, CustomTestStringConvertible {
  /// The row's first cell.
  var name: String
  var questions: [Question]
  /// Silence demanded before a request.
  var turnaround: Duration = .zero
  /// What the peer does with a request.
  var answer: @Sendable (Heard) -> [Act]

  var testDescription: String { name }
}

extension Scenario {
  static let all: [Scenario] = [
    lateReply, wrongUnit, wrongFunction, wrongCount, leadingBytes, trailingByte, echo, pieces,
    exception, damagedException, babble, pulledAdapter, broadcast,
  ]

  private static let lateReply = Scenario(
    name: "The reply to A comes 100 ms after A's time-out; then B and C are asked",
    questions: [
      .read("A", DeviceLimits(responseLimit: .milliseconds(300)), expected: noReply),
      .read("B"), .read("C"),
    ]
  ) { heard in
    heard.number == 1
      ? [.sendAfterEnd(heard.reply, .milliseconds(100))] : [.send(heard.reply)]
  }

  private static let wrongUnit = Scenario(
    name: "Another unit answers, and 20 ms later the right one",
    questions: [.read("A")]
  ) { heard in
    let stranger = RTUFrame.wrap(unit: 2, pdu: [0x03, 0x04, 0xDE, 0xAD, 0xBE, 0xEF])
    return [.send(stranger), .send(heard.reply, after: .milliseconds(20))]
  }

  private static let wrongFunction = Scenario(
    name: "An 04 answer to an 03 request",
    questions: [
      .read(
        "A",
        Question.brief,
        expected: .failed(
          .wrongShape(.function(expected: .readHoldingRegisters, actual: 0x04))
        )
      )
    ]
  ) { heard in
    [.send(RTUFrame.wrap(unit: heard.unit, pdu: [0x04, 0x04, 0xDE, 0xAD, 0xBE, 0xEF]))]
  }

  private static let wrongCount = Scenario(
    name: "Four registers, or one, instead of two; CRC good",
    questions: [
      .read("A", Question.brief, expected: registers(4)),
      .read("B", Question.brief, expected: registers(1)),
    ]
  ) { heard in
    // What proves that the device is in step again asks for another number.
    guard heard.request[0] == 0x03, heard.request[4] == 2 else { return [.send(heard.reply)] }
    let count = heard.request[2] == 0 ? 4 : 1
    let values = [UInt8](repeating: 0x5A, count: 2 * count)
    let pdu = [0x03, UInt8(values.count)] + values
    return [.send(RTUFrame.wrap(unit: heard.unit, pdu: pdu))]
  }

  private static let leadingBytes = Scenario(
    name: "One `00` (A), `FF` (B) or `01 03` (C) in front of the reply",
    questions: [.read("A"), .read("B"), .read("C")]
  ) { heard in
    let stray: [[UInt8]] = [[0x00], [0xFF], [0x01, 0x03]]
    return [.send(stray[(heard.number - 1) % stray.count] + heard.reply)]
  }

  private static let trailingByte = Scenario(
    name: "One `00` after each reply",
    questions: [.read("A"), .read("B"), .read("C")]
  ) { heard in
    [.send(heard.reply + [0x00])]
  }

  private static let echo = Scenario(
    name: "The adapter hears what it sends (local echo)",
    questions: [
      .read("A"),
      Question(
        label: "a write",
        request: .writeRegister(address: 40, value: 0xCAFE),
        limits: Question.patient,
        expected: .right
      ),
      Question(
        label: "the same write to a unit that is off",
        request: .writeRegister(address: 40, value: 0xCAFE),
        unit: 9,
        limits: Question.brief,
        expected: .failed(.timedOut(received: 0))
      ),
    ]
  ) { heard in
    heard.unit == 9 ? [.send(heard.echo)] : [.send(heard.echo), .send(heard.reply)]
  }

  private static let pieces = Scenario(
    name: "The reply in three pieces, 16 ms apart",
    questions: [.read("A")]
  ) { heard in
    [
      .send(Array(heard.reply[..<3])),
      .send(Array(heard.reply[3..<6]), after: .milliseconds(16)),
      .send(Array(heard.reply[6...]), after: .milliseconds(32)),
    ]
  }

  private static let exception = Scenario(
    name: "Exception reply, CRC good",
    questions: [.read("A", expected: .refused(.illegalDataAddress))]
  ) { heard in
    [.send(RTUFrame.wrap(unit: heard.unit, pdu: [0x83, 0x02]))]
  }

  private static let damagedException = Scenario(
    name: "Exception reply, CRC wrong",
    questions: [.read("A", Question.brief, expected: .failed(.damagedReply))]
  ) { heard in
    var frame = RTUFrame.wrap(unit: heard.unit, pdu: [0x83, 0x02])
    frame[4] ^= 0x01
    return [.send(frame)]
  }

  /// The silence demanded is longer than any pause that a busy machine makes in the noise.
  private static let babble = Scenario(
    name: "Four seconds of babble instead of the reply to A; B is asked meanwhile, C after it",
    questions: [
      .read("A", Question.brief, expected: .failed(.timedOut(received: 1))),
      .read("B", Question.brief, expected: .failed(.lineBusy)),
      .read("C"),
    ],
    turnaround: .milliseconds(300)
  ) { heard in
    heard.number == 1 ? [.babble(.seconds(4), untilEnded: 2)] : [.send(heard.reply)]
  }

  private static let pulledAdapter = Scenario(
    name: "The adapter is pulled while A is awaited; then B is asked",
    questions: [.read("A", expected: .lineGone), .read("B", expected: .lineGone)]
  ) { _ in
    [.pull]
  }

  private static let broadcast = Scenario(
    name: "A write to all; then A is asked",
    questions: [
      Question(
        label: "the write",
        request: .writeRegister(address: 0, value: 0xCAFE),
        unit: .broadcast,
        limits: Question.patient,
        expected: .sentToAll
      ),
      .read("A", values: [0xCAFE, Question.value(at: 1)]),
    ]
  ) { heard in
    heard.reply.isEmpty ? [] : [.send(heard.reply)]
  }

  private static let noReply = Ending.failed(.timedOut(received: 0))

  private static func registers(_ count: Int) -> Ending {
    .failed(.wrongShape(.byteCount(expected: 4, actual: 2 * count)))
  }
}
