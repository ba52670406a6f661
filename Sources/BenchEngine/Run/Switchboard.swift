import Benches
import Planning
import Quantities
import Rig
import RunRecord
import Scenarios
import Verdicts

/// Switches supplies and loads in the safe order: supply before load when energising, load before
/// supply when not.
actor Switchboard {
  private let bench: Bench
  private nonisolated let lane: any Lane
  private let log: EventLog
  private let bank: OutputBank

  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

  init(bench: Bench, outputs: any Outputs, lane: any Lane, log: EventLog, witness: Witness) {
    self.bench = bench
    self.lane = lane
    self.log = log
    bank = OutputBank(bench: bench, outputs: outputs, lane: lane, log: log, witness: witness)
  }

  /// Switches for all positions of a step.
  func apply(
    _ apply: Apply,
    for runners: [PositionRunner],
    step: PlannedStep
  ) async -> [StepResult] {
    var results = runners.map { _ in StepResult(how: .completed) }
    func abandon(_ indices: Range<Int>, _ obstacle: OutputBank.Obstacle) {
      for index in indices where results[index].how == .completed {
        switch obstacle {
        case .stopped:
          results[index] = StepResult(
            how: .cancelled,
            text: "stopped before everything was switched"
          )
        case .fault(let fault):
          observe(fault, on: runners[index].name, step: step.step.id)
          results[index] = StepResult(how: .abandoned, text: fault.text)
        }
      }
    }
    do throws(OutputBank.Obstacle) {
      switch apply.load {
      case .off: try await switchLoad(to: nil)
      case .on where apply.supply == false:
        throw .fault(RigFault(Part(.load, ""), "a load cannot be on without supply"))
      case .on, nil: if apply.supply == false { try await switchLoad(to: nil) }
      }
    } catch {
      abandon(runners.indices, error)
      return results
    }
    if let on = apply.supply {
      for (index, runner) in runners.enumerated() {
        do throws(OutputBank.Obstacle) {
          try await switchSupply(runner, on: on)
        } catch {
          abandon(index..<index + 1, error)
        }
      }
    }
    if case .on(let name) = apply.load, let found = bench.load(name) {
      do throws(OutputBank.Obstacle) {
        try await switchLoad(to: found)
      } catch {
        abandon(runners.indices, error)
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

  /// Switches the supply of one position, whose load is off.
  ///
  /// - Throws: `RigFault`, or `CancellationError` where the run was stopped meanwhile.
  func power(_ runner: PositionRunner, on: Bool) async throws {
    do throws(OutputBank.Obstacle) { try await switchSupply(runner, on: on) } catch {
      switch error {
      case .fault(let fault): throw fault
      case .stopped: throw CancellationError()
      }
    }
  }

  /// Brings the own outputs of positions that leave the run to their safe values.
  ///
  /// - Parameter nobodyStays: nobody needs the load any more, so it goes before the supplies.
  func makeSafe(_ leaving: [PositionRunner], nobodyStays: Bool) async {
    guard !leaving.isEmpty else { return }
    if nobodyStays {
      do throws(OutputBank.Obstacle) { try await switchLoad(to: nil) } catch { observe(error) }
    }
    for runner in leaving {
      guard let supply = runner.position.supply else { continue }
      do throws(OutputBank.Obstacle) {
        try await switchSupply(runner, on: supply.safeOn)
      } catch {
        observe(error, on: runner.name)
      }
    }
  }

  /// Makes everything safe for good: whatever steps are still about to do, nothing is energised
  /// any more.
  ///
  /// - Returns: as `makeAllSafe`.
  func halt(_ reason: String) async -> Bool {
    bank.halt(reason)
    return await makeAllSafe()
  }

  /// Brings every output to its safe value, loads first; true where all obeyed and no read-back
  /// shows otherwise.
  func makeAllSafe() async -> Bool {
    let faults = await bank.makeAllSafe()
    for fault in faults { observe(fault) }
    return faults.isEmpty
  }

  /// What an output does that it was not told to do, with the position that it concerns; nil for
  /// all of them.
  func deviations() async -> [(position: String?, fault: RigFault)] { await bank.deviations() }

  private func observe(_ obstacle: OutputBank.Obstacle, on position: String? = nil) {
    // What makes safe is never stopped.
    if case .fault(let fault) = obstacle { observe(fault, on: position) }
  }

  private func observe(_ fault: RigFault, on position: String? = nil, step: String? = nil) {
    log.append(
      .observed(
        Observation(
          position: position,
          step: step,
          kind: .bench,
          part: "\(fault.part)",
          text: fault.text
        )
      )
    )
  }

  private func switchLoad(to wanted: Load?) async throws(OutputBank.Obstacle) {
    var first: OutputBank.Obstacle?
    for other in bench.loads where other.output != nil && other.name != wanted?.name {
      // Only one load at a time; those that are off already are told again, which costs nothing.
      // A load that does not obey leaves no other one on.
      do throws(OutputBank.Obstacle) { try await bank.set(.load(other.name), on: false) } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
    if let wanted, wanted.output != nil { try await bank.set(.load(wanted.name), on: true) }
  }

  private func switchSupply(_ runner: PositionRunner, on: Bool) async throws(OutputBank.Obstacle) {
    guard runner.position.supply != nil else { return await runner.supplyChanged(on: on) }
    try await bank.set(.supply(position: runner.name), on: on)
    await runner.supplyChanged(on: on)
  }
}
