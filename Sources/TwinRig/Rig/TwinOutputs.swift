import Rig

/// The rig's outputs, which switch the plant.
struct TwinOutputs: Outputs {
  let shared: SharedPlant

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    try shared.change { plant throws(RigFault) in try plant.set(output, on: on, at: plant.now) }
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    shared.change { $0.readBack(output, at: $0.now) }
  }

  func watchReadBacks(_ receive: @escaping @Sendable (ReadBackChange) -> Void) {
    shared.readBackChanges.watch(receive)
  }
}

/// An operator whose answers were written down before, and who does what is asked at the meters' fronts.
struct ScriptedOperator: Operator {
  /// By `position.step`, or by the step alone.
  let answers: [String: String]
  let shared: SharedPlant

  func ask(_ question: Question) async throws(RigFault) -> String? {
    if let key = question.keys.first(where: { answers[$0] != nil }) { return answers[key] }
    guard let work = question.work, let position = question.position else { return nil }
    return shared.change { $0.operate(work, at: position) }
  }
}
