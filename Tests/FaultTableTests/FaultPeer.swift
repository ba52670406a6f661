import HostRig
import Modbus
import Quantities
import Rig

/// What the peer does when a request has come.
enum Act: Sendable {
  /// Sends bytes so long after the request came.
  case send([UInt8], after: Duration = .zero)
  /// Sends bytes so long after the bus gave the transaction of the request up.
  case sendAfterEnd([UInt8], Duration)
  /// Sends noise without a pause for so long, and until the bus has ended so many transactions.
  case babble(Duration, untilEnded: Int)
  /// Closes its end of the line, as a pulled adapter does.
  case pull
}

/// A request that the peer heard.
struct Heard: Sendable {
  /// 1 for the first request since the line was opened; probes count as well.
  var number: Int
  var unit: UnitIdentifier
  /// Function code and data.
  var request: [UInt8]
  /// What a sound device would send; empty after a broadcast.
  var reply: [UInt8]

  /// The request as it came over the line.
  var echo: [UInt8] { RTUFrame.wrap(unit: unit, pdu: request) }
}

/// What the bus has ended so far, for a peer that acts upon it.
typealias Ended = Locked<[Instant]>

/// The far end of a line: a sound device behind everything that can be wrong with it.
///
/// It takes requests by their length and answers them in their order, as devices do. It waits for
/// moments and bytes with one `ppoll` at a time, so that it hears while an answer is still due.
struct FaultPeer {
  private let answer: @Sendable (Heard) -> [Act]
  private let ended: Ended
  private let lane: ThreadLane
  private var framer: RTURequestFramer
  private var device = SoundDevice()
  private var waiting: [RTURequestFramer.Framed] = []
  private var heardCount = 0
  private var due: [(at: Instant, bytes: [UInt8])] = []
  private var held: [(end: Int, bytes: [UInt8], after: Duration)] = []
  private var babble: (since: Instant, length: Duration, end: Int)?
  private var noise = Noise()

  init(
    timing: LineTiming,
    lane: ThreadLane,
    ended: Ended,
    answer: @escaping @Sendable (Heard) -> [Act]
  ) {
    self.answer = answer
    self.ended = ended
    self.lane = lane
    framer = RTURequestFramer(timing: timing)
  }

  /// Serves until the task is cancelled or the adapter is to be pulled.
  nonisolated(nonsending) mutating func serve(_ line: PseudoTerminal) async throws {
    while true {
      let bytes = try await line.read(until: nextMoment)
      let requests = framer.receive(bytes, at: lane.now.sinceOrigin)
      if babble == nil { waiting += requests }
      if isIdle, !waiting.isEmpty {
        for act in answer(hear(waiting.removeFirst())) {
          if case .pull = act { return }
          schedule(act)
        }
      }
      for bytes in takeDue() { try await line.write(bytes) }
    }
  }

  private mutating func hear(_ framed: RTURequestFramer.Framed) -> Heard {
    heardCount += 1
    let pdu = Server.respond(to: framed.pdu, model: &device, at: .zero)
    return Heard(
      number: heardCount,
      unit: framed.unit,
      request: framed.pdu,
      reply: framed.unit == .broadcast ? [] : RTUFrame.wrap(unit: framed.unit, pdu: pdu)
    )
  }

  private mutating func schedule(_ act: Act) {
    switch act {
    case .send(let bytes, let delay): due.append((lane.now + delay, bytes))
    case .sendAfterEnd(let bytes, let delay):
      held.append((ended.withLock { $0.count }, bytes, delay))
    case .babble(let length, let end): babble = (lane.now, length, end)
    case .pull: break
    }
  }

  /// Whether the last request is done with.
  private var isIdle: Bool { due.isEmpty && held.isEmpty && babble == nil }

  /// When there is something to do even if nothing is heard.
  private var nextMoment: Instant {
    let now = lane.now
    if isIdle, !waiting.isEmpty { return now }
    // Two characters at 9600 baud; a longer hole could pass for silence.
    if babble != nil { return now + .milliseconds(2) }
    let look = held.isEmpty ? now + .seconds(60) : now + .milliseconds(5)
    return due.reduce(look) { min($0, $1.at) }
  }

  private mutating func takeDue() -> [[UInt8]] {
    let endings = ended.withLock { $0 }
    for item in held where item.end < endings.count {
      due.append((endings[item.end] + item.after, item.bytes))
    }
    held.removeAll { $0.end < endings.count }
    let now = lane.now
    var bytes = due.filter { $0.at <= now }.map(\.bytes)
    due.removeAll { $0.at <= now }
    if let babble {
      if now - babble.length >= babble.since, endings.count >= babble.end {
        self.babble = nil
      } else {
        bytes.append([noise.next(), noise.next()])
      }
    }
    return bytes
  }
}

/// Bytes without meaning, the same ones every time: the middle of a linear congruential sequence
/// with Knuth's constants for MMIX.
private struct Noise {
  private var state: UInt64 = 9600

  mutating func next() -> UInt8 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(truncatingIfNeeded: state >> 40)
  }
}

/// A device without a fault: registers that hold what was written, or else a value that only this
/// address has.
private struct SoundDevice: ServerModel {
  private var written: [UInt16: UInt16] = [:]

  let supportedFunctions: Set<FunctionCode> = [
    .readHoldingRegisters, .readInputRegisters, .writeRegister, .diagnostics,
  ]

  func holds(_ addresses: Range<Int>, in table: DataTable) -> Bool {
    addresses.upperBound <= Question.registerCount
  }

  mutating func readHoldingRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    (address..<(address + count)).map { written[$0] ?? Question.value(at: $0) }
  }

  mutating func readInputRegisters(
    address: UInt16,
    count: UInt16,
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    (address..<(address + count)).map { ~Question.value(at: $0) }
  }

  mutating func writeRegister(
    address: UInt16,
    value: UInt16,
    at now: Duration
  ) throws(ExceptionCode) {
    written[address] = value
  }

  mutating func diagnostics(
    subfunction: UInt16,
    data: [UInt16],
    at now: Duration
  ) throws(ExceptionCode) -> [UInt16] {
    data
  }
}
