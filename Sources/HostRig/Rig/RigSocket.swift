import Quantities
import Rig

/// The client's end of a rig socket.
///
/// Requests may come from any executor and are written at once; one reader, on a lane of its own,
/// hands out reports and answers.
actor RigSocket {
  /// The chip's name in the bench file.
  nonisolated let chip: String
  nonisolated let path: String

  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

  private nonisolated let lane: ThreadLane
  private nonisolated let sender: SocketLineSender
  private nonisolated let questions: OpenQuestions
  private let channel: SocketLineChannel

  /// How long the twin may take for a greeting or an answer; it needs microseconds.
  private static let patience = Duration.seconds(5)

  /// Connects; blocks the calling thread until then.
  init(chip: String, path: String, lane: ThreadLane) throws(RigFault) {
    self.chip = chip
    self.path = path
    self.lane = lane
    questions = OpenQuestions(
      silence: RigFault(Part(.adapter, chip), "the twin at \(path) is not in operation")
    )
    do throws(LinkFailure) {
      let connection = try SocketConnection(to: .unix(path: path), within: Self.patience)
      sender = SocketLineSender(connection)
      channel = try SocketLineChannel(connection, lane: lane)
    } catch {
      throw RigFault(Part(.adapter, chip), "\(error)")
    }
  }

  /// Waits for the twin's greeting.
  ///
  /// - Throws: where it does not come, or is of another version.
  func greeting() async throws(RigFault) -> RigProtocol.Hello {
    let line: String?
    do throws(LinkFailure) {
      line = try await channel.receive(until: lane.now + Self.patience)
    } catch {
      throw fault("gave no greeting: \(error)")
    }
    guard let line else { throw fault("does not answer; is another run connected to it?") }
    guard case .hello(twin: let hello) = RigProtocol.message(RigProtocol.Report.self, in: line)
    else {
      throw fault("is no rig socket of a twin of this version")
    }
    guard hello.version == RigProtocol.version else {
      throw fault(
        "speaks version \(hello.version) of the protocol and this program "
          + "\(RigProtocol.version); use the same meterbench on both sides"
      )
    }
    return hello
  }

  /// Takes questions from here on; `run` must follow, which answers them.
  nonisolated func begin() { questions.begin() }

  /// Hands out reports until the task is cancelled or the connection is lost.
  ///
  /// - Returns: the fault; nil where the task was cancelled.
  func run(_ receive: (RigProtocol.Report) -> Void) async -> RigFault? {
    let loss: RigFault?
    do throws(LinkFailure) {
      while true {
        questions.expire(by: lane.now, "the twin at \(path) does not answer")
        let next = lane.now + .milliseconds(500)
        guard let line = try await channel.receive(until: next) else { continue }
        guard let report = RigProtocol.message(RigProtocol.Report.self, in: line) else {
          throw .system("it sent what this version does not know: \(line.prefix(80))")
        }
        switch report {
        case .output(let id, let isOn): questions.answer(id) { _ in .success(isOn) }
        case .refused(let id, let why): questions.answer(id) { .failure(RigFault($0, why)) }
        default: receive(report)
        }
      }
    } catch .cancelled {
      loss = nil
    } catch {
      loss = fault("was lost (\(error)); if it still runs, it makes its outputs safe")
    }
    questions.fallSilent(loss ?? fault("is not in operation"))
    return loss
  }

  /// Asks for something and waits for the answer, also where the task is cancelled: an output
  /// must be known.
  nonisolated func ask(
    about part: Part,
    _ request: (Int) -> RigProtocol.Request
  ) async throws(RigFault) -> Bool? {
    // Where it cannot be sent the connection is shut, and the reader answers for the twin.
    try await questions.ask(about: part, until: lane.now + Self.patience) { _ = post(request($0)) }
  }

  /// Makes all outputs safe past everything that may be stuck; waits, on the calling thread, for
  /// the twin to hang up, which it does when that is done.
  ///
  /// - Returns: whether it did.
  @discardableResult
  nonisolated func emergency() -> Bool {
    sender.finish(
      with: RigProtocol.line(of: RigProtocol.Request.makeAllSafe(id: 0)),
      within: .seconds(1)
    )
  }

  /// Sends a request whose answer nobody waits for here; false where the connection is gone.
  nonisolated func post(_ request: RigProtocol.Request) -> Bool {
    sender.send(RigProtocol.line(of: request))
  }

  /// Ends the connection.
  nonisolated func close() { sender.shut() }

  private nonisolated func fault(_ text: String) -> RigFault {
    RigFault(Part(.adapter, chip), "the twin at \(path) \(text)")
  }
}
