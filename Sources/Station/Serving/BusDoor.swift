import Benches
import HostRig
import Modbus
import Quantities
import Rig

/// Serves one bus of a twin behind one door: one client at a time, in the time of the line.
actor BusDoor {
  /// What clients come in by.
  private enum Entrance {
    case terminal(linkPath: String?)
    case port(TTYLink)
    case listener(SocketListener)
  }

  /// Bytes on their way to the meters.
  private struct Outgoing {
    var arrivesAt: Instant
    var bytes: [UInt8]
    /// The client's number, where a gateway has put its request on a serial line.
    var transaction: UInt16?
  }

  /// Bytes on their way to the client.
  private struct Incoming {
    var arrivesAt: Instant
    var bytes: [UInt8]
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

  /// Where clients find it.
  nonisolated let address: TwinServing.Addresses.Bus

  private nonisolated let lane: ThreadLane
  private nonisolated let bus: String
  private nonisolated let keeper: PlantKeeper
  /// Whether requests of Modbus TCP go on a serial line.
  private nonisolated let isGateway: Bool
  private let entrance: Entrance
  private var terminal: PseudoTerminal?

  private var outgoing: [Outgoing] = []
  private var incoming: [Incoming] = []
  private var lineFreeAt = Instant.zero
  /// What a port of this machine is set to.
  private var portLine: LineSettings?
  /// When it is looked at again whether the meters' line has changed.
  private var nextLook: Instant?

  /// What may wait for the line; a client that sends more waits itself.
  private static let backlog = Duration.seconds(1)

  /// Opens the door.
  init(
    _ kind: TwinDoor.Kind,
    bus wiring: BusWiring,
    keeper: PlantKeeper,
    lane: ThreadLane
  ) throws(RigFault) {
    let bus = wiring.name
    self.lane = lane
    self.bus = bus
    self.keeper = keeper
    do throws(LinkFailure) {
      switch kind {
      case .pseudoTerminal(let linkPath):
        let terminal = try PseudoTerminal(linkPath: linkPath, lane: lane)
        address = .init(name: bus, path: linkPath ?? terminal.path)
        entrance = .terminal(linkPath: linkPath)
        self.terminal = terminal
        isGateway = false
      case .serialPort(let path):
        address = .init(name: bus, path: path)
        entrance = .port(try TTYLink(path: path, settings: wiring.line, lane: lane))
        portLine = wiring.line
        terminal = nil
        isGateway = false
      case .tcp(let host, let port), .rtuOverTCP(let host, let port):
        let listener = try SocketListener(.tcp(host: host, port: port), lane: lane)
        address = .init(name: bus, socket: listener.address)
        entrance = .listener(listener)
        terminal = nil
        if case .tcp = kind { isGateway = wiring.isSerial } else { isGateway = false }
      }
    } catch {
      throw RigFault(Part(.bus, bus), "\(error)")
    }
  }

  /// Serves until the task is cancelled.
  ///
  /// - Throws: where the door itself fails.
  func serve() async throws(RigFault) {
    do throws(LinkFailure) {
      while true {
        try await awaitAdapter()
        switch entrance {
        case .terminal(let linkPath):
          if terminal == nil { terminal = try PseudoTerminal(linkPath: linkPath, lane: lane) }
          if let terminal { try await converse(over: terminal) }
          // Its adapter was pulled.
          terminal = nil
        case .port(let link): try await converse(over: link)
        case .listener(let listener):
          guard let connection = try await listener.accept(until: .init(nanoseconds: .max))
          else { continue }
          do throws(LinkFailure) {
            try await converse(over: try SocketLink(connection, lane: lane))
          } catch {
            // Clients come and go as they like.
            if error == .cancelled { throw error }
          }
        }
      }
    } catch .cancelled {
      return
    } catch {
      throw RigFault(Part(.bus, bus), "\(error)")
    }
  }

  private func awaitAdapter() async throws(LinkFailure) {
    while await keeper.isPulled(bus: bus) {
      terminal = nil
      do { try await lane.sleep(until: lane.now + .milliseconds(50)) } catch { throw .cancelled }
    }
  }

  /// Serves one client until it is gone, or the adapter is.
  private func converse(over link: any SerialLink) async throws(LinkFailure) {
    let pull = await keeper.nextPull(ofBus: bus) ?? Instant(nanoseconds: .max)
    (outgoing, incoming) = ([], [])
    var framer = TCPRequestFramer()
    while lane.now < pull {
      await deliverOutgoing()
      while let first = incoming.first, first.arrivesAt <= lane.now {
        incoming.removeFirst()
        try await link.write(first.bytes)
      }
      if case .port(let port) = entrance { try await follow(port) }
      let next = [outgoing.first?.arrivesAt, incoming.first?.arrivesAt, nextLook].compactMap { $0 }
      let deadline = min(next.min() ?? pull, pull)
      if lineFreeAt > lane.now + Self.backlog {
        do { try await lane.sleep(until: deadline) } catch { throw .cancelled }
        continue
      }
      let bytes = try await link.read(until: deadline)
      guard !bytes.isEmpty else { continue }
      if isGateway {
        for request in framer.receive(bytes) {
          let frame = RTUFrame.wrap(unit: request.unit, pdu: request.pdu)
          await put(frame, transaction: request.transaction)
        }
        if framer.hasFailed { throw .disconnected("a client that does not speak Modbus TCP") }
      } else {
        // What the client has set its end to when it speaks is what the line carries.
        if let baud = (link as? PseudoTerminal)?.clientBaud {
          await keeper.adjust(bus: bus, toBaud: baud)
        }
        await put(bytes, transaction: nil)
      }
    }
  }

  /// A port of this machine stands for the meters' own: it is set as they are.
  private func follow(_ port: TTYLink) async throws(LinkFailure) {
    nextLook = lane.now + .milliseconds(100)
    guard let line = await keeper.meterLine(onBus: bus), line != portLine else { return }
    _ = try port.adjust(to: line)
    portLine = line
    await keeper.adjust(bus: bus, to: line)
  }

  /// Puts bytes on the line, after those that are on it.
  private func put(_ bytes: [UInt8], transaction: UInt16?) async {
    if case .port = entrance {
      // They took their time on the wire already.
      outgoing.append(Outgoing(arrivesAt: lane.now, bytes: bytes, transaction: nil))
      return
    }
    let start = max(lane.now, lineFreeAt)
    lineFreeAt = start + (await keeper.transferTime(bytes: bytes.count, onBus: bus))
    outgoing.append(Outgoing(arrivesAt: lineFreeAt, bytes: bytes, transaction: transaction))
  }

  private func deliverOutgoing() async {
    while let first = outgoing.first, first.arrivesAt <= lane.now {
      outgoing.removeFirst()
      for reply in await keeper.receive(first.bytes, onBus: bus, at: first.arrivesAt) {
        if isGateway {
          // A gateway passes on whole frames, and only sound ones.
          guard let transaction = first.transaction,
            let (unit, pdu) = RTUFrame.unwrap(reply.bytes)
          else { continue }
          let frame = TCPFrame.wrap(transaction: transaction, unit: unit, pdu: pdu)
          insert(Incoming(arrivesAt: reply.endsAt, bytes: frame))
        } else {
          // The first byte alone, because its moment bounds the moment of a reading.
          insert(Incoming(arrivesAt: reply.firstByteAt, bytes: Array(reply.bytes.prefix(1))))
          insert(Incoming(arrivesAt: reply.endsAt, bytes: Array(reply.bytes.dropFirst(1))))
        }
      }
    }
  }

  private func insert(_ piece: Incoming) {
    guard !piece.bytes.isEmpty else { return }
    let place = incoming.firstIndex { $0.arrivesAt > piece.arrivesAt } ?? incoming.count
    incoming.insert(piece, at: place)
  }
}
