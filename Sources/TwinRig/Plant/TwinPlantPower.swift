import Benches
import MeterProfiles
public import Quantities
public import Rig

/// What flows, and what it makes the meters and their outputs do.
extension TwinPlant {
  /// Whether an interlock is open; its contacts then hold loads and supplies off, whatever the
  /// outputs say.
  public var isInterlockOpen: Bool { faults.active(.interlockOpens, at: now) != nil }

  /// Whether an output's contact is closed.
  func isClosed(_ output: Switch) -> Bool {
    // Where nothing switches it there is no contact to open.
    guard output.wiring != nil else { return output.isOn }
    return output.isOn && !isInterlockOpen
      && faults.active(.fallenOutput, striking: output.targets, at: now) == nil
  }

  /// What source and loads give at the moment.
  var mains: Mains {
    let source = bench.source
    var conductance = 0.0
    for (index, load) in bench.loads.enumerated() where isClosed(switches[index]) {
      guard load.resistance.nominal.base > 0 else { continue }
      let steps = faults.all(.loadStep).filter {
        $0.isActive(at: now) && ($0.target == load.name || bench.load($0.target) == nil)
      }
      conductance +=
        steps.reduce(1) { $0 * max(0, 1 + ($1.amount ?? 0)) } / load.resistance.nominal.base
    }
    let voltage = source?.voltage.nominal.base ?? 230
    return Mains(
      voltage: voltage,
      current: isInterlockOpen ? 0 : voltage * conductance,
      frequency: source?.frequency.nominal.base ?? 50,
      phases: source?.phases ?? 3
    )
  }

  private func isSupplied(_ meter: TwinMeterModel) -> Bool {
    let name = OutputName.supply(position: meter.properties.position)
    return switches.first { $0.name == name }.map { isClosed($0) } ?? true
  }

  mutating func applySupplies() {
    for index in meters.indices {
      let isOn = isSupplied(meters[index])
      let wasRunning = meters[index].isRunning
      meters[index].supply(isOn, at: now)
      guard wasRunning, !isOn else { continue }
      for line in lines.indices where lines[line].meter == index {
        lines[line].generator.release(at: now)
      }
    }
  }

  mutating func applyMains() {
    let mains = mains
    for index in meters.indices { meters[index].measure(mains, at: now) }
    for index in lines.indices { applyRate(line: index, mains: mains) }
    advanceLines(to: now)
  }

  private mutating func applyRate(line index: Int, mains: Mains) {
    guard let meter = lines[index].meter else { return applyReferenceRate(line: index, mains) }
    guard let output = meters[meter].output(lines[index].output),
      let share = Measurand(name: output.quantity.name)?.shareOfActivePower
    else { return lines[index].generator.change(rate: 0, width: .fixed(.zero), at: now) }
    // P in W, K in impulses for each kWh: P·K/3 600 000 impulses per second.
    let rate = meters[meter].history.last.power * share * output.constant.base / 3_600_000
    // Where only a minimum is known, this meter is a little better than that.
    let own = output.width ?? (output.leastWidth + .milliseconds(10))
    lines[index].generator.change(
      rate: rate,
      width: .fixed(meters[meter].properties.pulseWidth ?? own),
      at: now
    )
  }

  private mutating func applyReferenceRate(line index: Int, _ mains: Mains) {
    guard let reference = bench.reference, case .pulses(_, let constant) = reference.kind else {
      return
    }
    let counts = reference.energy == .activeImport || reference.energy == .apparent
    let power = counts ? mains.power * (1 + (bench.twin?.referenceError ?? 0)) : 0
    lines[index].generator.change(
      rate: power * constant.base / 3_600_000,
      width: .half(atMost: .milliseconds(50)),
      at: now
    )
  }

  mutating func applySettings(of meter: Int, since revision: Int) {
    guard meters[meter].revision != revision else { return }
    applyMains()
  }
}

/// The switched outputs.
extension TwinPlant {
  /// Switches an output; one that is stuck stays as it is.
  ///
  /// - Throws: where the bench has no such output.
  public mutating func set(_ output: OutputName, on: Bool, at time: Instant) throws(RigFault) {
    advance(to: time)
    guard let index = switches.firstIndex(where: { $0.name == output && $0.wiring != nil }) else {
      throw RigFault(
        Part(.output, output.description),
        "the bench file has no such output: wire it there"
      )
    }
    guard faults.active(.stuckOutput, striking: switches[index].targets, at: now) == nil,
      switches[index].isOn != on
    else { return }
    switches[index].isOn = on
    applySupplies()
    applyMains()
    noteReadBacks()
  }

  /// What an output really does; nil where nothing switches it.
  public mutating func readBack(_ output: OutputName, at time: Instant) -> Bool? {
    advance(to: time)
    guard let found = switches.first(where: { $0.name == output }), found.wiring != nil else {
      return nil
    }
    return isClosed(found)
  }

  mutating func noteReadBacks() {
    for index in switches.indices where switches[index].wiring != nil {
      let isOn = isClosed(switches[index])
      guard switches[index].shown != isOn else { continue }
      switches[index].shown = isOn
      readBackChanges.append(
        ReadBackChange(output: switches[index].name, isOn: isOn, time: now)
      )
    }
  }

  /// How read-backs changed since the last call, in order.
  public mutating func takeReadBackChanges() -> [ReadBackChange] {
    defer { readBackChanges = [] }
    return readBackChanges
  }

  /// The switched outputs with their safe values: loads first, then supplies.
  public var safeStates: [(output: OutputName, on: Bool)] {
    switches.compactMap { output in output.wiring.map { (output.name, $0.safeOn) } }
  }
}
