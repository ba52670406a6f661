import Benches
import Judging
import MeterProfiles
import Metrology
import Modbus
import Planning
import Pulses
import Quantities
import Rig
import RunRecord
import Scenarios
import Verdicts

/// Switches supplies and loads in the safe order: supply before load when energising, load before
/// supply when not. Every switching is read back and recorded.
actor Switchboard {
  private let bench: Bench
  private let outputs: any Outputs
  private nonisolated let lane: any Lane
  private let log: EventLog
  private var load: String?

  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

  init(bench: Bench, outputs: any Outputs, lane: any Lane, log: EventLog) {
    self.bench = bench
    self.outputs = outputs
    self.lane = lane
    self.log = log
  }

  /// Takes stock: the outputs are safe when a run begins.
  func begin() async {
    do throws(RigFault) { try await outputs.makeAllSafe() } catch {
      log.append(.observed(Observation(kind: .bench, part: "\(error.part)", text: error.text)))
    }
  }

  /// Switches for all positions of a step.
  func apply(
    _ apply: Apply,
    for runners: [PositionRunner],
    step: PlannedStep
  ) async -> [StepResult] {
    var results = runners.map { _ in StepResult(how: .completed) }
    func abandon(_ index: Int, _ fault: RigFault) {
      log.append(
        .observed(
          Observation(
            position: runners[index].name,
            step: step.step.id,
            kind: .bench,
            part: "\(fault.part)",
            text: fault.text
          )
        )
      )
      results[index] = StepResult(how: .abandoned, text: fault.text)
    }
    do throws(RigFault) {
      switch apply.load {
      case .off: try await switchLoad(to: nil)
      case .on where apply.supply == false:
        throw RigFault(Part(.load, ""), "a load cannot be on without supply")
      case .on, nil: if apply.supply == false { try await switchLoad(to: nil) }
      }
    } catch {
      for index in runners.indices { abandon(index, error) }
      return results
    }
    if let on = apply.supply {
      for (index, runner) in runners.enumerated() {
        do throws(RigFault) {
          try await switchSupply(runner.position, on: on)
          await runner.supplyChanged(on: on)
        } catch {
          abandon(index, error)
        }
      }
    }
    if case .on(let name) = apply.load, let found = bench.load(name) {
      do throws(RigFault) {
        try await switchLoad(to: found)
      } catch {
        for index in runners.indices { abandon(index, error) }
        return results
      }
      do { try await lane.sleep(until: lane.now + found.settle) } catch {
        for index in runners.indices where results[index].how == .completed {
          results[index] = StepResult(how: .cancelled, text: "stopped while the load settled")
        }
      }
    }
    return results
  }

  /// Brings one position's own outputs to their safe values.
  func makeSafe(_ runner: PositionRunner) async {
    guard let supply = runner.position.supply else { return }
    do throws(RigFault) {
      try await switchSupply(runner.position, on: supply.safeOn)
      await runner.supplyChanged(on: supply.safeOn)
    } catch {
      log.append(
        .observed(
          Observation(
            position: runner.name,
            kind: .bench,
            part: "\(error.part)",
            text: error.text
          )
        )
      )
    }
  }

  /// Brings every output to its safe value; true where all of them did.
  func makeAllSafe() async -> Bool {
    do throws(RigFault) {
      try await outputs.makeAllSafe()
      load = nil
      return true
    } catch {
      log.append(.observed(Observation(kind: .bench, part: "\(error.part)", text: error.text)))
      return false
    }
  }

  private func switchLoad(to wanted: Load?) async throws(RigFault) {
    for other in bench.loads where other.output != nil && other.name != wanted?.name {
      // Only one load at a time; those that are off already are told again, which costs nothing.
      try await set(.load(other.name), on: false)
    }
    load = nil
    guard let wanted else { return }
    if wanted.output != nil { try await set(.load(wanted.name), on: true) }
    load = wanted.name
  }

  private func switchSupply(_ position: Position, on: Bool) async throws(RigFault) {
    guard position.supply != nil else { return }
    try await set(.supply(position: position.name), on: on)
  }

  private func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    try await outputs.set(output, on: on)
    let readBack = try await outputs.readBack(output)
    log.append(.switched(Switching(output: "\(output)", on: on, readBack: readBack)))
    if let readBack, readBack != on {
      throw RigFault(
        Part(.output, "\(output)"),
        "was switched \(on ? "on" : "off"), but its read-back says \(readBack ? "on" : "off"); check the relay and its wiring"
      )
    }
  }
}
