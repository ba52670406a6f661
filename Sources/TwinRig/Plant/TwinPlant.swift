public import Benches
public import MeterProfiles
import Modbus
public import Quantities
public import Rig

/// The whole simulated rig as a deterministic machine over time: source, loads, supplies, meters,
/// pulse lines, buses. It does no I/O and never waits; whoever owns it brings it to a moment and
/// asks what happened.
///
/// Moments must not go back; a moment before the present one counts as the present one.
public struct TwinPlant: Sendable {
  /// A pulse line with what drives it.
  struct Line {
    var name: LineName
    /// The meter behind the output, by its index; nil for the reference.
    var meter: Int?
    var output: String
    var generator: PulseGenerator
    var events: [LineEvent] = []

    mutating func advance(to time: Instant) { generator.advance(to: time, into: &events) }
  }

  /// A load or a supply.
  struct Switch {
    var name: OutputName
    /// Nil where nothing switches it: it is always on.
    var wiring: OutputWiring?
    var isOn: Bool
    /// What its read-back showed last.
    var shown = false
    /// What a fault calls it.
    var targets: [String] {
      switch name {
      case .supply(let position): [name.description, position]
      case .load(let load): [name.description, load]
      }
    }
  }

  /// The reference's name where positions have theirs, and as a target of faults.
  static let reference = "reference"

  /// The bench it simulates.
  public let bench: Bench
  /// The present moment.
  public internal(set) var now = Instant.zero

  var meters: [TwinMeterModel] = []
  /// The bus of each meter, by index.
  private var meterBuses: [Int?] = []
  var lines: [Line] = []
  var switches: [Switch] = []
  var readBackChanges: [ReadBackChange] = []
  var buses: [TwinBus] = []
  let faults: FaultScript
  /// Moments at which faults change what the rig does, in rising order.
  var agenda: [Instant]
  var agendaIndex = 0

  /// A rig at rest: outputs safe, nothing supplied that is switched.
  ///
  /// - Parameters:
  ///   - bench: its wiring, and what its parts are like.
  ///   - profiles: the meter types, by name.
  /// - Throws: where a type is missing, or a meter cannot have a setting that the file gives it.
  public init(bench: Bench, profiles: [String: MeterProfile]) throws(RigFault) {
    self.bench = bench
    let declaration = bench.twin
    faults = FaultScript(declaration?.faults ?? [])
    agenda = faults.all
      .flatMap { [$0.begins] + ($0.ends.map { [$0] } ?? []) }
      .sorted()
    for load in bench.loads {
      switches.append(
        Switch(
          name: .load(load.name),
          wiring: load.output,
          isOn: load.output?.safeOn ?? true
        )
      )
    }
    let seed = declaration?.seed ?? 0
    for position in bench.positions {
      switches.append(
        Switch(
          name: .supply(position: position.name),
          wiring: position.supply,
          isOn: position.supply?.safeOn ?? true
        )
      )
    }
    for position in bench.positions where position.disabled == nil {
      let properties = declaration?.meter(position.name) ?? TwinMeter(position: position.name)
      try addMeter(
        properties,
        profile: position.profile,
        bus: position.bus,
        address: position.address,
        position: position,
        profiles: profiles,
        seed: seed
      )
    }
    try addReference(profiles: profiles, seed: seed)
    for (index, wiring) in bench.buses.enumerated() {
      let members = meterBuses.indices.filter { meterBuses[$0] == index }
      buses.append(
        TwinBus(
          wiring: wiring,
          meters: members,
          faults: faults,
          random: SeededRandom(seed: seed, for: "bus \(wiring.name)")
        )
      )
    }
    applySupplies()
    // What has its supply when time begins has had it for long.
    for index in meters.indices where meters[index].readyAt != nil {
      meters[index].becomeReady(at: .zero)
    }
    applyMains()
    for index in switches.indices { switches[index].shown = isClosed(switches[index]) }
  }

  private mutating func addMeter(
    _ properties: TwinMeter,
    profile name: String,
    bus: String,
    address: UInt8,
    position: Position?,
    profiles: [String: MeterProfile],
    seed: UInt64
  ) throws(RigFault) {
    guard let profile = profiles[name] else {
      throw RigFault(
        Part(.host, "twin"),
        "the profile '\(name)' is missing: load it with the bench"
      )
    }
    let index = meters.count
    do throws(ImpossibleSetting) {
      meters.append(
        try TwinMeterModel(
          profile: profile,
          properties: properties,
          variant: position?.variant,
          lineage: position?.lineage,
          bus: bench.bus(bus),
          address: address,
          position: position,
          faults: faults,
          random: SeededRandom(seed: seed, for: "meter \(properties.position)")
        )
      )
    } catch {
      throw RigFault(Part(.host, "twin"), "meter in \(properties.position): \(error.text)")
    }
    meterBuses.append(bench.buses.firstIndex { $0.name == bus })
    guard let position else { return }
    for line in position.pulseLines {
      let name = LineName.pulse(position: position.name, output: line.output)
      let generator = PulseGenerator(
        faults: LineFaults(
          line: name.description,
          position: position.name,
          output: line.output,
          script: faults
        ),
        random: SeededRandom(seed: seed, for: "line \(name)"),
        jitter: max(0, properties.pulseJitter),
        maximumRate: faults.all(.uncappedRate, striking: [position.name]).isEmpty
          ? profile.pulseOutput(line.output)?.maximumRate : nil,
        pause: PulseGenerator.meterPause
      )
      lines.append(Line(name: name, meter: index, output: line.output, generator: generator))
    }
  }

  private mutating func addReference(
    profiles: [String: MeterProfile],
    seed: UInt64
  ) throws(RigFault) {
    switch bench.reference?.kind {
    case nil, .declaredLoad: return
    case .pulses:
      let generator = PulseGenerator(
        faults: LineFaults(
          line: Self.reference,
          position: nil,
          output: nil,
          script: faults
        ),
        random: SeededRandom(seed: seed, for: "line \(Self.reference)"),
        jitter: 0,
        maximumRate: nil,
        pause: .zero
      )
      lines.append(Line(name: .reference, meter: nil, output: "", generator: generator))
    case .registers(let profile, let bus, let address, _),
      .power(let profile, let bus, let address, _):
      var properties = TwinMeter(position: Self.reference)
      properties.error = bench.twin?.referenceError ?? 0
      try addMeter(
        properties,
        profile: profile,
        bus: bus,
        address: address,
        position: nil,
        profiles: profiles,
        seed: seed
      )
    }
  }

  /// What somebody does at the front of a meter, and says after it; nil where the meter has nothing of the
  /// kind.
  mutating func operate(_ work: Question.HandWork, at position: String) -> String? {
    guard let index = meters.firstIndex(where: { $0.properties.position == position }),
      meters[index].isRunning
    else { return nil }
    switch work {
    case .set(let setting, let value):
      guard meters[index].setByHand(setting, to: value, at: now) else { return nil }
    case .reset(let name):
      guard let reset = meters[index].profile.reset(name) else { return nil }
      meters[index].reset(reset, at: now)
    case .readDisplay: return meters[index].display(at: now)
    }
    applyMains()
    return "done"
  }
}
