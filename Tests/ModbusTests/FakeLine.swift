import Modbus
import Testing

/// A client on a scripted line with a clock that only the script moves.
///
/// Each frame that the client sends takes the next script: pieces of bytes and how long after the
/// frame was handed over they are seen.
struct FakeLine {
  struct Piece {
    var after: Duration
    var bytes: [UInt8]
  }

  var client: Client
  private(set) var now: Duration
  private(set) var sent: [(at: Duration, bytes: [UInt8])] = []
  /// What is still to be seen, in the order of time.
  private var input: [(at: Duration, bytes: [UInt8])] = []
  /// Answers each frame, in the order of sending; a frame beyond the list is not answered.
  var scripts: [[Piece]] = []
  /// Answers frames instead of the scripts, when given.
  var responder: ((_ frame: [UInt8], _ number: Int) -> [Piece])?

  init(
    _ framing: Framing = .rtu(LineTiming(baud: 19200, bitsPerCharacter: 11)),
    turnaround: Duration = .zero,
    echo: EchoHandling = .never,
    start: Duration = .seconds(100)
  ) {
    client = Client(framing: framing, turnaround: turnaround, echo: echo)
    now = start
  }

  /// Bytes seen at a time of their own.
  mutating func inject(_ bytes: [UInt8], at time: Duration) {
    let place = input.firstIndex { $0.at > time } ?? input.count
    input.insert((time, bytes), at: place)
  }

  mutating func wait(_ time: Duration) { now += time }

  /// Runs one transaction to its end.
  mutating func ask(
    _ request: Request,
    of unit: UnitIdentifier = 1,
    _ limits: DeviceLimits = FakeLine.limits
  ) throws -> Exchange {
    try client.begin(request, unit: unit, limits: limits, at: now)
    for _ in 0..<100_000 {
      switch client.next(at: now) {
      case .done(let exchange): return exchange
      case .send(let frame): send(frame)
      case .listen(let until): listen(until: until)
      }
    }
    throw Stuck()
  }

  struct Stuck: Error {}

  /// 0.3 s as in the measured table, and a short late window.
  static let limits = DeviceLimits(responseLimit: .milliseconds(300))

  /// One step of a transaction that the test drives itself.
  mutating func step() -> Client.Step {
    let step = client.next(at: now)
    switch step {
    case .send(let frame): send(frame)
    case .listen(let until): listen(until: until)
    case .done: break
    }
    return step
  }

  private mutating func send(_ frame: [UInt8]) {
    sent.append((now, frame))
    client.sent(at: now)
    let pieces =
      responder.map { $0(frame, sent.count) }
      ?? (sent.count <= scripts.count ? scripts[sent.count - 1] : [])
    for piece in pieces { inject(piece.bytes, at: now + piece.after) }
  }

  private mutating func listen(until: Duration) {
    guard let first = input.first, first.at <= max(until, now) else {
      now = max(until, now)
      client.received([], at: now)
      return
    }
    input.removeFirst()
    now = max(now, first.at)
    client.received(first.bytes, at: now)
  }
}

extension FakeLine.Piece {
  static func after(_ milliseconds: Int, _ bytes: [UInt8]) -> Self {
    Self(after: .milliseconds(milliseconds), bytes: bytes)
  }
}

extension Exchange {
  var kinds: [TracedFrame.Kind] { frames.map(\.kind) }
}

/// Two registers at address 0 of unit 1, and what the device answers.
enum Sample {
  static let a = Request.readHoldingRegisters(address: 0, count: 2)
  static let b = Request.readHoldingRegisters(address: 10, count: 2)
  static let c = Request.readHoldingRegisters(address: 20, count: 2)

  /// The values tell which address was asked for.
  static func values(_ request: Request) -> [UInt16] {
    switch request {
    case .readHoldingRegisters(let address, let count),
      .readInputRegisters(let address, let count):
      (0..<count).map { address &+ $0 &+ 0x100 }
    default: []
    }
  }

  static func reply(_ request: Request, unit: UnitIdentifier = 1) -> [UInt8] {
    replyFrame(.registers(values(request)), to: request, unit: unit)
  }

  static func right(_ request: Request) -> Outcome { .response(.registers(values(request))) }

  /// A device that repeats 08/00 and answers reads, each after 5 ms.
  static func device(_ frame: [UInt8]) -> [FakeLine.Piece] {
    guard let (unit, pdu) = RTUFrame.unwrap(frame), let request = try? Request(pdu: pdu) else {
      return []
    }
    if case .diagnostics = request { return [.after(5, frame)] }
    return [.after(5, reply(request, unit: unit))]
  }
}
