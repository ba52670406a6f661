import Benches
import MeterProfiles
import Metrology
import Modbus
import Planning
import Quantities
import Rig
import Scenarios
import Verdicts

extension PositionRunner {
  /// `identify`: the meter's own words for what it is.
  func identify(_ identify: Identify, _ step: PlannedStep) async throws {
    for item in identify.items {
      let isOptional = identify.optional.contains(item)
      if let setting = profile.setting(item), case .register(let register, _) = setting.access {
        guard
          let number = try await number(
            at: register,
            of: item,
            certainty: setting.certainty,
            isOptional: isOptional,
            step
          )
        else { continue }
        let text = setting.isSecret ? "secret" : setting.text(for: number)
        measure(step, item, .text(text), from: lane.now)
      } else if let quantity = profile.quantity(item) {
        guard
          let number = try await number(
            at: quantity.register,
            of: item,
            certainty: quantity.certainty,
            isOptional: isOptional,
            step
          )
        else { continue }
        if item == "serial-number", number == 0 {
          note(step, "the meter was given no serial number, and nothing tells it from another")
        }
        let text =
          quantity.unit.unit(where: step.value).map { Quantity(number, $0).description }
          ?? Decimal.text(number)
        measure(step, item, .text(text), from: lane.now)
      } else {
        observe(step, .missing, "\(item) can be seen in the meter's menu only")
      }
    }
  }

  /// `read`: quantities, in as few requests as their registers allow.
  func read(_ read: Read, _ step: PlannedStep) async throws {
    try await waitForFreshValues(comparing: !read.compared.isEmpty)
    let before = try await referenceReadings(step)
    if step.reliedOnLoad != nil || !read.compared.isEmpty, let moments = profile.readings {
      // The reference watches the load for as long as the registers look back.
      try await lane.sleep(until: lane.now + moments.updateInterval + moments.latency)
    }
    let quantities = read.quantities.compactMap(profile.quantity)
    let blocks = ReadPlan(quantities, limit: profile.communication.registersPerRead).blocks
    for block in blocks {
      let names = block.items.map(\.quantity.name).joined(separator: ", ")
      switch try await ask(block.request, step) {
      case .registers(let words, let exchange):
        let moment = Instant(sinceOrigin: exchange.finishedAt)
        for item in block.items {
          let quantity = item.quantity
          let part = words.dropFirst(item.offset)
          guard
            let number = quantity.register.encoding.decode(
              part,
              order: profile.communication.wordOrder
            )
          else { continue }
          record(quantity, number, at: moment, step)
        }
      case .done: break
      case .exception(let code):
        guard let first = block.items.first?.quantity else { continue }
        let certainty: Certainty =
          block.items.contains { $0.quantity.certainty == .inferred } ? .inferred : first.certainty
        refused(names, at: first.register, code, certainty, step)
      }
    }
    try await nominalValues(step, before: before)
  }

  /// What a reference meter shows before the meters are read; empty where nothing is compared with one.
  private func referenceReadings(
    _ step: PlannedStep
  ) async throws -> [String: (value: Double, budget: UncertaintyBudget)] {
    guard case .read(let read) = step.step.action, let meter = reference.meter else { return [:] }
    var readings: [String: (value: Double, budget: UncertaintyBudget)] = [:]
    for name in read.compared { readings[name] = try await meter.read(name) }
    return readings
  }

  /// Waits until registers show what is, and no more what was before something was switched or set:
  /// a value may be as old as its update interval and latency.
  func waitForFreshValues(comparing: Bool = false) async throws {
    let profiles =
      [profile] + (comparing ? [plan.referenceProfile].compactMap(\.self) : [])
    let ages = profiles.compactMap(\.readings).map { $0.updateInterval + $0.latency }
    let changes = [witness.lastSwitched, lastChanged].compactMap(\.self)
    guard let age = ages.max(), let change = changes.max() else { return }
    try await lane.sleep(until: change + age)
  }

  private func record(
    _ quantity: MeasuredQuantity,
    _ number: Double,
    at moment: Instant,
    _ step: PlannedStep
  ) {
    guard let unit = quantity.unit.unit(where: step.value) else {
      observe(
        step,
        .missing,
        "the unit of \(quantity.name) depends on a setting that this scenario has not fixed"
      )
      return
    }
    guard number.isFinite else {
      // The frame is sound, so these are the meter's own words.
      observe(step, .notFinite, "\(quantity.name) reads \(Decimal.text(number)), which is no value")
      return
    }
    func measure(_ id: String, _ number: Double) {
      let shown = quantity.budget(ofReading: number).scaled(by: unit.factor)
      let load = step.loadAsDeclared(id).map { $0.scaled(by: number * unit.factor) }
      self.measure(
        step,
        id,
        .number(number * unit.factor, unit.dimension),
        budget: UncertaintyBudget(shown.components + load),
        from: moment
      )
    }
    measure(quantity.name, number)
    guard case .read(let read) = step.step.action, read.magnitudes.contains(quantity.name) else {
      return
    }
    measure("\(quantity.name) magnitude", abs(number))
  }

