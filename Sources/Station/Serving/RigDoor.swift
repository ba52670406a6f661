import HostRig
import Quantities
import Rig

/// Serves the rig socket: one client at a time; others wait until it is gone.
actor RigDoor {
  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

  private nonisolated let lane: ThreadLane
  private nonisolated let keeper: PlantKeeper
  private let listener: SocketListener

  /// Some ten thousand edges for a client that is busy.
  private static let backlog = 1 << 20

  /// Listens.
  init(path: String, keeper: PlantKeeper, lane: ThreadLane) throws(RigFault) {
    self.lane = lane
    self.keeper = keeper
    do throws(LinkFailure) {
      listener = try SocketListener(.unix(path: path), lane: lane)
    } catch {
      throw RigFault(Part(.host, "twin"), "\(error)")
    }
  }

  /// Serves until the task is cancelled.
  ///
  /// - Throws: where the socket itself fails.
  func serve() async throws(RigFault) {
    do throws(LinkFailure) {
      while true {
        let client = try await listener.accept(until: Instant(nanoseconds: .max))
        if let client { try await serve(client) }
      }
    } catch .cancelled {
      return
    } catch {
      throw RigFault(Part(.host, "twin"), "\(error)")
    }
  }

  private func serve(_ client: SocketConnection) async throws(LinkFailure) {
    let sender = SocketLineSender(client, backlog: Self.backlog)
    let failure: LinkFailure
    await keeper.attach(sender)
    do throws(LinkFailure) {
      let channel = try SocketLineChannel(client, lane: lane)
      while true {
        guard let line = try await channel.receive(until: Instant(nanoseconds: .max)) else {
          continue
        }
        guard let request = RigProtocol.message(RigProtocol.Request.self, in: line) else {
          throw .system("the client sent what this version does not know")
        }
        await keeper.obey(request)
      }
    } catch {
      failure = error
    }
    // Safe first, then the end: a client that waits for the end knows that it is done.
    await keeper.detach()
    sender.shut()
    if failure == .cancelled { throw failure }
  }
}
