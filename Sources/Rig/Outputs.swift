public import Quantities

/// The rig's switched outputs. They may switch mains.
public protocol Outputs: Sendable {
  /// Switches one output.
  func set(_ output: OutputName, on: Bool) async throws(RigFault)

  /// What the output really does, from its read-back; nil where the bench has none.
  func readBack(_ output: OutputName) async throws(RigFault) -> Bool?

  /// Tells of every change of a read-back from now on, on any thread, and of each before `readBack`
  /// answers a question that was put after it.
  func watchReadBacks(_ receive: @escaping @Sendable (ReadBackChange) -> Void)
}

/// A read-back that shows another state than before.
public struct ReadBackChange: Hashable, Sendable {
  public var output: OutputName
  public var isOn: Bool
  /// When, on the lane's clock.
  public var time: Instant

  /// A change.
  public init(output: OutputName, isOn: Bool, time: Instant) {
    self.output = output
    self.isOn = isOn
    self.time = time
  }
}

/// Hands changes of read-backs from whoever sees them to whoever watches them.
public final class ReadBackChanges: Sendable {
  /// A function as generic state would be wrapped once more by every access.
  private struct Receiver {
    var receive: @Sendable (ReadBackChange) -> Void = { _ in }
  }

  private let receiver = Locked(Receiver())

  /// Changes that nobody watches.
  public init() {}

  /// Tells of every change from now on; the last watcher is told alone.
  public func watch(_ receive: @escaping @Sendable (ReadBackChange) -> Void) {
    receiver.withLock { $0.receive = receive }
  }

  /// Tells of a change, on the calling thread.
  public func push(_ change: ReadBackChange) { receiver.withLock { $0 }.receive(change) }
}

/// The person at the bench.
public protocol Operator: Sendable {
  /// Asks a question that only a person can answer.
  ///
  /// - Returns: the answer, or nil where nobody can be asked.
  func ask(_ question: Question) async throws(RigFault) -> String?
}

/// What a person is asked.
public struct Question: Hashable, Sendable {
  /// The position it is about; nil for the whole rig.
  public var position: String?
  /// The step that asks.
  public var step: String
  /// The text to show.
  public var prompt: String
  /// The permitted answers; empty for a free text.
  public var choices: [String]
  /// What the person is to do at the meter before answering; nil where only an answer is wanted.
  public var work: HandWork?

  /// Something to do at a meter's front.
  public enum HandWork: Hashable, Sendable {
    case set(setting: String, value: String)
    case reset(String)
    /// Say what the display shows.
    case readDisplay
  }

  /// The keys under which an answer may have been written down, the closest first: the step with and
  /// without its case, for the position and for all.
  public var keys: [String] {
    let bare = step.firstRange(of: " [").map { String(step[..<$0.lowerBound]) } ?? step
    let steps = bare == step ? [step] : [step, bare]
    return (position.map { name in steps.map { "\(name).\($0)" } } ?? []) + steps
  }

  /// A question.
  public init(
    position: String?,
    step: String,
    prompt: String,
    choices: [String],
    work: HandWork? = nil
  ) {
    self.position = position
    self.step = step
    self.prompt = prompt
    self.choices = choices
    self.work = work
  }
}
