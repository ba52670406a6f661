import CHost
import Glibc
public import Rig

/// A guard that runs on this machine, as it describes itself.
public struct HostGuard: Hashable, Sendable {
  /// The bench that it guards.
  public var bench: String
  /// The guard's own process, and its user's number.
  public var process: Int
  public var user: Int
  public var state: State

  /// What it does.
  public enum State: Hashable, Sendable {
    /// No run is on: it holds safe values.
    case waiting(outputs: Int, inputs: Int)
    /// It serves the run of this process.
    case serving(process: Int)
    /// It serves its own user only.
    case foreign
    /// No run is on, and an output does not get safe.
    case unsafe(String)
    /// It gives no answer that this version knows.
    case unknown
  }

  /// The guards of this machine, by the names of their benches.
  ///
  /// - Throws: where one cannot be asked.
  public static func all() throws(RigFault) -> [HostGuard] {
    var found: [HostGuard] = []
    for bench in GuardProcess.benches() {
      guard let connection = try GuardProcess.connect(bench: bench) else { continue }
      let peer = GuardProcess.peer(of: connection)
      found.append(
        HostGuard(
          bench: bench,
          process: peer.map { Int($0.process) } ?? 0,
          user: peer.map { Int($0.user) } ?? 0,
          state: state(of: connection)
        )
      )
    }
    return found
  }

  /// Has a guard make everything safe, give its lines back and end; blocks the calling thread until
  /// then.
  ///
  /// - Throws: where there is none, where a run is on, where it belongs to another user.
  public static func release(bench: String) throws(RigFault) {
    let what = "the guard of bench '\(bench)'"
    guard let connection = try GuardProcess.connect(bench: bench) else {
      throw RigFault(
        Part(.host, ""),
        "there is no guard of bench '\(bench)'; 'meterbench guard' lists those that run"
      )
    }
    switch state(of: connection) {
    case .serving(let process):
      throw RigFault(
        Part(.host, ""),
        "\(what) serves the run of process \(process); stop that first"
      )
    case .foreign: throw RigFault(Part(.host, ""), "\(what) belongs to another user")
    case .waiting, .unsafe, .unknown: break
    }
    // It hangs up when it ends; a pause between loads and supplies may be on its way there.
    guard let last = SocketLineSender(connection).finish(with: "quit", within: .seconds(15)) else {
      throw RigFault(Part(.host, ""), "\(what) does not end")
    }
    for line in last {
      guard case .report(.unsafe(let why))? = GuardReport.decode(line) else { continue }
      throw RigFault(
        Part(.host, ""),
        "\(what) ended, and not every output is safe: \(why); cut the supply by hand"
      )
    }
  }

  /// What the guard of a bench does; nil where there is none.
  static func state(bench: String) throws(RigFault) -> State? {
    try GuardProcess.connect(bench: bench).map { state(of: $0) }
  }

  private static func state(of connection: SocketConnection) -> State {
    guard case .report(let greeting)? = next(connection) else { return .unknown }
    switch greeting {
    case .busy(let process): return .serving(process: process)
    case .foreign: return .foreign
    case .welcome(GuardReport.version): break
    default: return .unknown
    }
    guard SocketLineSender(connection).send("status"),
      case .report(let status)? = next(connection)
    else { return .unknown }
    return switch status {
    case .holding(let outputs, let inputs): .waiting(outputs: outputs, inputs: inputs)
    case .unsafe(let why): .unsafe(why)
    default: .unknown
    }
  }

  private static func next(
    _ connection: SocketConnection
  ) -> PartsConnection<GuardReport>.Incoming? {
    GuardProcess.line(from: connection.descriptor).flatMap(GuardReport.decode)
  }
}
