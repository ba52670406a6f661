import Benches
import Planning
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
  private let witness: Witness
  /// Why nothing may be energised any more; nil while it may.
  private var halted: String?
  /// What each output was told last.
  private var commanded: [OutputName: Bool] = [:]

  nonisolated var unownedExecutor: UnownedSerialExecutor { lane.asUnownedSerialExecutor() }

  init(bench: Bench, outputs: any Outputs, lane: any Lane, log: EventLog, witness: Witness) {
    self.bench = bench
    self.outputs = outputs
    self.lane = lane
    self.log = log
    self.witness = witness
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

  /// Brings the own outputs of positions that leave the run to their safe values.
  ///
  /// - Parameter nobodyStays: nobody needs the load any more, so it goes before the supplies.
  func makeSafe(_ leaving: [PositionRunner], nobodyStays: Bool) async {
    guard !leaving.isEmpty else { return }
    if nobodyStays {
      do throws(RigFault) { try await switchLoad(to: nil) } catch { observe(error) }
    }
    for runner in leaving {
      guard let supply = runner.position.supply else { continue }
      do throws(RigFault) {
        try await switchSupply(runner.position, on: supply.safeOn)
        await runner.supplyChanged(on: supply.safeOn)
      } catch {
        observe(error, on: runner.name)
      }
    }
  }

  /// Makes everything safe for good: whatever steps are still about to do, nothing is energised
  /// any more.
  func halt(_ reason: String) async {
    halted = halted ?? reason
    _ = await makeAllSafe()
  }

  /// Brings every output to its safe value, loads first; true where all obeyed and no read-back
  /// shows otherwise.
  func makeAllSafe() async -> Bool {
    var isSafe = true
    do throws(RigFault) { try await outputs.makeAllSafe() } catch {
      observe(error)
      isSafe = false
    }
    let switched =
      bench.loads.compactMap { load in load.output.map { (OutputName.load(load.name), $0) } }
      + bench.positions.compactMap { position in
        position.supply.map { (OutputName.supply(position: position.name), $0) }
      }
    for (output, wiring) in switched {
      commanded[output] = wiring.safeOn
      do throws(RigFault) { try await confirm(output, on: wiring.safeOn) } catch {
        observe(error)
        isSafe = false
      }
    }
    return isSafe
  }

  private func observe(_ fault: RigFault, on position: String? = nil) {
    log.append(
      .observed(
        Observation(position: position, kind: .bench, part: "\(fault.part)", text: fault.text)
      )
    )
  }

  private func switchLoad(to wanted: Load?) async throws(RigFault) {
    var first: RigFault?
    for other in bench.loads where other.output != nil && other.name != wanted?.name {
      // Only one load at a time; those that are off already are told again, which costs nothing.
      // A load that does not obey leaves no other one on.
      do throws(RigFault) { try await set(.load(other.name), on: false) } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
    if let wanted, wanted.output != nil { try await set(.load(wanted.name), on: true) }
  }

  private func switchSupply(_ position: Position, on: Bool) async throws(RigFault) {
    guard position.supply != nil else { return }
    try await set(.supply(position: position.name), on: on)
  }

  private func set(_ output: OutputName, on: Bool) async throws(RigFault) {
    let energises = on != isSafeOn(output)
    if let halted, energises {
      throw RigFault(Part(.output, "\(output)"), "nothing is energised any more: \(halted)")
    }
    commanded[output] = on
    try await outputs.set(output, on: on)
    witness.switched(at: lane.now)
    // What was halted while this command was on its way may have been told to be safe before it.
    if let halted, energises {
      commanded[output] = !on
      try await outputs.set(output, on: !on)
      throw RigFault(Part(.output, "\(output)"), "nothing is energised any more: \(halted)")
    }
    try await confirm(output, on: on)
  }

  private func isSafeOn(_ output: OutputName) -> Bool {
    switch output {
    case .load(let name): bench.load(name)?.output?.safeOn ?? false
    case .supply(let name): bench.position(name)?.supply?.safeOn ?? false
    }
  }

  /// What an output does that it was not told to do: a relay that fell off while something was
  /// measured is no fault of what was measured.
  ///
  /// - Returns: a fault for each, with the position that it concerns; nil for all of them.
  func deviations() async -> [(position: String?, fault: RigFault)] {
    var found: [(position: String?, fault: RigFault)] = []
    for (output, on) in commanded.sorted(by: { $0.key < $1.key }) {
      var position: String?
      if case .supply(let name) = output { position = name }
      do throws(RigFault) {
        guard let readBack = try await outputs.readBack(output), readBack != on,
          commanded[output] == on
        else { continue }
        found.append(
          (
            position,
            RigFault(
              Part(.output, "\(output)"),
              "it was switched \(on ? "on" : "off"), but its read-back now says \(readBack ? "on" : "off"); check the relay and its wiring"
            )
          )
        )
      } catch {
        found.append((position, error))
      }
    }
    return found
  }

  private func confirm(_ output: OutputName, on: Bool) async throws(RigFault) {
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
