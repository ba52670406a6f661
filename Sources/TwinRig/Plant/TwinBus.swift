import Benches
import Modbus
import Quantities

/// One line with its meters, its framing and its faults.
struct TwinBus: Sendable {
  private(set) var wiring: BusWiring
  private(set) var timing: LineTiming
  /// False where what carries the line has no parity, and so no meter can miss it.
  private(set) var hasParity = true
  /// The meters on this line, by their index in the plant.
  let meters: [Int]
  private let faults: FaultScript
  private var serial: RTURequestFramer
  private var stream = TCPRequestFramer()
  private var random: SeededRandom
  /// Replies still to pass, each from its first byte to the end of its last.
  private var underWay: [Range<Instant>] = []

  /// A request as it arrived, with the way back.
  struct Arrived {
    var unit: UnitIdentifier
    var pdu: [UInt8]
    /// Nil on a serial line.
    var transaction: UInt16?
  }

  /// What one meter has to say.
  struct Answer {
    var pdu: [UInt8]
    var delay: Duration
    /// The position, for faults of its replies.
    var position: String
  }

  init(wiring: BusWiring, meters: [Int], faults: FaultScript, random: SeededRandom) {
    self.wiring = wiring
    self.meters = meters
    self.faults = faults
    self.random = random
    timing = LineTiming(wiring.line)
    serial = RTURequestFramer(timing: timing)
  }

  /// The client set its end of the line.
  mutating func adjust(to line: LineSettings, hasParity: Bool = true) {
    wiring.line = line
    self.hasParity = hasParity
    timing = LineTiming(line)
    serial = RTURequestFramer(timing: timing)
  }

  /// Whether the line is serial, at least at its far end.
  var isSerial: Bool {
    if case .tcp = wiring.connection { false } else { true }
  }

  /// How long so many bytes are on the way.
  func transferTime(bytes: Int) -> Duration {
    isSerial ? timing.transferTime(bytes: bytes) : .microseconds(100)
  }

  /// The names under which faults strike the bus.
  var targets: [String] {
    if case .adapter(let adapter) = wiring.connection {
      [wiring.name, adapter]
    } else {
      [wiring.name]
    }
  }

  /// Whether the adapter is gone.
  func pulled(at time: Instant) -> Bool {
    faults.active(.adapterPulled, striking: targets, at: time) != nil
  }

  /// The next moment at which the adapter is pulled.
  func nextPull(after time: Instant) -> Instant? {
    faults.all(.adapterPulled, striking: targets).map(\.begins).filter { $0 > time }.min()
  }

  /// The complete requests in what has come.
  mutating func requests(in bytes: [UInt8], at time: Instant) -> [Arrived] {
    if isSerial {
      return serial.receive(bytes, at: time.sinceOrigin).map {
        Arrived(unit: $0.unit, pdu: $0.pdu, transaction: nil)
      }
    }
    if stream.hasFailed { stream = TCPRequestFramer() }
    return stream.receive(bytes).map {
      Arrived(unit: $0.unit, pdu: $0.pdu, transaction: $0.transaction)
    }
  }

  /// The bytes come back unchanged, where the line does that.
  func echo(of bytes: [UInt8], at time: Instant) -> [TwinReply] {
    guard faults.active(.echo, striking: targets, at: time) != nil else { return [] }
    return [TwinReply(at: time - transferTime(bytes: bytes.count), bytes: bytes)]
  }

  /// Whether nothing gets through.
  func isDead(at time: Instant) -> Bool {
    faults.active(.deadBus, striking: targets, at: time) != nil
  }

  /// What is heard when these meters answer one request.
  mutating func replies(_ answers: [Answer], to request: Arrived, at time: Instant) -> [TwinReply] {
    var replies: [TwinReply] = []
    for answer in answers where !answer.pdu.isEmpty {
      let struck = targets + [answer.position]
      var delay = isSerial ? max(answer.delay, timing.t3_5) : answer.delay
      if let late = faults.active(.lateReplies, striking: struck, at: time) {
        delay += late.duration(else: .seconds(1))
      }
      var bytes = frame(answer.pdu, for: request)
      if faults.active(.damagedReplies, striking: struck, at: time) != nil {
        bytes[bytes.count - 1] ^= 0x55
      }
      // The byte that poor transceivers add when the driver is switched on.
      if faults.active(.noise, striking: struck, at: time) != nil { bytes.insert(0, at: 0) }
      replies.append(TwinReply(at: time + delay, bytes: bytes))
    }
    // A gateway hears the collision on its line and passes nothing on.
    let heard = isSerial ? collide(replies) : replies.count > 1 ? [] : replies
    underWay.removeAll { $0.upperBound <= time }
    return heard.map { queue($0) }.sorted { $0.at < $1.at }
  }

  /// A reply that would fall into one to an earlier request waits for that one's end.
  private mutating func queue(_ reply: TwinReply) -> TwinReply {
    let length = transferTime(bytes: reply.bytes.count)
    var reply = reply
    while let other = underWay.first(where: { $0.overlaps(reply.at..<(reply.at + length)) }) {
      reply.at = other.upperBound
    }
    underWay.append(reply.at..<(reply.at + length))
    return reply
  }

  private func frame(_ pdu: [UInt8], for request: Arrived) -> [UInt8] {
    if let transaction = request.transaction {
      return TCPFrame.wrap(transaction: transaction, unit: request.unit, pdu: pdu)
    }
    return RTUFrame.wrap(unit: request.unit, pdu: pdu)
  }

  /// Meters that drive the line at the same time spoil each other's bytes: nobody gets a valid
  /// frame out of the overlap.
  private mutating func collide(_ replies: [TwinReply]) -> [TwinReply] {
    var heard: [TwinReply] = []
    for reply in replies.sorted(by: { ($0.at, $0.bytes.count) < ($1.at, $1.bytes.count) }) {
      guard let last = heard.last,
        reply.at < last.at + transferTime(bytes: last.bytes.count)
      else {
        heard.append(reply)
        continue
      }
      let gap = reply.at.duration(since: last.at).inSeconds / timing.characterTime.inSeconds
      var bytes = last.bytes
      for (index, byte) in reply.bytes.enumerated() {
        let place = Int(gap) + index
        if place < bytes.count {
          bytes[place] = (bytes[place] & byte) ^ UInt8(truncatingIfNeeded: random.next() >> 56)
        } else {
          bytes.append(byte)
        }
      }
      if CRC16.of(bytes) == 0 { bytes[bytes.count - 1] ^= 0xFF }
      heard[heard.count - 1] = TwinReply(at: last.at, bytes: bytes)
    }
    return heard
  }
}
