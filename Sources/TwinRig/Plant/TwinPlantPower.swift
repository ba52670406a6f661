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
    let source = bench.source ?? Self.usualSource
    let voltage = source.voltage.nominal.base
    var phases = [Mains.Phase](
      repeating: Mains.Phase(voltage: voltage, current: 0),
      count: max(1, source.phases)
    )
    for (index, load) in bench.loads.enumerated() where isClosed(switches[index]) {
      let steps = faults.all(.loadStep).filter {
        $0.isActive(at: now) && ($0.target == load.name || bench.load($0.target) == nil)
      }
      let factor = steps.reduce(1) { $0 * max(0, 1 + ($1.amount ?? 0)) }
      let current = isInterlockOpen ? 0 : load.current(on: source).nominal * factor
      for phase in load.phases(of: source) { phases[phase].add(load, current: current) }
    }
    return Mains(phases: phases, frequency: source.frequency.nominal.base)
  }

  private static let usualSource = Source(
    voltage: ToleratedQuantity(Quantity(230, .volt)),
    frequency: ToleratedQuantity(Quantity(50, .hertz)),
    phases: 3
  )

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
    let model = meters[meter]
    var name = lines[index].output
    if model.faults.active(.swappedOutputs, at: now) != nil {
      name = ["pulse-1": "pulse-2", "pulse-2": "pulse-1"][name] ?? name
    }
    guard let output = model.output(name), let measurand = Measurand(name: output.quantity.name)
    else { return lines[index].generator.change(rate: 0, width: .fixed(.zero), at: now) }
    let errors = model.faults.all(.pulseConstant).filter {
      $0.isActive(at: now) && ($0.output == nil || $0.output == name)
    }
    let constant = errors.reduce(output.constant.base) { $0 * (1 + ($1.amount ?? 0)) }
    // P in W, K in impulses for each kWh: P·K/3 600 000 impulses per second.
    let power = measurand.channels.reduce(0) { $0 + model.history.last.flow[$1] }
    // Where only a minimum is known, this meter is a little better than that.
    let own = output.width ?? (output.leastWidth + .milliseconds(10))
    lines[index].generator.change(
      rate: power * constant / 3_600_000,
      width: .fixed(model.properties.pulseWidth ?? own),
      at: now
    )
  }

  private mutating func applyReferenceRate(line index: Int, _ mains: Mains) {
    guard let reference = bench.reference, case .pulses(_, let constant) = reference.kind else {
      return
    }
    let energy: Double =
      switch reference.energy {
      case .activeImport: mains.activePower
      case .activeExport: -mains.activePower
      case .reactiveImport: mains.reactivePower
      case .reactiveExport: -mains.reactivePower
      case .apparent: mains.apparentPower
      }
    let power = max(0, energy) * (1 + (bench.twin?.referenceError ?? 0))
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

extension Mains.Phase {
  /// A load's current joins: the sum of the two as vectors.
  fileprivate mutating func add(_ load: Load, current other: Double) {
    let sign = load.isExport ? -1.0 : 1
    let factor = load.powerFactor.magnitude.nominal.base
    let side = load.powerFactor.isCapacitive ? -1.0 : 1
    let real = current * cosine + other * factor * sign
    let imaginary = current * sine + other * (1 - factor * factor).squareRoot() * side * sign
    current = (real * real + imaginary * imaginary).squareRoot()
    (cosine, sine) = current > 0 ? (real / current, imaginary / current) : (1, 0)
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
