import Benches
import Quantities
import Rig
import RunRecord

/// Commands to single outputs, each in its time: what the bench file says of pauses, dwell
/// times and exclusions holds whoever commands. Every switching is read back and recorded.
///
/// It lives on the engine's lane, behind the switchboard.
final class OutputBank {
  private let bench: Bench
  private let outputs: any Outputs
  private let lane: any Lane
  private let log: EventLog
  private let witness: Witness

  /// Loads first, then supplies: the order in which everything is made safe.
  private let order: [(output: OutputName, wiring: OutputWiring)]
  /// Why nothing may be energised any more; nil while it may.
  private var halted: String?
  /// What each output was told last, and since when; `hasFailed` where the command did not get through.
  private var commanded: [OutputName: (on: Bool, since: Instant, hasFailed: Bool)] = [:]
  /// Those that were not yet seen to obey: they may be on whatever they were told.
  private var doubted: Set<OutputName> = []
  /// What outputs did by themselves before they were switched, not yet told.
  private var pastStrays: [(output: OutputName, fault: RigFault)] = []
  private let watch = ReadBackWatch()

  init(bench: Bench, outputs: any Outputs, lane: any Lane, log: EventLog, witness: Witness) {
    self.bench = bench
    self.outputs = outputs
    self.lane = lane
    self.log = log
    self.witness = witness
    order = bench.outputs.map { output in
      (output.isLoad ? .load(output.owner) : .supply(position: output.owner), output.wiring)
    }
    outputs.watchReadBacks { [watch] in watch.receive($0) }
  }

  /// Why an output was not switched.
  enum Obstacle: Error {
    case fault(RigFault)
    /// The task was cancelled while the output's time had not come.
    case stopped
  }

  /// Switches an output in its time, and waits until its read-back shows it.
  func set(_ output: OutputName, on: Bool) async throws(Obstacle) {
    guard let wiring = order.first(where: { $0.output == output })?.wiring else {
      throw .fault(RigFault(Self.part(output), "the bench file has no such output: wire it there"))
    }
    let energises = on != wiring.safeOn
    if energises {
      try refuseHalted(output)
      try refuseExcluded(output, on: on)
      do { try await lane.sleep(until: energisingDue(output, wiring)) } catch { throw .stopped }
      try refuseHalted(output)
    } else {
      await lane.endure(until: pauseEnd(before: output))
    }
    let deadline: Instant
    do throws(RigFault) {
      deadline = try await command(output, wiring, on: on)
      witness.switched(at: lane.now)
      // What was halted while this command was on its way may have been told to be safe before it.
      if halted != nil, energises { _ = try await command(output, wiring, on: !on) }
    } catch {
      throw .fault(error)
    }
    if energises { try refuseHalted(output) }
    do throws(RigFault) {
      try await confirm(output, on: on, by: deadline)
    } catch {
      throw .fault(error)
    }
    if energises { try refuseHalted(output) }
  }

  /// Energises nothing any more.
  func halt(_ reason: String) { halted = halted ?? reason }

  /// Brings every output to its safe value, loads first; works through the list even where single
  /// outputs fail.
  ///
  /// - Returns: the faults, read-backs that show otherwise among them.
  func makeAllSafe() async -> [RigFault] {
    var faults: [RigFault] = []
    var told: [(output: OutputName, wiring: OutputWiring, deadline: Instant)] = []
    for (output, wiring) in order {
      await lane.endure(until: pauseEnd(before: output))
      do throws(RigFault) {
        told.append((output, wiring, try await command(output, wiring, on: wiring.safeOn)))
      } catch {
        faults.append(error)
      }
    }
    for (output, wiring, deadline) in told {
      do throws(RigFault) {
        try await confirm(output, on: wiring.safeOn, by: deadline)
      } catch {
        faults.append(error)
      }
    }
    return faults
  }

  /// What an output does that it was not told to do: a relay that fell off while something was
  /// measured is no fault of what was measured.
  ///
  /// - Returns: a fault for each, with the position that it concerns; nil for all of them.
  func deviations() async -> [(position: String?, fault: RigFault)] {
    // Whoever halted the outputs may have cut them off, too.
    guard halted == nil else { return [] }
    var found: [(position: String?, fault: RigFault)] = pastStrays.map { stray in
      if case .supply(let name) = stray.output { (name, stray.fault) } else { (nil, stray.fault) }
    }
    pastStrays = []
    for (output, wanted) in commanded.sorted(by: { $0.key < $1.key }) {
      var position: String?
      if case .supply(let name) = output { position = name }
      do throws(RigFault) {
        let readBack = try await readBack(output)
        guard commanded[output]?.on == wanted.on else { continue }
        let stray = watch.takeStray(of: output)
        if readBack == !wanted.on {
          doubted.insert(output)
          let what = "says \(Self.text(!wanted.on)) now"
          found.append((position, Self.fault(output, told: wanted.on, what)))
        } else if let stray {
          found.append((position, Self.fault(output, told: wanted.on, Self.text(stray, wanted.on))))
        }
      } catch {
        found.append((position, error))
      }
    }
    return found
  }

