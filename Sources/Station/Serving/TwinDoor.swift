public import Benches
public import HostRig

/// A way by which clients reach one bus of a served twin.
public struct TwinDoor: Hashable, Sendable {
  /// What clients find.
  public enum Kind: Hashable, Sendable {
    /// A serial line under a name of the kernel's, and a link to it at the path.
    case pseudoTerminal(linkPath: String?)
    /// A serial port of this machine, set as the bench file says: whatever is wired to it finds the
    /// meters.
    case serialPort(path: String)
    /// Modbus TCP; where the bus is serial, as a gateway does it. Port 0 lets the kernel choose.
    case tcp(host: String, port: UInt16)
    /// RTU frames over TCP, as device servers do it.
    case rtuOverTCP(host: String, port: UInt16)
  }

  /// The bus's name in the bench file; nil for the only one.
  public var bus: String?
  /// What clients find.
  public var kind: Kind

  /// A door to a bus.
  public init(bus: String? = nil, _ kind: Kind) {
    self.bus = bus
    self.kind = kind
  }

  /// The door in `NAME=PATH`, or in `PATH` where there is one bus.
  public init(pseudoTerminal text: String) {
    let (bus, path) = Self.split(text)
    self.init(bus: bus, .pseudoTerminal(linkPath: path))
  }

  /// The door in `NAME=PATH`, or in `PATH` where there is one bus.
  public init(serialPort text: String) {
    let (bus, path) = Self.split(text)
    self.init(bus: bus, .serialPort(path: path))
  }

  /// The door in `NAME=HOST:PORT`, `HOST:PORT` or `PORT`, on the loopback address where no host is
  /// named; nil where the port is none.
  public init?(tcp text: String, isRTU: Bool = false) {
    let (bus, address) = Self.split(text)
    let colon = address.lastIndex(of: ":")
    guard let port = UInt16(colon.map { address[address.index(after: $0)...] } ?? address[...])
    else { return nil }
    var host = colon.map { String(address[..<$0]) } ?? "127.0.0.1"
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    guard !host.isEmpty else { return nil }
    self.init(bus: bus, isRTU ? .rtuOverTCP(host: host, port: port) : .tcp(host: host, port: port))
  }

  private static func split(_ text: String) -> (bus: String?, rest: String) {
    guard let sign = text.firstIndex(of: "=") else { return (nil, text) }
    return (String(text[..<sign]), String(text[text.index(after: sign)...]))
  }
}

/// How a twin is served.
public struct TwinServing: Sendable {
  /// What is switched on while nobody has ever connected to the rig socket; a rig client finds
  /// everything safe, and leaves it so.
  public enum Energy: Hashable, Sendable {
    /// Nothing but what is always on.
    case safe
    /// All supplies.
    case supplies
    /// All supplies and this load.
    case load(String)
  }

  /// The ways to the buses; buses without one cannot be reached.
  public var doors: [TwinDoor]
  /// The path of the rig socket; nil for none.
  public var rigSocket: String?
  /// What is on from the start.
  public var energy: Energy

  /// A way of serving.
  public init(doors: [TwinDoor], rigSocket: String? = nil, energy: Energy = .supplies) {
    self.doors = doors
    self.rigSocket = rigSocket
    self.energy = energy
  }

  /// Everything where the bench file says it is, so that a run from the same wiring finds it:
  /// adapters by path become pseudo-terminals there, TCP buses listen, and the first chip that
  /// is a twin's names the rig socket.
  public init(asWiredIn bench: Bench, energy: Energy = .supplies) {
    doors = bench.buses.map { bus in
      switch bus.connection {
      case .adapter(let name):
        let identity = bench.adapters.first { $0.name == name }?.identity
        let path: String? = if case .path(let path) = identity { path } else { nil }
        return TwinDoor(bus: bus.name, .pseudoTerminal(linkPath: path))
      case .tcp(let host, let port): return TwinDoor(bus: bus.name, .tcp(host: host, port: port))
      case .rtuOverTCP(let host, let port):
        return TwinDoor(bus: bus.name, .rtuOverTCP(host: host, port: port))
      }
    }
    let sockets = bench.chips.compactMap { chip in
      if case .twin(let socket) = chip.identity { socket } else { nil }
    }
    rigSocket = sockets.first
    self.energy = energy
  }

  /// Where a served twin is reached.
  public struct Addresses: Hashable, Sendable {
    /// The buses in the order of their doors, with a device file or an address of TCP.
    public var buses: [Bus]
    /// The path of the rig socket.
    public var rigSocket: String?

    /// A bus and where it is reached.
    public struct Bus: Hashable, Sendable {
      /// The name in the bench file.
      public var name: String
      /// A path of the file system; nil for TCP.
      public var path: String?
      /// The address with its real port; nil for a pseudo-terminal.
      public var socket: SocketAddress?

      /// What to tell a person.
      public var text: String { path ?? socket?.description ?? "" }
    }
  }
}
