import Benches
import Rig

/// The bench's switched outputs, each behind its chip.
struct HardwareOutputs: Outputs {
  /// An output with the way to it.
  struct Switch: Sendable {
    var name: OutputName
    var safeOn: Bool
    var socket: RigSocket
  }

  /// Loads first, then supplies: the order in which everything is made safe.
  let switches: [Switch]

  func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    guard let found = switches.first(where: { $0.name == output }) else {
      throw RigFault(part(output), "the bench file has no such output: wire it there")
    }
    _ = try await found.socket.ask(about: part(output)) {
      .set(id: $0, output: output.description, on: on)
    }
  }

  func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    guard let found = switches.first(where: { $0.name == output }) else { return nil }
    return try await found.socket.ask(about: part(output)) {
      .get(id: $0, output: output.description)
    }
  }

  func makeAllSafe() async throws(RigFault) {
    var first: RigFault?
    for output in switches {
      do throws(RigFault) { try await set(output.name, on: output.safeOn) } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
  }

  private func part(_ output: OutputName) -> Part { Part(.output, output.description) }
}
