import CHost
import Glibc
import Quantities
public import Rig

/// The person at the terminal of this process, and the answers that were given beforehand.
///
/// Questions go to standard error, so that standard output stays the run's; one is asked at a time.
public actor TerminalOperator: Operator {
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    lane.asUnownedSerialExecutor()
  }

  private nonisolated let lane: ThreadLane
  private let answers: [String: String]
  private let input: Descriptor
  private let output: Descriptor
  private let canAnswer: @Sendable (Descriptor) -> Bool
  private let turn: TerminalTurn
  private var isAsking = false
  private var waiting: [Waker] = []

  /// An operator at standard input.
  ///
  /// - Parameters:
  ///   - answers: answers by `position.step`, or by `step` for all positions. They come first.
  ///   - lane: a lane of the operator's own; a question blocks its thread until it is answered.
  public init(answers: [String: String] = [:], lane: ThreadLane) {
    self.init(
      answers: answers,
      lane: lane,
      input: Descriptor(sharing: STDIN_FILENO),
      output: Descriptor(sharing: STDERR_FILENO),
      canAnswer: Terminal.canAnswer
    )
  }

  init(
    answers: [String: String],
    lane: ThreadLane,
    input: Descriptor,
    output: Descriptor,
    canAnswer: @escaping @Sendable (Descriptor) -> Bool,
    turn: TerminalTurn = .shared
  ) {
    self.answers = answers
    self.lane = lane
    self.input = input
    self.output = output
    self.canAnswer = canAnswer
    self.turn = turn
  }

  /// Asks a question.
  ///
  /// - Returns: one of the choices, or the text that was entered; nil where standard input is no
  ///   terminal or ended, or the task was cancelled.
  /// - Throws: `RigFault` where an answer that was given beforehand is none of the choices.
  public func ask(_ question: Question) async throws(RigFault) -> String? {
    if let answer = givenAnswer(to: question) {
      guard question.choices.isEmpty || question.choices.contains(answer) else {
        throw RigFault(
          Part(.operator, ""),
          "the answer '\(answer)' given for step '\(question.step)' is none of "
            + question.choices.joined(separator: ", ")
        )
      }
      return answer
    }
    guard canAnswer(input), await takeTurn() else { return nil }
    defer { endTurn() }
    turn.beginQuestion()
    defer { turn.endQuestion() }
    // What was typed before the question was read is no answer to it.
    _ = chost_tty_discard_input(input.raw)
    do throws(LinkFailure) {
      let waiting = try DescriptorWait(input, name: "standard input", lane: lane)
      while true {
        show(question)
        guard let answer = try await line(waiting) else { return nil }
        if question.choices.isEmpty || question.choices.contains(answer) { return answer }
        write("'\(answer)' is none of \(question.choices.joined(separator: ", "))\n")
      }
    } catch .cancelled {
      return nil
    } catch .disconnected {
      return nil
    } catch {
      throw RigFault(Part(.operator, ""), "\(error)")
    }
  }

  /// Waits until nobody else is asked; false where the task was cancelled before. Positions ask side
  /// by side, and a person can answer only the question that stands last on the screen.
  private func takeTurn() async -> Bool {
    while isAsking {
      let waking = await lane.park(until: nil) { waker in
        // The turn may have ended on the way here.
        if isAsking { waiting.append(waker) } else { waker.wake() }
      }
      if waking == .cancelled { return false }
    }
    isAsking = true
    return true
  }

  private func endTurn() {
    isAsking = false
    for waker in waiting { waker.wake() }
    waiting = []
  }

  private func givenAnswer(to question: Question) -> String? {
    question.keys.first { answers[$0] != nil }.flatMap { answers[$0] }
  }

  private func show(_ question: Question) {
    let place = question.position.map { "\($0), " } ?? ""
    let choices =
      question.choices.isEmpty ? "" : " [\(question.choices.joined(separator: "/"))]"
    write("\(place)\(question.step): \(question.prompt)\(choices) ")
  }

  private func write(_ text: String) {
    let bytes = Array(text.utf8)
    // Somebody who has closed standard error sees no question, and nothing can tell them.
    _ = chost_write(output.raw, bytes, bytes.count)
  }

  /// The next line; nil at the end of the input. A terminal hands out whole lines, and standard
  /// input must not be made non-blocking, because the shell shares it.
  private func line(_ waiting: DescriptorWait) async throws(LinkFailure) -> String? {
    try await waiting.run { () throws(LinkFailure) in
      var bytes: [UInt8] = []
      while bytes.last != 0x0A {
        guard try waiting.wait(until: Instant(nanoseconds: .max)) else { continue }
        let more = [UInt8](unsafeUninitializedCapacity: 1024) { buffer, used in
          used = max(0, read(input.raw, buffer.baseAddress, buffer.count))
        }
        if more.isEmpty { return nil }
        bytes += more
      }
      let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
      return String(decoding: line, as: UTF8.self)
    }
  }
}
