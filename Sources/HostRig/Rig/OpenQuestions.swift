import Quantities
import Rig

/// Questions that were put to another process and wait for their answers.
///
/// They may be asked from any executor; one reader, on a lane of its own, hands out the answers.
final class OpenQuestions: Sendable {
  typealias Answer = Swift.Result<Bool?, RigFault>

  private struct Question {
    var id: Int
    var part: Part
    var deadline: Instant
    var continuation: CheckedContinuation<Answer, Never>
  }

  private struct State {
    var lastID = 0
    /// By their numbers, in rising order.
    var open: [Question] = []
    /// Why nobody would hear an answer; nil while they are read.
    var silence: RigFault?
  }

  private let state: Locked<State>

  /// - Parameter silence: why nobody hears answers before `begin`.
  init(silence: RigFault) { state = Locked(State(silence: silence)) }

  /// Takes questions from here on.
  func begin() { state.withLock { $0.silence = nil } }

  /// Asks, and waits for the answer, also where the task is cancelled: an output must be known.
  ///
  /// - Parameter send: puts the question of that number to the other process. Where it cannot, the
  ///   reader is to notice, and answers for it.
  func ask(
    about part: Part,
    until deadline: Instant,
    send: (Int) -> Void
  ) async throws(RigFault) -> Bool? {
    let answer = await withCheckedContinuation { continuation in
      let id: Swift.Result<Int, RigFault> = state.withLock { state in
        if let silence = state.silence { return .failure(silence) }
        state.lastID += 1
        state.open.append(
          Question(id: state.lastID, part: part, deadline: deadline, continuation: continuation)
        )
        return .success(state.lastID)
      }
      switch id {
      case .failure(let fault): continuation.resume(returning: .failure(fault))
      case .success(let id): send(id)
      }
    }
    return try answer.get()
  }

  /// Answers a question; one that is no longer open is passed over.
  func answer(_ id: Int, _ make: (Part) -> Answer) {
    let question = state.withLock { state in
      state.open.firstIndex { $0.id == id }.map { state.open.remove(at: $0) }
    }
    if let question { question.continuation.resume(returning: make(question.part)) }
  }

  /// Whether nobody waits for an answer beyond its time.
  func areAnswered(by now: Instant) -> Bool {
    state.withLock { $0.open.allSatisfy { $0.deadline > now } }
  }

  /// Answers every question with a fault, those to come too.
  func fallSilent(_ fault: RigFault) {
    let abandoned = state.withLock { state in
      state.silence = fault
      defer { state.open = [] }
      return state.open
    }
    for question in abandoned { question.continuation.resume(returning: .failure(fault)) }
  }
}
