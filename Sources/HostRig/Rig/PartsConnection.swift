import Quantities
import Rig

/// A connection to a process that holds parts of a rig: questions with their numbers, and what it
/// reports of itself.
///
/// Questions may come from any executor and are written at once; one reader, on a lane of its own,
/// hands out reports and answers.
actor PartsConnection<Report: Sendable> {
  /// What the process sends.
  enum Incoming: Sendable {
    /// The answer to a question: what an output really does, or nil where nothing tells.
    case answer(id: Int, isOn: Bool?)
    /// The answer to a question that cannot be obeyed.
    case refusal(id: Int, why: String)
    case report(Report)
  }

  /// What the faults of the process are faults of.
  nonisolated let part: Part
  /// How texts call the process.
  nonisolated let name: String

  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

  private nonisolated let lane: ThreadLane
  private nonisolated let sender: SocketLineSender
  private nonisolated let questions: OpenQuestions
  private nonisolated let decode: @Sendable (String) -> Incoming?
  private let channel: SocketLineChannel

  /// How long the process may take for an answer; it needs microseconds.
  static var patience: Duration { .seconds(5) }

  /// - Parameters:
  ///   - decode: what a line says; nil for one that this version does not know.
  init(
    _ connection: SocketConnection,
    part: Part,
    name: String,
    lane: ThreadLane,
    decode: @escaping @Sendable (String) -> Incoming?
  ) throws(RigFault) {
    self.part = part
    self.name = name
    self.lane = lane
    self.decode = decode
    questions = OpenQuestions(silence: RigFault(part, "\(name) is not in operation"))
    sender = SocketLineSender(connection)
    do throws(LinkFailure) { channel = try SocketLineChannel(connection, lane: lane) } catch {
      throw RigFault(part, "\(error)")
    }
  }

  // MARK: Before it is in operation

  /// Sends a line and waits until the kernel has it.
  func tell(_ line: String) async throws(RigFault) {
    do throws(LinkFailure) { try await channel.send(line) } catch {
      throw fault("does not listen: \(error)")
    }
  }

  /// The next line; nil where none comes in time.
  func nextLine(within limit: Duration = patience) async throws(RigFault) -> String? {
    do throws(LinkFailure) {
      return try await channel.receive(until: lane.now + limit)
    } catch { throw fault("was lost: \(error)") }
  }

  // MARK: In operation

  /// Takes questions from here on; `run` must follow, which answers them.
  nonisolated func begin() { questions.begin() }

  /// Hands out reports until the task is cancelled or the connection is lost.
  ///
  /// - Returns: the fault; nil where the task was cancelled.
  func run(_ receive: @Sendable (Report) -> Void) async -> RigFault? {
    let loss: RigFault?
    do throws(LinkFailure) {
      while true {
        let now = lane.now
        guard let line = try await channel.receive(until: now + .milliseconds(500)) else {
          guard questions.areAnswered(by: now) else { throw .system("it does not answer") }
          continue
        }
        // Answers may have waited while this process was stopped; one that talks of other things only
        // has its time too.
        let latest = Instant(sinceOrigin: now.sinceOrigin - Self.patience)
        guard questions.areAnswered(by: latest) else { throw .system("it does not answer") }
        switch decode(line) {
        case nil: throw .system("it sent what this version does not know: \(line.prefix(80))")
        case .answer(let id, let isOn): questions.answer(id) { _ in .success(isOn) }
        case .refusal(let id, let why): questions.answer(id) { .failure(RigFault($0, why)) }
        case .report(let report): receive(report)
        }
      }
    } catch .cancelled {
      loss = nil
    } catch {
      loss = fault("was lost (\(error)); if it still runs, it makes its outputs safe")
      sender.shut()
    }
    questions.fallSilent(loss ?? fault("is not in operation"))
    return loss
  }

  /// Asks for something and waits for the answer, also where the task is cancelled: an output
  /// must be known.
  nonisolated func ask(
    about part: Part,
    _ line: (Int) -> String
  ) async throws(RigFault) -> Bool? {
    // Where it cannot be sent the connection is shut, and the reader answers for the process.
    try await questions.ask(about: part, until: lane.now + Self.patience) { _ = post(line($0)) }
  }

  /// Sends a line whose answer nobody waits for here; false where the connection is gone.
  @discardableResult
  nonisolated func post(_ line: String) -> Bool { sender.send(line) }

  /// Sends a last line past everything that may be stuck, and waits, on the calling thread, for the
  /// process to hang up, which it does when its outputs are safe.
  ///
  /// - Returns: whether it did.
  nonisolated func finish(with line: String, within limit: Duration) -> Bool {
    sender.finish(with: line, within: limit) != nil
  }

  /// Ends the connection.
  nonisolated func close() { sender.shut() }

  nonisolated func fault(_ text: String) -> RigFault { RigFault(part, "\(name) \(text)") }
}
