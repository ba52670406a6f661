/// The rig's switched outputs. They may switch mains.
public protocol Outputs: Sendable {
  /// Switches one output.
  func set(_ output: OutputName, on: Bool) async throws(RigFault)

  /// What the output really does, from its read-back; nil where the bench has none.
  func readBack(_ output: OutputName) async throws(RigFault) -> Bool?
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

  /// A question.
  public init(position: String?, step: String, prompt: String, choices: [String]) {
    self.position = position
    self.step = step
    self.prompt = prompt
    self.choices = choices
  }
}
