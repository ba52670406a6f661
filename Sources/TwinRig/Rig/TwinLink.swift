import Modbus
import Quantities
import Rig

/// A bus's end of a simulated line: bytes take their time on it in both directions.
final class TwinLink: PluggableLink, AdjustableLink {
  private let bus: String
  private let shared: SharedPlant
  /// What was written and has not yet passed the line, in order.
  private var outgoing: [TwinReply] = []
  /// What will be heard, with the moment its last byte is there, in order of those.
  private var incoming: [TwinReply] = []
  private var lineFreeAt = Instant.zero
  /// How long the bench file lets a run wait for a pulled adapter.
  private let replug: Duration?
  private var hasGivenUp = false
  private var openedAt = Instant.zero

  init(bus: String, shared: SharedPlant, replug: Duration? = nil) {
    self.bus = bus
    self.shared = shared
    self.replug = replug
  }

  var mayComeBack: Bool { replug != nil && !hasGivenUp }
  /// A line that was pulled stays dead, also when its adapter is back, until it is opened again.
  var isLost: Bool {
    let now = shared.lane.now
    return isPulled
      || shared.look { $0.nextPull(ofBus: bus, after: openedAt) }.map { $0 <= now } ?? false
  }

  nonisolated(nonsending) func reopen(waiting: Bool) async throws(LinkFailure) -> String {
    guard let replug else { throw .disconnected("the adapter of bus '\(bus)'") }
    outgoing = []
    incoming = []
    let deadline = shared.lane.now + replug
    while isPulled {
      guard waiting else { throw .disconnected("the adapter of bus '\(bus)'") }
      guard shared.lane.now < deadline else {
        hasGivenUp = true
        let time = Quantity(replug.inSeconds, .second).readable
        throw .system("the adapter of bus '\(bus)' was pulled and did not come back within \(time)")
      }
      let look = min(deadline, shared.lane.now + .milliseconds(100))
      if await shared.lane.park(until: look) == .cancelled { throw .cancelled }
    }
    openedAt = shared.lane.now
    return "the adapter of bus '\(bus)' was pulled and is back"
  }

  nonisolated(nonsending) func adjust(
    to line: LineSettings
  ) async throws(LinkFailure) -> LineSettings {
    try checkAdapter()
    outgoing = []
    incoming = []
    shared.change { $0.adjust(bus: bus, to: line) }
    return line
  }

  private var isPulled: Bool { shared.look { $0.isPulled(bus: bus, at: shared.lane.now) } }

  nonisolated(nonsending) func write(_ bytes: [UInt8]) async throws(LinkFailure) {
    try checkAdapter()
    let start = max(shared.lane.now, lineFreeAt)
    lineFreeAt = start + shared.look { $0.transferTime(bytes: bytes.count, onBus: bus) }
    outgoing.append(TwinReply(at: lineFreeAt, bytes: bytes))
  }

  nonisolated(nonsending) func read(until deadline: Instant) async throws(LinkFailure) -> [UInt8] {
    while true {
      try checkAdapter()
      let now = shared.lane.now
      deliverOutgoing(at: now)
      let heard = incoming.prefix { $0.at <= now }
      if !heard.isEmpty {
        incoming.removeFirst(heard.count)
        return heard.flatMap(\.bytes)
      }
      if deadline <= now { return [] }
      let pull = shared.look { $0.nextPull(ofBus: bus, after: now) }
      let moments = [deadline, outgoing.first?.at, incoming.first?.at, pull].compactMap { $0 }
      if await shared.lane.park(until: moments.min()) == .cancelled { throw .cancelled }
    }
  }

  private func checkAdapter() throws(LinkFailure) {
    if isLost {
      throw .disconnected("the adapter of bus '\(bus)'")
    }
  }

  private func deliverOutgoing(at now: Instant) {
    while let first = outgoing.first, first.at <= now {
      outgoing.removeFirst()
      let replies = shared.change { plant in
        plant.receive(first.bytes, onBus: bus, at: first.at).map { reply in
          // The first byte alone, because its moment bounds the moment of a reading.
          [(1, reply.bytes.prefix(1)), (reply.bytes.count, reply.bytes.dropFirst(1))].map {
            TwinReply(
              at: reply.at + plant.transferTime(bytes: $0.0, onBus: bus),
              bytes: Array($0.1)
            )
          }
        }
      }
      for piece in replies.joined() where !piece.bytes.isEmpty {
        let place = incoming.firstIndex { $0.at > piece.at } ?? incoming.count
        incoming.insert(piece, at: place)
      }
    }
  }
}
