import Quantities
import Rig

/// The client's end of a rig socket.
final class RigSocket: OutputHolder {
  /// The chip's name in the bench file.
  let chip: String

  private let connection: PartsConnection<RigProtocol.Report>

  /// Connects; blocks the calling thread until then.
  init(chip: String, path: String, lane: ThreadLane) throws(RigFault) {
    self.chip = chip
    let part = Part(.chip, chip)
    let socket: SocketConnection
    do throws(LinkFailure) {
      socket = try SocketConnection(to: .unix(path: path), within: .seconds(5))
    } catch {
      throw RigFault(part, "\(error)")
    }
    connection = try PartsConnection(
      socket,
      part: part,
      name: "the twin at \(path)",
      lane: lane,
      decode: Self.decode
    )
  }

  /// Waits for the twin's greeting.
  ///
  /// - Throws: where it does not come, or is of another version.
  func greeting() async throws(RigFault) -> RigProtocol.Hello {
    guard let line = try await connection.nextLine() else {
      throw connection.fault("does not answer; is another run connected to it?")
    }
    guard case .hello(twin: let hello) = RigProtocol.message(RigProtocol.Report.self, in: line)
    else {
      throw connection.fault("is no rig socket of a twin of this version")
    }
    guard hello.version == RigProtocol.version else {
      throw connection.fault(
        "speaks version \(hello.version) of the protocol and this program "
          + "\(RigProtocol.version); use the same meterbench on both sides"
      )
    }
    return hello
  }

  /// Takes questions from here on; `run` must follow, which answers them.
  func begin() { connection.begin() }

  /// Hands out reports until the task is cancelled or the connection is lost.
  ///
  /// - Returns: the fault; nil where the task was cancelled.
  func run(_ receive: @Sendable (RigProtocol.Report) -> Void) async -> RigFault? {
    await connection.run(receive)
  }

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    _ = try await connection.ask(about: Part(.output, output.description)) {
      RigProtocol.line(of: RigProtocol.Request.set(id: $0, output: output.description, on: on))
    }
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    try await connection.ask(about: Part(.output, output.description)) {
      RigProtocol.line(of: RigProtocol.Request.get(id: $0, output: output.description))
    }
  }

  /// Makes all outputs safe past everything that may be stuck; waits, on the calling thread, for
  /// the twin to hang up, which it does when that is done.
  ///
  /// - Returns: whether it did.
  @discardableResult
  func emergency() -> Bool {
    connection.finish(
      with: RigProtocol.line(of: RigProtocol.Request.makeAllSafe(id: 0)),
      within: .seconds(1)
    )
  }

  /// Ends the connection.
  func close() { connection.close() }

  private static func decode(_ line: String) -> PartsConnection<RigProtocol.Report>.Incoming? {
    switch RigProtocol.message(RigProtocol.Report.self, in: line) {
    case nil: nil
    case .output(let id, let isOn): .answer(id: id, isOn: isOn)
    case .refused(let id, let why): .refusal(id: id, why: why)
    case let report?: .report(report)
    }
  }
}