  // MARK: One command

  private func command(
    _ output: OutputName,
    _ wiring: OutputWiring,
    on: Bool
  ) async throws(RigFault) -> Instant {
    doubted.insert(output)
    if commanded[output].map({ $0.on != on || $0.hasFailed }) ?? true {
      // What it did by itself before is no less the bench's for being switched now.
      if let before = commanded[output], let stray = watch.takeStray(of: output) {
        pastStrays.append(
          (output, Self.fault(output, told: before.on, Self.text(stray, before.on)))
        )
      }
      commanded[output] = (on, lane.now, false)
      watch.command(output, on: on)
    }
    do throws(RigFault) { try await outputs.set(output, on: on) } catch {
      if commanded[output]?.on == on { commanded[output]?.hasFailed = true }
      throw error
    }
    return lane.now + (wiring.readBack?.within ?? .zero)
  }

  /// - Throws: also where the bench file has a read-back and nothing comes of it.
  private func readBack(_ output: OutputName) async throws(RigFault) -> Bool? {
    let shown = try await outputs.readBack(output)
    if shown == nil, order.contains(where: { $0.output == output && $0.wiring.readBack != nil }) {
      throw RigFault(Self.part(output), "its read-back says nothing; check its wiring")
    }
    return shown
  }

  /// Waits until the output's read-back shows what it was told, as long as that may take.
  private func confirm(
    _ output: OutputName,
    on: Bool,
    by deadline: Instant
  ) async throws(RigFault) {
    var readBack = try await readBack(output)
    while let shown = readBack, shown != on, lane.now < deadline, commanded[output]?.on == on {
      await lane.endure(until: min(deadline, lane.now + .milliseconds(2)))
      readBack = try await self.readBack(output)
    }
    // Told otherwise meanwhile: whoever did that sees to it.
    guard commanded[output]?.on == on else { return }
    log.append(.switched(Switching(output: "\(output)", on: on, readBack: readBack)))
    if readBack == !on { throw Self.fault(output, told: on, "says \(Self.text(!on))") }
    doubted.remove(output)
    watch.confirm(output, at: lane.now)
  }

  private static func fault(_ output: OutputName, told on: Bool, _ what: String) -> RigFault {
    RigFault(
      part(output),
      "it was switched \(text(on)), but its read-back \(what); check the relay and its wiring"
    )
  }

  private static func text(_ stray: ReadBackWatch.Stray, _ on: Bool) -> String {
    let time = Quantity(stray.time.inSeconds, .second).readable
    let times = stray.count == 1 ? "for \(time)" : "\(stray.count) times, for \(time) in all"
    return "said \(text(!on)) \(times)"
  }

  private func refuseHalted(_ output: OutputName) throws(Obstacle) {
    guard let halted else { return }
    throw .fault(RigFault(Self.part(output), "nothing is energised any more: \(halted)"))
  }

  private func refuseExcluded(_ output: OutputName, on: Bool) throws(Obstacle) {
    guard on else { return }
    for group in bench.switching.exclusive where group.contains("\(output)") {
      let others = order.map(\.output).filter { $0 != output && group.contains("\($0)") }
      for other in others {
        let isOn = commanded[other]?.on ?? false
        guard isOn || doubted.contains(other) else { continue }
        throw .fault(
          RigFault(
            Self.part(output),
            "is never on together with \(other), "
              + (isOn
                ? "which is on; switch that off before"
                : "which did not obey when it was switched off and may be on; check its relay")
          )
        )
      }
    }
  }

  // MARK: Times

  /// When an output may leave its safe value.
  private func energisingDue(_ output: OutputName, _ wiring: OutputWiring) -> Instant {
    let dwelt = commanded[output].map { $0.since + wiring.dwell } ?? lane.now
    return max(dwelt, pauseEnd(before: output, energising: true))
  }

  /// Contactors need time: none of a supply follows one of a load at once, and no load is switched
  /// on right behind a supply. Switching a load off waits for nothing.
  private func pauseEnd(before output: OutputName, energising: Bool = false) -> Instant {
    let isLoad = Self.isLoad(output)
    if isLoad, !energising { return lane.now }
    let others = commanded.filter { Self.isLoad($0.key) != isLoad }.map(\.value.since)
    return others.max().map { $0 + bench.switching.pause } ?? lane.now
  }

  private static func isLoad(_ output: OutputName) -> Bool {
    if case .load = output { true } else { false }
  }

  private static func part(_ output: OutputName) -> Part { Part(.output, "\(output)") }

  private static func text(_ on: Bool) -> String { on ? "on" : "off" }
}
