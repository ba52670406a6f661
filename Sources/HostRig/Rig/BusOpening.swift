import Benches
import Modbus
import Quantities
import Rig

/// A bus with its line opened.
struct OpenedBus {
  let bus: Bus
  /// Whether a program of this machine is behind it, and no wire.
  let isSimulated: Bool
  /// What the record says of the line.
  let remark: String
}

extension BusWiring {
  /// How long a gateway or device server may take to accept a connection.
  private static var connectLimit: Duration { .seconds(5) }

  /// Opens the line and puts the bus on its lane; blocks the calling thread until then.
  ///
  /// - Throws: what to do about a line that cannot be used.
  func open(
    adapters: [Adapter],
    lane: ThreadLane,
    onExchange: @escaping @Sendable (Exchange) -> Void
  ) throws(RigFault) -> OpenedBus {
    let timing = LineTiming(baud: line.baud, bitsPerCharacter: line.bitsPerCharacter)
    switch connection {
    case .adapter(let name):
      let adapter = try adapter(name, in: adapters)
      let link = try AdapterLink(adapter, settings: line, lane: lane)
      let isSimulated = link.isPseudoTerminal
      let remark = "bus \(self.name): \(link.remark)"
      let bus = Bus(
        name: self.name,
        lane: lane,
        link: link,
        client: Client(framing: .rtu(timing), turnaround: turnaround),
        onExchange: onExchange
      )
      return OpenedBus(bus: bus, isSimulated: isSimulated, remark: remark)
    case .tcp(let host, let port):
      return try open(.tcp(host: host, port: port), .tcp, lane, onExchange)
    case .rtuOverTCP(let host, let port):
      return try open(.tcp(host: host, port: port), .rtuOverTCP(timing), lane, onExchange)
    }
  }

  private func open(
    _ address: SocketAddress,
    _ framing: Framing,
    _ lane: ThreadLane,
    _ onExchange: @escaping @Sendable (Exchange) -> Void
  ) throws(RigFault) -> OpenedBus {
    do throws(LinkFailure) {
      let connection = try SocketConnection(to: address, within: Self.connectLimit)
      let isSimulated = connection.staysOnThisMachine
      let bus = Bus(
        name: name,
        lane: lane,
        link: try SocketLink(connection, lane: lane),
        client: Client(framing: framing, turnaround: turnaround),
        onExchange: onExchange
      )
      return OpenedBus(bus: bus, isSimulated: isSimulated, remark: "bus \(name): \(address)")
    } catch {
      throw RigFault(Part(.bus, name), "\(error)")
    }
  }

  private func adapter(_ name: String, in adapters: [Adapter]) throws(RigFault) -> Adapter {
    if let adapter = adapters.first(where: { $0.name == name }) { return adapter }
    throw RigFault(
      Part(.adapter, name),
      "bus '\(self.name)' names an adapter that the bench file lacks"
    )
  }
}