  /// What the rules of the step compare with.
  private func nominalValues(
    _ step: PlannedStep,
    before: [String: (value: Double, budget: UncertaintyBudget)]
  ) async throws {
    for rule in step.step.rules {
      guard case .around(let nominal, _, _, let dimension) = rule.criterion else { continue }
      let name = rule.measurement
      if nominal == "\(name) of source" {
        record(
          step.nominalOfSource(name, dimension, of: profile, on: plan.bench),
          as: nominal,
          step,
          remark: "as the bench declares its source"
        )
      } else if nominal == "\(name) of load" {
        record(
          step.nominalOfLoad(name, dimension, at: position, of: profile, on: plan.bench),
          as: nominal,
          step,
          remark: "as the bench declares load \(step.load?.name ?? "")"
        )
      } else if nominal == "\(name) of reference", reference.meter == nil {
        try await recordReferencePower(name, as: nominal, dimension, step)
      } else if nominal == "\(name) of reference" {
        try await recordReferenceMeter(name, before[name], as: nominal, dimension, step)
      }
    }
  }

  private func record(
    _ nominal: NominalValue?,
    as name: String,
    _ step: PlannedStep,
    remark: String
  ) {
    guard let nominal else { return }
    measure(
      step,
      name,
      .number(nominal.value, nominal.dimension),
      budget: nominal.budget,
      from: lane.now,
      remark: remark
    )
  }

  /// The power by the rate of the reference's pulses, or its readings.
  private func recordReferencePower(
    _ name: String,
    as nominal: String,
    _ dimension: Dimension,
    _ step: PlannedStep
  ) async throws {
    guard let power = try await attributingFaults(step, { try await reference.powerSeen() }) else {
      return observe(step, .condition, "the reference does not show its power")
    }
    await noteDips(step)
    // Its pulses have no sign; what it measures has.
    let sign = plan.bench.reference?.energy.isExport == true ? -1.0 : 1
    record(
      sign * power.nominal,
      moved: (power.most - power.least) / 2,
      UncertaintyBudget(plan.bench.referenceComponents.map { $0.scaled(by: power.nominal) }),
      name,
      as: nominal,
      dimension,
      step,
      remark: "from the rate of the reference's pulses"
    )
  }

  /// What the reference meter shows of the same quantity. Its registers look back as well: what it showed before
  /// and shows after the meters were read holds what they saw.
  private func recordReferenceMeter(
    _ name: String,
    _ first: (value: Double, budget: UncertaintyBudget)?,
    as nominal: String,
    _ dimension: Dimension,
    _ step: PlannedStep
  ) async throws {
    if let moments = plan.referenceProfile?.readings {
      try await lane.sleep(until: lane.now + moments.updateInterval + moments.latency)
    }
    guard let reading = try await reference.meter?.read(name), let first else {
      return observe(
        step,
        .bench,
        part: Part(.reference, ""),
        "the reference meter did not give \(name)"
      )
    }
    record(
      (first.value + reading.value) / 2,
      moved: (reading.value - first.value) / 2,
      reading.budget,
      name,
      as: nominal,
      dimension,
      step,
      remark: "as the reference meter shows it"
    )
  }

  /// Measures what a meter should show of what the reference saw: by the set ratios of its transformers, and behind
  /// those of the bench.
  private func record(
    _ seen: Double,
    moved: Double,
    _ budget: UncertaintyBudget,
    _ name: String,
    as nominal: String,
    _ dimension: Dimension,
    _ step: PlannedStep,
    remark: String
  ) {
    let scale =
      switch dimension {
      case .voltage: step.voltageScale
      case .current: step.scale / step.voltageScale
      case .frequency, .ratio, .angle: 1.0
      default: step.scale
      }
    let given = position.given(
      seen * scale,
      dimension,
      by: step.load,
      on: plan.bench.source,
      share: scale * step.share(ofPhases: name, on: plan.bench)
    )
    let own = budget.components + [.rectangular("what the reference saw move", halfWidth: moved)]
    measure(
      step,
      nominal,
      .number(given.value, dimension),
      budget: UncertaintyBudget(own.map { $0.scaled(by: scale) } + given.components),
      from: lane.now,
      remark: remark
    )
  }
}
