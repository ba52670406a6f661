import Rig

/// Who holds outputs: the guard of this machine's lines, or a twin.
protocol OutputHolder: Sendable {
  func set(_ output: OutputName, on: Bool) async throws(RigFault)
  func readBack(_ output: OutputName) async throws(RigFault) -> Bool?
}

/// The bench's switched outputs, each with who holds it.
struct HardwareOutputs: Outputs {
  /// By the outputs' names.
  let holders: [String: any OutputHolder]
  let changes: ReadBackChanges

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    guard let holder = holders[output.description] else {
      throw RigFault(
        Part(.output, output.description),
        "the bench file has no such output: wire it there"
      )
    }
    try await holder.set(output, on: on)
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    try await holders[output.description]?.readBack(output)
  }

  func watchReadBacks(_ receive: @escaping @Sendable (ReadBackChange) -> Void) {
    changes.watch(receive)
  }
}
