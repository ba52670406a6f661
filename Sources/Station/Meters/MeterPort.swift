import BenchEngine
import Benches
import HostRig
public import MeterProfiles
public import Modbus
import Rig

/// A meter, or a line of meters, reached directly: what `read`, `set` and `scan` work with.
public final class MeterPort {
  /// Where the line is.
  public enum Connection: Hashable, Sendable {
    case tty(path: String, LineSettings)
    case tcp(host: String, port: UInt16)
    case rtuOverTCP(host: String, port: UInt16)
  }

  /// Why something could not be done; a sentence for the user.
  public struct Failure: Error, CustomStringConvertible {
    public var description: String
    /// Whether what was asked for is to blame, and nothing was sent.
    public var isUsage = false
  }

  private let lane: ThreadLane
  private let bus: Bus

  /// Opens a line.
  public init(_ connection: Connection) throws {
    lane = try ThreadLane(name: "mb-port")
    let (link, framing) = try Self.open(connection, lane)
    bus = Bus(name: "line", lane: lane, link: link, client: Client(framing: framing))
  }

  deinit { lane.stop() }

  private static func open(
    _ connection: Connection,
    _ lane: ThreadLane
  ) throws -> sending (any SerialLink, Framing) {
    do {
      switch connection {
      case .tty(let path, let settings):
        let link = try TTYLink(path: path, settings: settings, lane: lane)
        return (
          link, .rtu(LineTiming(baud: settings.baud, bitsPerCharacter: settings.bitsPerCharacter))
        )
      case .tcp(let host, let port):
        let connection = try SocketConnection(to: .tcp(host: host, port: port), within: .seconds(5))
        return (try SocketLink(connection, lane: lane), .tcp)
      case .rtuOverTCP(let host, let port):
        let connection = try SocketConnection(to: .tcp(host: host, port: port), within: .seconds(5))
        return (
          try SocketLink(connection, lane: lane),
          .rtuOverTCP(LineTiming(baud: 9600, bitsPerCharacter: 11))
        )
      }
    } catch {
      lane.stop()
      throw Failure(description: "\(error)")
    }
  }

  /// Sends one request and gives the reply.
  ///
  /// - Parameter retries: further attempts of a read where no valid reply comes.
  public func exchange(
    _ request: Request,
    unit: UInt8,
    limits: DeviceLimits,
    retries: Int = 0
  ) throws -> Exchange {
    let bus = bus
    let result = Blocking.run(on: lane) { () -> Result<Exchange, any Error> in
      do {
        return .success(
          try await bus.exchange(
            request,
            with: UnitIdentifier(rawValue: unit),
            limits: limits,
            retries: request.isWrite ? .none : .reads(retries)
          )
        )
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// The registers of a reply.
  ///
  /// - Throws: `Failure` for an exception or a failed transaction.
  public func registers(
    _ request: Request,
    unit: UInt8,
    profile: MeterProfile,
    retries: Int = 1
  ) throws -> [UInt16] {
    let exchange = try exchange(
      request,
      unit: unit,
      limits: profile.communication.limits,
      retries: retries
    )
    switch exchange.outcome {
    case .response(let response): return response.registers ?? []
    case .broadcast: return []
    case .exception(let code):
      throw Failure(description: "unit \(unit) refused with exception \(code)")
    case .failed(let failure):
      throw Failure(description: "unit \(unit): \(failure)")
    }
  }
}
